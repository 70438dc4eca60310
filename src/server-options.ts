/**
 * The seam between whoever starts a node (`main.ts`, `startBroker`, the simulator) and `server.ts`, which puts it
 * together:
 *
 *     export async function startServer(options: ServerOptions): Promise<RunningServer>
 *
 * It rejects with a `StartupError` when the environment or the configuration does not allow a start, and leaves
 * nothing open then.
 */

import type {
  Checksum,
  Clock,
  Compression,
  DirectoryLocks,
  Disk,
  LoggerLevels,
  Loggers,
  Offload,
  Random,
  Transport,
  ValueSources,
} from './ports.ts'

export interface ServerPorts {
  readonly clock: Clock
  readonly disk: Disk
  readonly directoryLocks: DirectoryLocks
  readonly transport: Transport
  readonly loggers: Loggers
  readonly loggerLevels: LoggerLevels
  readonly checksum: Checksum
  readonly compression: Compression
  readonly random: Random
  readonly offload: Offload
  readonly valueSources: ValueSources
}

/**
 * Where an address is, seen from this node: on this very machine; at the gateway through which this machine reaches
 * others, where a container's host speaks from; on a network that this machine is on; or anywhere else.
 */
export type Place = 'here' | 'gateway' | 'beside' | 'elsewhere'

/** The networks around a node, as far as its machine knows them. */
export interface Surroundings {
  readonly isContainer: boolean
  /** `address` in numeric form. */
  placeOf(address: string): Place
  /** The addresses of a host name; none where there is no such name. Rejects where that cannot be found out. */
  lookUp(host: string): Promise<readonly string[]>
}

export interface ServerOptions {
  /** Kafka's keys as text: a properties file, environment and overrides, merged by the caller. */
  readonly properties: ReadonlyMap<string, string>
  /** For directories that are still empty; formatted ones keep theirs, and a different one refuses the start. Random by default. */
  readonly clusterId?: string
  /** For directories that are not formatted yet; those that are keep the id they have. */
  readonly clusterIdOfNew?: string
  /** What clients are told to connect to where neither a listener nor its advertised one names a host. */
  readonly hostName: string
  /** Without it a node knows of no network but its own loopback. */
  readonly surroundings?: Surroundings
  readonly ports: ServerPorts
  /** Bytes the frames, unsent responses and the tail cache may hold together. */
  readonly memoryBudgetBytes: number
  /**
   * What has to be done before anybody may connect, such as applying a seed. `inProcess` leads to this node, whatever
   * address is asked for. The start fails with what this rejects with.
   */
  readonly prepare?: (inProcess: Transport) => Promise<void>
}

export interface BoundListener {
  /** Upper case, as in `listeners`. */
  readonly name: string
  readonly securityProtocol: string
  /** As bound: the configured host and the real port. */
  readonly host: string
  readonly port: number
  /** What clients are told to connect to. */
  readonly advertisedHost: string
  readonly advertisedPort: number
}

export interface RunningServer {
  readonly clusterId: string
  readonly nodeId: number
  /** In the order of `listeners`. */
  readonly listeners: readonly BoundListener[]
  /** Those of the controller, which clients seldom go to. */
  readonly controllerListeners: readonly BoundListener[]
  readonly logDirectories: readonly string[]
  /** Resolves after `stop`; rejects with the bug or the failure that ended the node. */
  readonly closed: Promise<void>
  /** Clean: nothing new is accepted, what is under way ends, files are flushed. Calling it again waits for the same end. */
  stop(): Promise<void>
}
