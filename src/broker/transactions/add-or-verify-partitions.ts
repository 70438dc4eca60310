import { ErrorCode } from '../../protocol/errors.ts'
import type { PartitionsOfTransaction } from '../../transactions/add-partitions.ts'
import { mapAnswer } from '../coordinator/map-answer.ts'
import type { TransactionCoordinator } from '../coordinator/transaction-coordinator.ts'
import type { MetadataCache } from '../metadata/metadata-cache.ts'

export interface TransactionServices {
  readonly metadata: MetadataCache
  readonly transactionCoordinator: TransactionCoordinator
}

/**
 * What AddPartitionsToTxn does for one transaction: one error code per partition, in their order. If one of them does
 * not exist none is added, and the others are answered OPERATION_NOT_ATTEMPTED.
 */
export function addOrVerifyPartitions(
  { metadata, transactionCoordinator }: TransactionServices,
  transaction: PartitionsOfTransaction,
  operation: { readonly verifyOnly: boolean; readonly clientTransactionVersion: number },
): readonly number[] | Promise<readonly number[]> {
  const { partitions } = transaction
  const { topics } = metadata.image
  const exist = partitions.map(({ topic, partition }) => topics.byName(topic)?.partitions[partition] !== undefined)
  if (exist.includes(false)) {
    return exist.map(exists => (exists ? ErrorCode.OPERATION_NOT_ATTEMPTED : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION))
  }
  if (operation.verifyOnly) return transactionCoordinator.verifyPartitions(transaction)
  const added = transactionCoordinator.addPartitions(transaction, operation.clientTransactionVersion)
  return mapAnswer(added, errorCode => partitions.map(() => errorCode))
}
