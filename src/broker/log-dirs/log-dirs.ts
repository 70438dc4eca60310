import type { DynamicConfig } from '../../config/dynamic-config.ts'
import type { KafkaConfig } from '../../config/kafka-config.ts'
import { MetadataVersion } from '../../controller/feature-levels.ts'
import type { MetadataImage } from '../../controller/image/metadata-image.ts'
import { directoryOf, type PartitionRegistration } from '../../controller/image/partition.ts'
import type { LogManager } from '../../log/log-manager.ts'
import type { Clock, Loggers } from '../../ports.ts'
import { DirectoryId, type Uuid } from '../../protocol/uuid.ts'
import type { Deadlines } from '../../timers/deadlines.ts'
import type { ControllerClient } from '../metadata/controller-client.ts'
import type { Partition } from '../partition.ts'
import type { ReplicaManager } from '../replica-manager.ts'
import { alterReplicaLogDir, type LogDirAlteration } from './alter-replica-log-dir.ts'
import { DirectoryAssignments, type DirectoryIds } from './directory-assignments.ts'
import { PartitionMoves } from './partition-moves.ts'
import { ReplicationQuota } from './replication-quota.ts'

export interface LogDirsOptions {
  readonly nodeId: number
  readonly config: KafkaConfig
  readonly dynamicConfig: DynamicConfig
  readonly logs: LogManager
  readonly directoryIds: DirectoryIds
  readonly controller: ControllerClient
  /** Of what is committed. */
  readonly image: () => MetadataImage
  readonly deadlines: Deadlines
  readonly clock: Clock
  readonly loggers: Loggers
  fail(error: unknown): void
}

/** Which partition is in which directory: as the metadata says, as this broker decides, as clients ask, as disks allow. */
export class LogDirs {
  readonly #options: LogDirsOptions
  readonly #assignments: DirectoryAssignments
  readonly #moves: PartitionMoves
  /** One alteration after the other: each looks at what the one before has begun. */
  #altering: Promise<unknown> = Promise.resolve()

  constructor(options: LogDirsOptions) {
    const { nodeId, config, dynamicConfig, logs, directoryIds, controller, image, deadlines, clock, loggers } = options
    this.#options = options
    this.#assignments = new DirectoryAssignments({
      nodeId,
      controller,
      deadlines,
      logger: loggers.named('org.apache.kafka.server.AssignmentsManager'),
      brokerEpoch: () => image().cluster.brokers.get(nodeId)?.brokerEpoch ?? -1,
      isSupported: () => image().features.metadataVersion >= MetadataVersion.IBP_3_7_IV2,
    })
    this.#moves = new PartitionMoves({
      futures: logs.futures,
      assignments: this.#assignments,
      directoryIds,
      deadlines,
      concurrency: Number(config.get('num.replica.alter.log.dirs.threads') ?? logs.logDirs.length),
      copyBytesMax: Math.min(config.get('replica.fetch.max.bytes'), config.get('replica.fetch.response.max.bytes')),
      retryMs: config.get('replica.fetch.backoff.ms'),
      logger: loggers.named('kafka.server.ReplicaAlterLogDirsManager'),
      quota: new ReplicationQuota({
        clock,
        bytesPerSecondMax: () => dynamicConfig.quota('replica.alter.log.dirs.io.max.bytes.per.second'),
        samplesMax: config.get('alter.log.dirs.replication.quota.window.num'),
        sampleMs: 1000 * config.get('alter.log.dirs.replication.quota.window.size.seconds'),
      }),
    })
  }

  /** Where the metadata says that this broker's replica is; `undefined` where it names no directory of this node. */
  assignedDirOf(registration: PartitionRegistration): string | undefined {
    return this.#options.directoryIds.pathOf(directoryOf(registration, this.#options.nodeId))
  }

  /**
   * Whether a log that is not found may be made anew: not where it may lie in a directory that is offline
   * (`createLogInAssignedDirectoryId`).
   */
  mayCreate(registration: PartitionRegistration): boolean {
    const { logs, nodeId } = this.#options
    if (!logs.logDirs.some(({ isOffline }) => isOffline)) return true
    const directoryId = directoryOf(registration, nodeId)
    if (directoryId === DirectoryId.UNASSIGNED) return true
    const path = this.assignedDirOf(registration)
    return logs.logDirs.some(dir => dir.path === path && !dir.isOffline)
  }

  /** The partition has its log: the metadata learns where, and a move that a stop has interrupted goes on. */
  hosted(partition: Partition, registration: PartitionRegistration): void {
    const { directoryIds, logs, nodeId } = this.#options
    const { topic, partition: partitionIndex, logDir } = partition.log
    const topicId = partition.log.topicId as Uuid
    const future = logs.futures.get(topic, partitionIndex)
    if (future !== undefined) this.#moves.begin(partition, future)
    const directoryId = directoryIds.of(logDir)
    const assigned = directoryOf(registration, nodeId)
    // While it is about to move the metadata is ahead.
    if (directoryId === undefined || assigned === directoryId) return
    if (future !== undefined && directoryIds.of(future.logDir) === assigned) return
    void this.#assignments.assign({ topicId, partitionIndex, directoryId })
  }

  /** The partition's log is about to be deleted. */
  leaving(partition: Partition): Promise<void> {
    return this.#moves.stop(partition)
  }

  /** Tells the controller which directories take no new partitions, where that is not what it knows. */
  async cordonedChanged(): Promise<void> {
    const { controller, directoryIds, fail, logs } = this.#options
    const ids = logs.logDirs.filter(({ path }) => logs.isCordoned(path)).map(({ path }) => directoryIds.of(path))
    await controller.directoriesCordoned(ids.filter(id => id !== undefined).sort()).catch(fail)
  }

  /** AlterReplicaLogDirs for one partition; resolves with the error code. */
  alter(alteration: LogDirAlteration, replicas: ReplicaManager): Promise<number> {
    const { logs, loggers } = this.#options
    const logger = loggers.named('kafka.server.ReplicaManager')
    const altered = this.#altering.then(() =>
      alterReplicaLogDir(alteration, { replicas, logs, moves: this.#moves, logger }),
    )
    this.#altering = altered.catch(() => undefined)
    return altered
  }

  /** What the controller does not hear of in time it would let clients go on looking for here. */
  onLogDirFailure(logDir: string): void {
    const { config, controller, deadlines, directoryIds, fail } = this.#options
    this.#moves.onLogDirFailure(logDir)
    const directoryId = directoryIds.of(logDir)
    if (directoryId === undefined) return
    const deadline = deadlines.after(config.get('log.dir.failure.timeout.ms'), () =>
      fail(new Error(`Shutting down because couldn't communicate offline log dir ${logDir} with controllers`)),
    )
    controller.directoriesOffline([directoryId]).then(
      () => deadline.cancel(),
      // The metadata log has failed, and the broker ends for that.
      () => undefined,
    )
  }

  async close(): Promise<void> {
    this.#assignments.close()
    await this.#altering
    await this.#moves.close()
  }
}
