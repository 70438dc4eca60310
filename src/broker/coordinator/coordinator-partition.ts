import type { VerificationGuard } from '../../log/transaction-verification.ts'

/**
 * What the coordinator runtime needs of a partition of its internal topic, while this broker leads it. The runtime
 * alone appends to such a partition.
 */
export interface CoordinatorPartition {
  readonly topic: string
  readonly index: number
  readonly leaderEpoch: number
  /** The first offset that may be read. */
  readonly logStartOffset: number
  /** One past the last offset that may be read. */
  readonly logEndOffset: number
  /** The offset the next append gets; ahead of `logEndOffset` while writes are under way. */
  readonly nextOffset: number
  /** Everything below is committed. */
  readonly highWatermark: number
  /** The largest batch that is taken: `max.message.bytes`. */
  readonly batchBytesMax: number
  /** Why an append with acks=all would be refused now; 0 if it would not be. */
  readonly appendErrorCode: number
  /** Appends one batch as acks=all; decided at once. It is committed when the high watermark passes it. */
  append(batch: Uint8Array, options?: TransactionalAppend): AppendDecision
  /** Whole batches from `offset` on, at least one, of about `bytesMax`; none at the end of what can be read. */
  read(offset: number, bytesMax: number): Promise<readonly Uint8Array[]>
  watch(watcher: CoordinatorPartitionWatcher): void
  unwatch(watcher: CoordinatorPartitionWatcher): void
}

export interface TransactionalAppend {
  /** Of a transaction's records: the coordinator of the transaction has said that this partition is part of it. */
  readonly verificationGuard?: VerificationGuard | undefined
  /** Of the transaction that a marker ends. */
  readonly transactionVersion?: number
}

export interface AppendDecision {
  readonly errorCode: number
  /** -1 where it was refused. */
  readonly baseOffset: number
  /** Settled when the write has ended, well or not; `undefined` where it has already. */
  readonly written: Promise<void> | undefined
}

export interface CoordinatorPartitionWatcher {
  /** More is committed. */
  advanced(): void
  /** It is led here no more: what was appended may never be committed. */
  ended(): void
}
