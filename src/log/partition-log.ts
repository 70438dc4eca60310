import type { LogConfig } from './log-config.ts'
import type { ProducerToVerify, VerificationGuard } from './transaction-verification.ts'

/**
 * The log of one partition replica: segments of record batches, addressed by offset (`UnifiedLog`).
 *
 * Order: an append is decided in one synchronous step: validity, base offset, epoch and producer state. Its bytes are
 * written after those of every earlier append, and readers see it, all in order, once they are: `logEndOffset` moves
 * then, not before. A failed write takes the log directory offline, so that nothing decided is ever rolled back.
 *
 * Offsets and timestamps are numbers. Methods that throw `LogDirOfflineError` do so, or reject with it, from the
 * failure of the directory on; in protocol terms that is KAFKA_STORAGE_ERROR.
 */
export interface PartitionLog {
  readonly topic: string
  readonly partition: number
  /** 22 characters of base64url. */
  readonly topicId: string
  /** The entry of `log.dirs` it lies in. */
  readonly logDir: string
  readonly config: LogConfig
  readonly isOffline: boolean

  /** The first offset that may be read. */
  readonly logStartOffset: number
  /** One past the last offset readers may see (with isolation `log-end`). */
  readonly logEndOffset: number
  /** The base offset of the next append; ahead of `logEndOffset` while writes are under way. */
  readonly nextOffset: number
  readonly highWatermark: number
  /** The high watermark, or the first offset of the earliest transaction that is open or not yet replicated. */
  readonly lastStableOffset: number
  /** The epoch of the last batch or of the last `assignEpochStartOffset`; -1 in an empty log. */
  readonly latestEpoch: number
  /** Up to here everything is on stable storage. */
  readonly recoveryPoint: number
  /** Of the `.log` files: what DescribeLogDirs reports. */
  readonly sizeInBytes: number

  /** Told after `logEndOffset` has moved, in the same turn as the write that moved it ended. */
  listener: PartitionLogListener | undefined

  /**
   * Appends what a producer sent: checked in full as Kafka's leader does, stamped in place. Where it must be
   * decompressed and is large the check runs off the loop, and what follows waits behind it: then, and only then, the
   * answer is a promise. `records` must not change until the answer's `written` is settled, if it has one.
   */
  produce(records: Uint8Array, options: ProduceOptions): AppendOutcome | Promise<AppendOutcome>

  /**
   * Before the first batch of a transaction is appended, its coordinator must say that this partition is part of it
   * (KIP-890): the guard is to be handed to the append after that. 'ongoing': the transaction has records here already,
   * so it was asked. 'fenced': the producer's epoch is over.
   */
  startTransactionVerification(producer: ProducerToVerify): VerificationGuard | 'ongoing' | 'fenced'

  /**
   * Appends batches of this node's own: a coordinator's records, transaction markers, or with origin `raft-leader`
   * the metadata log's (several batches whose base offsets and epochs are already in them).
   */
  appendAsLeader(records: Uint8Array, options: LeaderAppendOptions): AppendOutcome

  /** Appends what a leader sent, offsets and epochs as they are; batches of an epoch above `leaderEpoch` are left out. */
  appendAsFollower(records: Uint8Array, leaderEpoch: number): AppendOutcome

  /**
   * Reads whole batches from the one that holds `startOffset` on. Synchronous where memory or the page cache of the
   * active segment's tail holds them. Whoever gets chunks calls `release` once when they are sent or copied.
   */
  read(startOffset: number, options: ReadOptions): ReadOutcome | Promise<ReadOutcome>

  /** Roughly how many bytes a read from `startOffset` could return: what `fetch.min.bytes` is compared with. */
  readableBytes(startOffset: number, isolation: ReadIsolation): number

  /**
   * `ListOffsets`: the first record at or after a timestamp, or one of the negative stand-ins of `OffsetSpec`;
   * `undefined` where no record qualifies. Not bounded by the high watermark: the caller is.
   */
  offsetForTimestamp(timestamp: number): Promise<TimestampedOffset | undefined>

  /**
   * `OffsetForLeaderEpoch`: the largest known epoch not above `epoch`, and where it ends; both -1 where unknown.
   */
  endOffsetForEpoch(epoch: number): { readonly leaderEpoch: number; readonly endOffset: number }

  /** The leader's epoch begins at `startOffset`; recorded before its first append. */
  assignEpochStartOffset(epoch: number, startOffset: number): void
  readonly epochEntries: readonly { readonly epoch: number; readonly startOffset: number }[]

  /** Never beyond `logEndOffset`, and at least `logStartOffset`; may go back, as after a truncation. */
  updateHighWatermark(offset: number): void

  /**
   * `DeleteRecords` and a leader's log start: records below `offset` are gone for readers at once, their segments
   * later. Returns false, and does nothing, where `offset` is above the high watermark.
   */
  incrementLogStartOffset(offset: number): boolean

