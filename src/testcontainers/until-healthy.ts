import { getContainerRuntimeClient, IntervalRetry, type WaitStrategy } from 'testcontainers'

type DockerContainer = Parameters<WaitStrategy['waitUntilReady']>[0]

const askIntervalMs = 50
const defaultStartupTimeoutMs = 60_000
/** Of a container's log, in the error of one that did not get ready. */
const toldLinesMax = 20

/** How far a container is. */
type State = 'starting' | 'healthy' | 'stopped' | 'timed out'

/**
 * Waits until the health check that the image brings says yes: a broker is healthy once it serves Metadata and all of
 * its seed is applied. The engine asks on a schedule of seconds, so it is asked here, again and again. Where a container
 * does not get ready, the error says what its log said last.
 */
export class UntilHealthy implements WaitStrategy {
  #startupTimeoutMs: number | undefined

  async waitUntilReady(container: DockerContainer): Promise<void> {
    const client = await getContainerRuntimeClient()
    const { Config: config } = await client.container.inspect(container)
    const check = commandOf(config.Healthcheck?.Test)
    if (check === undefined) throw new Error(`${config.Image} has no health check: say what to wait for`)
    const ask = async (): Promise<State> => {
      const { State: state } = await client.container.inspect(container)
      if (!state.Running) return 'stopped'
      // Refused where the container stops meanwhile: the next look at it tells.
      const exitCode = await client.container.exec(container, check).then(
        result => result.exitCode,
        () => 1,
      )
      return exitCode === 0 ? 'healthy' : 'starting'
    }
    const state = await new IntervalRetry<State, State>(askIntervalMs).retryUntil(
      ask,
      found => found !== 'starting',
      () => 'timed out',
      this.getStartupTimeout(),
    )
    if (state === 'healthy') return
    const reason = state === 'stopped' ? 'Ottla stopped' : `Ottla was not ready within ${this.getStartupTimeout()} ms`
    throw new Error(`${reason}; its log ends with\n${await endOfLog(container)}`)
  }

  withStartupTimeout(startupTimeoutMs: number): this {
    this.#startupTimeoutMs = startupTimeoutMs
    return this
  }

  isStartupTimeoutSet(): boolean {
    return this.#startupTimeoutMs !== undefined
  }

  getStartupTimeout(): number {
    return this.#startupTimeoutMs ?? defaultStartupTimeoutMs
  }
}

/** The command of a health check, as an image holds it. */
function commandOf(test: readonly string[] | undefined): string[] | undefined {
  const [kind, ...words] = test ?? []
  if (kind === 'CMD') return words
  return kind === 'CMD-SHELL' ? ['/bin/sh', '-c', ...words] : undefined
}

async function endOfLog(container: DockerContainer): Promise<string> {
  const log = await container.logs({ stdout: true, stderr: true, tail: toldLinesMax, follow: false })
  return textOf(log).trimEnd()
}

const frameHeaderBytes = 8

/** Of Docker's stream of standard output and standard error: four bytes say which, four how much, then it comes. */
export function textOf(frames: Buffer): string {
  const texts: Buffer[] = []
  for (let at = 0; at + frameHeaderBytes <= frames.length; ) {
    const end = at + frameHeaderBytes + frames.readUInt32BE(at + 4)
    texts.push(frames.subarray(at + frameHeaderBytes, end))
    at = end
  }
  return Buffer.concat(texts).toString('utf8')
}
