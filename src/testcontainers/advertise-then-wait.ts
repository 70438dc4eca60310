import { getContainerRuntimeClient, type WaitStrategy } from 'testcontainers'

type DockerContainer = Parameters<WaitStrategy['waitUntilReady']>[0]
type BoundPorts = Parameters<WaitStrategy['waitUntilReady']>[1]

/** Of the container, on its shared memory: writable whatever its user and file system, and gone when it stops. */
const advertisedFile = '/dev/shm/ottla-advertised-listeners'

const waitForAdvertised = [
  `until [ -f ${advertisedFile} ]; do sleep 0.05; done`,
  `export KAFKA_ADVERTISED_LISTENERS="$(cat ${advertisedFile})"`,
  'exec /etc/kafka/docker/run "$@"',
].join('\n')

/** What the container runs: it waits until it is told what to advertise. A command is the arguments of Kafka's script. */
export const entrypoint: readonly string[] = ['sh', '-c', waitForAdvertised, 'run']

/** What a broker is reached by: from the host by the port that this one is mapped to, and from other containers. */
export interface Listeners {
  readonly hostPort: number
  readonly networkPort: number
  /** Of a network's aliases the first; undefined where the container's id or address has to do. */
  readonly networkAlias: string | undefined
}

/**
 * Which port of the host is mapped is known only once the container runs, and is another one after a restart. So each
 * time, before anything is waited for, the container is told.
 */
export class AdvertiseThenWait implements WaitStrategy {
  readonly #listeners: () => Listeners
  readonly #inner: WaitStrategy

  constructor(listeners: () => Listeners, inner: WaitStrategy) {
    this.#listeners = listeners
    this.#inner = inner
  }

  async waitUntilReady(container: DockerContainer, boundPorts: BoundPorts, startTime?: Date): Promise<void> {
    const client = await getContainerRuntimeClient()
    const { hostPort, networkPort, networkAlias } = this.#listeners()
    const host = `${client.info.containerRuntime.host}:${boundPorts.getBinding(hostPort)}`
    const { NetworkSettings: settings } = await client.container.inspect(container)
    const addresses = Object.fromEntries(
      Object.entries(settings.Networks).map(([name, network]) => [name, network.IPAddress]),
    )
    const network = `${networkHost(networkAlias, container.id, addresses)}:${networkPort}`
    const write = `printf %s "$1" >${advertisedFile}.new && mv ${advertisedFile}.new ${advertisedFile}`
    const advertised = `PLAINTEXT://${host},BROKER://${network}`
    const { exitCode, output } = await client.container.exec(container, ['sh', '-c', write, 'sh', advertised])
    if (exitCode !== 0) throw new Error(`the container could not be told what to advertise: ${output}`)
    await this.#inner.waitUntilReady(container, boundPorts, startTime)
  }

  withStartupTimeout(startupTimeoutMs: number): this {
    this.#inner.withStartupTimeout(startupTimeoutMs)
    return this
  }

  isStartupTimeoutSet(): boolean {
    return this.#inner.isStartupTimeoutSet()
  }

  getStartupTimeout(): number {
    return this.#inner.getStartupTimeout()
  }
}

const defaultNetworks: ReadonlySet<string> = new Set(['bridge', 'podman', 'nat'])
const shortIdLength = 12

/**
 * What other containers call this one. In a network that somebody made Docker resolves its aliases and the container's
 * short id; in the network that containers are in otherwise it resolves nothing, and only the address is left.
 */
export function networkHost(
  alias: string | undefined,
  containerId: string,
  addresses: Readonly<Record<string, string>>,
): string {
  if (alias !== undefined) return alias
  const names = Object.keys(addresses)
  if (names.some(name => !defaultNetworks.has(name))) return containerId.slice(0, shortIdLength)
  const address = Object.values(addresses).find(candidate => candidate !== '')
  return address ?? 'localhost'
}
