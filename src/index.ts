/// <reference lib="esnext.disposable" preserve="true" />

/**
 * The package `ottla`: a broker inside your own process, for tests and tools.
 *
 *     import { startBroker } from 'ottla'
 *
 *     await using broker = await startBroker()
 *     const kafka = new Kafka({ brokers: [broker.bootstrapServers] })
 *
 * Any number of brokers may live in one process.
 */

import { hostName } from './platform/host-name.ts'
import { keepingAlive } from './platform/keep-alive.ts'
import { memoryBudgetBytes } from './platform/memory-limit.ts'
import { nodePorts } from './platform/node-ports.ts'
import { MachineSurroundings } from './platform/surroundings.ts'
import { makeTemporaryDirectory, removeDirectory } from './platform/temporary-directory.ts'
import type { Seed } from './seed/seed.ts'
import { startServer } from './server.ts'
import type { RunningServer, ServerOptions, ServerPorts } from './server-options.ts'

export type {
  Seed,
  SeedBroker,
  SeedBytes,
  SeedConfigs,
  SeedConfigValue,
  SeedGroup,
  SeedHeader,
  SeedOffset,
  SeedRecord,
  SeedRecordFile,
  SeedTopic,
} from './seed/seed.ts'

export interface StartBrokerOptions {
  /** Where the broker listens, on 127.0.0.1 and ::1. Any free port by default. */
  readonly port?: number
  /** Keeps the data: the next broker started on the directory finds it. A temporary directory, gone at the end, by default. */
  readonly dataDirectory?: string
  /** 22 characters of base64url; random by default. A directory keeps the id it was first used with. */
  readonly clusterId?: string
  /** Kafka's own keys, such as `{ 'num.partitions': 3, 'auto.create.topics.enable': false }`. */
  readonly config?: Readonly<Record<string, string | number | boolean>>
  /**
   * What the broker holds when it starts: topics, configurations, records, offsets of groups. An object, or the path of
   * a seed file. What is there already is not added again.
   */
  readonly seed?: Seed | string
  /** Receives the lines of the log; without it there are none. */
  readonly log?: (line: string) => void
  /** The least severe that is logged; INFO by default. */
  readonly logLevel?: 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR'
}

export interface Broker extends AsyncDisposable {
  /** What a client is given: `localhost:54321`. */
  readonly bootstrapServers: string
  readonly port: number
  readonly clusterId: string
  /** Resolves when the broker has stopped; rejects when it failed of itself. */
  readonly closed: Promise<void>
  /** Stops cleanly: requests under way are answered, everything is on disk. Calling it again does no harm. */
  stop(): Promise<void>
}

/** Starts a broker and resolves when it answers clients. Rejects with an error that says what is in the way. */
export function startBroker(options: StartBrokerOptions = {}): Promise<Broker> {
  return keepingAlive(() => start(options))
}

async function start(options: StartBrokerOptions): Promise<Broker> {
  const temporaryDirectory = options.dataDirectory === undefined ? await makeTemporaryDirectory() : undefined
  const cleanUp = async () => {
    if (temporaryDirectory !== undefined) await removeDirectory(temporaryDirectory)
  }
  let server: RunningServer
  try {
    const ports = nodePorts(options.log ?? (() => {}), options.log === undefined ? 'FATAL' : options.logLevel)
    const prepare = options.seed === undefined ? undefined : await seeding(options.seed, ports)
    server = await startServer({
      properties: new Map([
        ['listeners', `PLAINTEXT://localhost:${options.port ?? 0}`],
        ['log.dirs', options.dataDirectory ?? temporaryDirectory!],
        ...Object.entries(options.config ?? {}).map(([key, value]): [string, string] => [key, String(value)]),
      ]),
      ...(options.clusterId === undefined ? {} : { clusterId: options.clusterId }),
      ports,
      hostName: hostName(),
      surroundings: new MachineSurroundings(),
      memoryBudgetBytes: memoryBudgetBytes(),
      ...(prepare === undefined ? {} : { prepare }),
    })
  } catch (error) {
    await cleanUp()
    throw error
  }
  const closed = server.closed.finally(cleanUp)
  // Who does not look at `closed` shall not be ended by it.
  closed.catch(() => {})
  const listener = server.listeners[0]!
  const stop = () =>
    keepingAlive(async () => {
      await server.stop()
      await closed
    })
  return {
    bootstrapServers: `${listener.advertisedHost}:${listener.advertisedPort}`,
    port: listener.port,
    clusterId: server.clusterId,
    closed,
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

/** Reads the seed now, so that nothing is started where it is wrong. */
async function seeding(seed: Seed | string, ports: ServerPorts): Promise<NonNullable<ServerOptions['prepare']>> {
  const { loadSeedFile, loadSeedValue } = await import('./seed/load-seed.ts')
  const { seedNode } = await import('./seed/apply-seed.ts')
  const loaded = typeof seed === 'string' ? await loadSeedFile(seed, ports.disk) : await loadSeedValue(seed, ports.disk)
  return async inProcess => {
    await seedNode(loaded, inProcess, ports, ports.loggers.named('ottla.Seed'))
  }
}
