import { resolve } from 'node:path'
import { hostName } from '../platform/host-name.ts'
import { memoryBudgetBytes } from '../platform/memory-limit.ts'
import { nodePorts } from '../platform/node-ports.ts'
import { MachineSurroundings } from '../platform/surroundings.ts'
import { startServer } from '../server.ts'
import type { RunningServer } from '../server-options.ts'
import { StartupError } from '../startup-error.ts'
import type { StartArguments } from './arguments.ts'
import { givenSeed, seedThisNode } from './given-seed.ts'
import { setLogLevels } from './log-levels.ts'
import { nodeProperties } from './node-properties.ts'
import { awaitStopRequest } from './stop-request.ts'
import type { Terminal } from './terminal.ts'
import { version } from './version.ts'

/** Runs a node until it is asked to stop. Resolves with the exit code. */
export async function start(given: StartArguments, terminal: Terminal): Promise<number> {
  const ports = nodePorts(line => terminal.print(line))
  const startedMs = ports.clock.monotonicMs()
  const stopRequest = awaitStopRequest(terminal, ports.clock)
  let server: RunningServer
  try {
    await setLogLevels(ports, terminal, ports.disk)
    const { clusterId } = given
    const clusterIdOfNew = terminal.environment['CLUSTER_ID']
    const surroundings = new MachineSurroundings()
    void surroundings.findHost()
    const seed = await givenSeed(given.seed, terminal.environment, ports.disk)
    server = await startServer({
      properties: await nodeProperties(given, terminal.environment, ports.disk),
      ...(clusterId === undefined || clusterId === '' ? {} : { clusterId }),
      ...(clusterIdOfNew === undefined || clusterIdOfNew === '' ? {} : { clusterIdOfNew }),
      ports,
      hostName: hostName(),
      surroundings,
      memoryBudgetBytes: memoryBudgetBytes(),
      ...(seed === undefined ? {} : { prepare: inProcess => seedThisNode(seed, inProcess, ports) }),
    })
  } catch (error) {
    if (!(error instanceof StartupError)) throw error
    terminal.printError(`ottla: ${error.message}`)
    return 1
  }
  const startMs = Math.round(ports.clock.monotonicMs() - startedMs)
  for (const line of greeting(server, startMs)) terminal.print(line)
  // The outcome of `stop` is that of `closed`.
  void stopRequest.then(() => server.stop().catch(() => {}))
  try {
    await server.closed
    terminal.print('Stopped.')
    return 0
  } catch (error) {
    terminal.printError(`ottla: the node has failed: ${error instanceof Error ? error.stack : String(error)}`)
    return 1
  }
}

function greeting(server: RunningServer, startMs: number): string[] {
  const listeners = server.listeners.map(({ name, host, port }) => `${name}://${bracketed(host)}:${port}`)
  return [
    `Ottla ${version}, an event-streaming broker that speaks Apache Kafka's protocol`,
    `  cluster id      ${server.clusterId}`,
    `  listeners       ${listeners.join(', ')}`,
    `  data directory  ${server.logDirectories.map(directory => resolve(directory)).join(', ')}`,
    `  ready after     ${startMs} ms`,
    '  Ctrl-C stops it.',
  ]
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}