  /** Drops everything from `offset` on. */
  truncateTo(offset: number): Promise<void>
  /** Drops everything and begins anew at `offset`. */
  truncateFullyAndStartAt(offset: number): Promise<void>

  /** Everything below `nextOffset` is on stable storage when it resolves. */
  flush(): Promise<void>

  /** `DescribeProducers`, by producer id. */
  activeProducers(): ProducerState[]
  /** Forgets what producers did longer ago than `producer.id.expiration.ms`. */
  expireProducers(nowMs: number): void
}

export interface PartitionLogListener {
  logEndOffsetMoved(log: PartitionLog): void
}

/** Why an append takes place, hence how much of it is checked (`AppendOrigin`). */
export type AppendOrigin = 'client' | 'coordinator' | 'raft-leader' | 'replication'

export interface ProduceOptions {
  /** Stamped into the batch. */
  readonly leaderEpoch: number
  /** Of a transactional batch, once the coordinator has confirmed what `startTransactionVerification` began. */
  readonly verificationGuard?: VerificationGuard | undefined
}

export interface LeaderAppendOptions {
  readonly leaderEpoch: number
  readonly origin: Exclude<AppendOrigin, 'replication'>
  /** Of the transaction that a marker ends; decides how strictly its epoch is checked (KIP-1228). */
  readonly transactionVersion?: number
  /** As in `ProduceOptions`. */
  readonly verificationGuard?: VerificationGuard | undefined
}

export type AppendOutcome = AppendAccepted | AppendRejected

export interface AppendAccepted {
  readonly errorCode: 0
  readonly baseOffset: number
  readonly lastOffset: number
  /** -1 unless the topic's timestamps are LogAppendTime; for a duplicate the timestamp of the batch it repeats. */
  readonly logAppendTimeMs: number
  readonly logStartOffset: number
  /** The offsets are those of the same batch appended before; nothing was written. */
  readonly isDuplicate: boolean
  /** `undefined`: readers see it already. Rejects with `LogDirOfflineError`. */
  readonly written: Promise<void> | undefined
}

/** Nothing was changed. */
export interface AppendRejected {
  /** Kafka's; never 0. */
  readonly errorCode: number
  /** For this node's log; the client gets it only where `isReported`. */
  readonly errorMessage: string
  readonly isReported: boolean
  /** Filled where single records are at fault (KIP-467). */
  readonly recordErrors: readonly RecordError[]
  /** -1 where Kafka's answer leaves it out. */
  readonly logStartOffset: number
}

export interface RecordError {
  /** Position of the record in its batch. */
  readonly batchIndex: number
  readonly message: string
}

export type ReadIsolation = 'log-end' | 'high-watermark' | 'read-committed'

export interface ReadOptions {
  /** Of all chunks together. */
  readonly maxBytes: number
  readonly isolation: ReadIsolation
  /** Return the first batch even where it alone is more than `maxBytes`. */
  readonly minOneBatch: boolean
}

export type ReadOutcome = LogRead | ReadRejected

export interface LogRead {
  readonly errorCode: 0
  /** Whole batches, in order; empty where there is nothing to read. Not to be changed. */
  readonly chunks: readonly Uint8Array[]
  readonly sizeInBytes: number
  /** As they were when the bytes were chosen. */
  readonly highWatermark: number
  readonly lastStableOffset: number
  readonly logStartOffset: number
  /** Transactions aborted within the range, for isolation `read-committed`; else `undefined`. */
  readonly abortedTransactions: readonly AbortedTransaction[] | undefined
  /** The chunks' buffers may be used again. Harmless where there are none. Not called: garbage, no leak. */
  release(): void
}

export interface ReadRejected {
  /** OFFSET_OUT_OF_RANGE, or KAFKA_STORAGE_ERROR. */
  readonly errorCode: number
}

export interface AbortedTransaction {
  readonly producerId: number
  readonly firstOffset: number
}

/** Timestamps that stand for a place instead of a time (`ListOffsetsRequest`). */
export const OffsetSpec = {
  LATEST: -1,
  EARLIEST: -2,
  MAX_TIMESTAMP: -3,
  EARLIEST_LOCAL: -4,
  LATEST_TIERED: -5,
  EARLIEST_PENDING_UPLOAD: -6,
} as const

export interface TimestampedOffset {
  /** -1 where a place was asked for, not a time. */
  readonly timestamp: number
  readonly offset: number
  /** -1 where unknown. */
  readonly leaderEpoch: number
}

export interface ProducerState {
  readonly producerId: number
  readonly producerEpoch: number
  readonly lastSequence: number
  readonly lastTimestamp: number
  readonly coordinatorEpoch: number
  /** -1 where no transaction is open. */
  readonly currentTransactionStartOffset: number
}

/** The log directory has failed; everything in it answers KAFKA_STORAGE_ERROR. */
export class LogDirOfflineError extends Error {
  override readonly name = 'LogDirOfflineError'
  readonly logDir: string

  constructor(logDir: string, cause?: unknown) {
    super(`Log directory ${logDir} is offline`, { cause })
    this.logDir = logDir
  }
}
