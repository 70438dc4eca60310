import type { TransactionOutcome } from '../../coordinator/coordinator-shard.ts'
import type { TopicPartition } from '../../transactions/topic-partition.ts'

/** The end of one transaction on partitions that one broker leads: an entry of WriteTxnMarkers. */
export interface TransactionMarker {
  readonly producerId: number
  readonly producerEpoch: number
  readonly outcome: TransactionOutcome
  /** The leader epoch of the coordinator's partition of `__transaction_state`: fences earlier coordinators. */
  readonly coordinatorEpoch: number
  /** The level of `transaction.version` the transaction was ended with; from 2 on its epoch was bumped before (KIP-890). */
  readonly transactionVersion: number
  readonly partitions: readonly TopicPartition[]
}

/**
 * Appends markers to partitions led by this broker, as WriteTxnMarkers does: the handler of that API and this broker's
 * own transaction coordinator share it.
 */
export interface MarkerWriter {
  /**
   * One error code per partition, in their order, when each marker is written and committed as acks=all has it, or is
   * not going to be. Never rejects. For a partition of `__consumer_offsets` the group coordinator has ended the
   * transaction too.
   */
  writeMarkers(marker: TransactionMarker): readonly number[] | Promise<readonly number[]>
}
