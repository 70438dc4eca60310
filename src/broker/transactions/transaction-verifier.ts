import type { TopicPartition } from '../../transactions/topic-partition.ts'

/**
 * What the client of the request can be told, and whether its request adds partitions on the way. By the version of
 * Produce (11, 12) and of TxnOffsetCommit (4, 5). Kafka's `TransactionSupportedOperation`.
 */
export type TransactionSupportedOperation =
  /** Verifies; the client does not know TRANSACTION_ABORTABLE and is told INVALID_TXN_STATE. */
  | 'default-error'
  /** Verifies. */
  | 'generic-error-supported'
  /** Adds the partitions to the transaction (KIP-890, transactions of version 2). */
  | 'add-partition'

export interface TransactionToVerify {
  readonly transactionalId: string
  readonly producerId: number
  readonly producerEpoch: number
  readonly partitions: readonly TopicPartition[]
  readonly supportedOperation: TransactionSupportedOperation
}

/**
 * The leader of a partition asks the coordinator of a transaction whether the partition is part of it, or has it
 * added, before it appends the first batch (KIP-890). Kafka's `AddPartitionsToTxnManager`.
 */
export interface TransactionVerifier {
  /**
   * One error code per partition, in their order; 0 where the batch may be appended. Codes are the ones for the
   * client: PRODUCER_FENCED reads INVALID_PRODUCER_EPOCH here. Never rejects. COORDINATOR_NOT_AVAILABLE where nobody
   * coordinates the transaction, NOT_COORDINATOR and COORDINATOR_LOAD_IN_PROGRESS as the coordinator says them,
   * NETWORK_EXCEPTION where a later request of the same epoch took this one's place: all to be retried.
   */
  addOrVerify(transaction: TransactionToVerify): readonly number[] | Promise<readonly number[]>
}

export function supportedOperationOfProduce(version: number): TransactionSupportedOperation {
  if (version > 11) return 'add-partition'
  return version > 10 ? 'generic-error-supported' : 'default-error'
}

export function supportedOperationOfTxnOffsetCommit(version: number): TransactionSupportedOperation {
  if (version > 4) return 'add-partition'
  return version > 3 ? 'generic-error-supported' : 'default-error'
}
