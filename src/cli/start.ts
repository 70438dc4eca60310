import { resolve } from 'node:path'
import { hostName } from '../platform/host-name.ts'
import { memoryBudgetBytes } from '../platform/memory-limit.ts'
import { nodePorts } from '../platform/node-ports.ts'
import { startServer } from '../server.ts'
import type { RunningServer } from '../server-options.ts'
import { StartupError } from '../startup-error.ts'
import type { StartArguments } from './arguments.ts'
import { nodeProperties } from './node-properties.ts'
import { version } from './version.ts'

/** Ctrl-C may come twice, from the terminal and from npm or npx which pass it on. */
const echoMsMax = 500

/** What a command may touch of the process it runs in. */
export interface Terminal {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Writes a line. */
  print(line: string): void
  printError(line: string): void
  /** Calls `listener` on each request to stop: SIGTERM, or Ctrl-C. */
  onStopRequest(listener: () => void): void
  /** Ends the process at once. */
  exit(code: number): void
}

/** Runs a node until it is asked to stop. Resolves with the exit code. */
export async function start(given: StartArguments, terminal: Terminal): Promise<number> {
  const ports = nodePorts(line => terminal.print(line))
  let server: RunningServer
  try {
    const clusterId = given.clusterId ?? terminal.environment['CLUSTER_ID']
    server = await startServer({
      properties: await nodeProperties(given, terminal.environment, ports.disk),
      ...(clusterId === undefined || clusterId === '' ? {} : { clusterId }),
      ports,
      hostName: hostName(),
      memoryBudgetBytes: memoryBudgetBytes(),
    })
  } catch (error) {
    if (!(error instanceof StartupError)) throw error
    terminal.printError(`ottla: ${error.message}`)
    return 1
  }
  for (const line of greeting(server)) terminal.print(line)

  let stoppingSinceMs: number | undefined
  terminal.onStopRequest(() => {
    const nowMs = ports.clock.monotonicMs()
    if (stoppingSinceMs !== undefined && nowMs - stoppingSinceMs < echoMsMax) return
    if (stoppingSinceMs !== undefined) {
      terminal.printError('ottla: stopped before everything was closed; the next start recovers')
      terminal.exit(1)
      return
    }
    stoppingSinceMs = nowMs
    terminal.print('Stopping; once more to stop at once.')
    // Its outcome is that of `closed`.
    server.stop().catch(() => {})
  })
  try {
    await server.closed
    return 0
  } catch (error) {
    terminal.printError(`ottla: the node has failed: ${error instanceof Error ? error.stack : String(error)}`)
    return 1
  }
}

function greeting(server: RunningServer): string[] {
  const listeners = server.listeners.map(({ name, host, port }) => `${name}://${bracketed(host)}:${port}`)
  return [
    `Ottla ${version}, an event-streaming broker that speaks Apache Kafka's protocol`,
    `  cluster id      ${server.clusterId}`,
    `  listeners       ${listeners.join(', ')}`,
    `  data directory  ${server.logDirectories.map(directory => resolve(directory)).join(', ')}`,
    '  Ctrl-C stops it.',
  ]
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}
