import type { Checksum, Clock, Compression, Disk, Loggers, Offload, Random } from '../ports.ts'
import type { CleanerConfig } from './cleaner/cleaner-config.ts'
import type { FutureLogs } from './future-logs.ts'
import type { LogConfig } from './log-config.ts'
import type { PartitionLog } from './partition-log.ts'

/**
 * Every log of this node, over all of `log.dirs`: opens, creates, deletes and keeps them (`LogManager`).
 *
 * `open` takes the directories, `loadLogs` what lies in them, `close` leaves them as Kafka's clean shutdown does.
 * The metadata log is opened by itself, since topic configurations come out of it.
 */
export interface LogManager {
  readonly logDirs: readonly LogDirState[]

  /** Of the broker that shut down cleanly here last; -1 where it did not, or is not known to have. */
  readonly previousBrokerEpoch: number

  /** `__cluster_metadata-0` in `metadataLogDir`, created where it is missing. Not part of `logs()`. */
  openMetadataLog(config: LogConfig): Promise<PartitionLog>

  /** Copies of partitions that are being moved to another directory. */
  readonly futures: FutureLogs

  /**
   * Loads every partition found, recovering those that were not closed. `configOf` gives a topic's configuration;
   * `undefined` means that the cluster has no such topic: its directory becomes `…-stray`. `assignedDirOf` gives the
   * directory that the metadata names for a partition: it decides where a move had come to.
   */
  loadLogs(
    configOf: (topicId: string, topic: string, partition: number) => LogConfig | undefined,
    assignedDirOf?: (topic: string, partition: number) => string | undefined,
  ): Promise<void>

  get(topic: string, partition: number): PartitionLog | undefined
  logs(): IterableIterator<PartitionLog>

  /** Whether a directory takes no new partitions. */
  isCordoned(logDir: string): boolean

  /**
   * The partition's log; where there is none it is created in the online directory that holds the fewest, in a cordoned
   * one only where all are.
   */
  getOrCreate(options: CreateLogOptions): Promise<PartitionLog>

  /** The log stops at once and its directory is renamed `…-delete`; the files go after `file.delete.delay.ms`. */
  delete(topic: string, partition: number): Promise<void>

  /** From now on each of the topic's logs is kept by `config`. */
  updateConfig(topic: string, config: LogConfig): void

  /** Begins the periodic work: retention, flushes, compaction, checkpoints of high watermarks, recovery points and log starts. */
  startPeriodicWork(): void

  /**
   * Flushes and closes all logs, the metadata log last. What was cleanly closed is not scanned by the next `loadLogs`,
   * and `brokerEpoch` is what that one's `previousBrokerEpoch` says. With `isClean` false, after a bug, nothing is
   * vouched for: the next `loadLogs` recovers as after a crash.
   */
  close(brokerEpoch?: number, isClean?: boolean): Promise<void>
}

export interface LogDirState {
  readonly path: string
  readonly isOffline: boolean
}

export interface CreateLogOptions {
  readonly topic: string
  readonly partition: number
  /** 22 characters of base64url. */
  readonly topicId: string
  readonly config: LogConfig
  /** Where it shall be, unless somebody asked for another place before; any directory where it is left out or offline. */
  readonly logDir?: string | undefined
}

export interface LogManagerOptions {
  /** Absolute paths; they exist. */
  readonly logDirs: readonly string[]
  /** Those of them that cannot be used, and why: they are offline from the beginning. */
  readonly failedLogDirs?: ReadonlyMap<string, Error>
  /** The entry of `logDirs`, or another directory, that holds the metadata log. */
  readonly metadataLogDir: string
  readonly disk: Disk
  readonly clock: Clock
  readonly random: Random
  readonly checksum: Checksum
  readonly compression: Compression
  readonly loggers: Loggers
  /** Knows `walkCompressed`, and `mapKeys` and `filterBatches` where logs are compacted. */
  readonly offload: Offload
  /** The entries of `logDirs` that take no new partitions, which may change at any time; none where it is left out. */
  readonly cordonedLogDirs?: () => readonly string[]
  /** `num.io.threads`, which may change at any time: requests whose records are checked on other threads at a time. */
  readonly requestThreads: () => number
  /** `background.threads`, which may change at any time: pieces of periodic and postponed work at a time. */
  readonly backgroundThreads: () => number
  /** `num.recovery.threads.per.data.dir`, which may change at any time. */
  readonly recoveryThreads: () => number
  /** `log.initial.task.delay.ms` */
  readonly initialTaskDelayMs: number
  /** `log.retention.check.interval.ms` */
  readonly retentionCheckIntervalMs: number
  /** `replica.high.watermark.checkpoint.interval.ms` */
  readonly highWatermarkCheckpointIntervalMs: number
  /** `log.flush.scheduler.interval.ms` */
  readonly flushCheckIntervalMs: number
  /** `log.flush.offset.checkpoint.interval.ms` */
  readonly recoveryPointCheckpointIntervalMs: number
  /** `log.flush.start.offset.checkpoint.interval.ms` */
  readonly logStartOffsetCheckpointIntervalMs: number
  /** `producer.id.expiration.ms`, which may change at any time. */
  readonly producerIdExpirationMs: () => number
  /** `transaction.partition.verification.enable`, which may change at any time. */
  readonly isTransactionVerificationEnabled: () => boolean
  /** `producer.id.expiration.check.interval.ms` */
  readonly producerIdExpirationCheckIntervalMs: number
  /** `log.cleaner.*`, which may change at any time; left out, nothing is compacted. */
  readonly cleaner?: () => CleanerConfig
  /** Descriptors kept open over all logs; beyond it the one unused longest is closed. */
  readonly openFilesMax: number
  /** Of all partitions' tails together. */
  readonly tailCacheBytesMax: number
  /** A compressed batch that would become larger is refused. */
  readonly decompressedBatchBytesMax: number
  /** A directory has failed; its logs are offline already. */
  onLogDirFailure(logDir: string, cause: Error): void
}
