/**
 * What the coordinator runtime needs of a partition of its internal topic; `broker` implements it over the
 * partition's log. Only the runtime appends to such a partition, apart from the leader's own control records.
 */
export interface CoordinatorPartition {
  readonly topic: string
  readonly partition: number
  /** The epoch in which this broker leads it. */
  readonly leaderEpoch: number
  readonly logStartOffset: number
  /** The offset the next append gets. */
  readonly logEndOffset: number
  /** Everything below is committed. */
  readonly highWatermark: number
  /** The largest batch, in bytes: `max.message.bytes`. */
  readonly batchBytesMax: number
  /**
   * Why an append with acks=all would be refused now: NOT_LEADER_OR_FOLLOWER, NOT_ENOUGH_REPLICAS,
   * KAFKA_STORAGE_ERROR; 0 if it would not be. Asked before anything is replayed.
   */
  appendError(): number
  /**
   * Appends one batch (its base offset and leader epoch are filled in) as acks=all. Decides at once: the base offset,
   * or a negative error code. `highWatermark` passing the batch's last offset says that it is committed.
   */
  append(batch: Uint8Array): AppendDecision
  /** Called on every advance of the high watermark and when the partition stops being led here. Returns its removal. */
  onChange(listener: PartitionListener): () => void
  /** Whole batches from `offset` on, at least one, about `bytesMax` in all; empty at the end of the log. */
  read(offset: number, bytesMax: number): Promise<Uint8Array>
}

export interface AppendDecision {
  readonly errorCode: number
  /** -1 on error. */
  readonly baseOffset: number
}

export interface PartitionListener {
  highWatermarkAdvanced(highWatermark: number): void
  /** The log failed, was deleted, or another broker leads: an accepted append may never commit. */
  failed(): void
}
