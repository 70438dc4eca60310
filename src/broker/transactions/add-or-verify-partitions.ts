import { ErrorCode } from '../../protocol/errors.ts'
import type { PartitionsOfTransaction } from '../../transactions/add-partitions.ts'
import { mapAnswer } from '../coordinator/map-answer.ts'
import type { TransactionCoordinator } from '../coordinator/transaction-coordinator.ts'
import { isInternalTopic } from '../internal-topics.ts'
import type { MetadataCache } from '../metadata/metadata-cache.ts'

export interface TransactionServices {
  readonly metadata: MetadataCache
  readonly transactionCoordinator: TransactionCoordinator
}

export interface AddOrVerify {
  readonly verifyOnly: boolean
  /** The level of `transaction.version` its client works by. */
  readonly clientTransactionVersion: number
  /** A producer asks, not a broker on its behalf: internal topics are not its own to write to. */
  readonly isFromClient: boolean
}

/**
 * What AddPartitionsToTxn does for one transaction: one error code per partition, in their order. If one of them
 * cannot be added none is, and the others are answered OPERATION_NOT_ATTEMPTED.
 */
export function addOrVerifyPartitions(
  { metadata, transactionCoordinator }: TransactionServices,
  transaction: PartitionsOfTransaction,
  { verifyOnly, clientTransactionVersion, isFromClient }: AddOrVerify,
): readonly number[] | Promise<readonly number[]> {
  const { partitions } = transaction
  const { topics } = metadata.image
  const refusals = partitions.map(({ topic, partition }) => {
    if (isFromClient && isInternalTopic(topic)) return ErrorCode.TOPIC_AUTHORIZATION_FAILED
    const isKnown = topics.byName(topic)?.partitions[partition] !== undefined
    return isKnown ? ErrorCode.NONE : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
  })
  if (refusals.some(refusal => refusal !== ErrorCode.NONE)) {
    return refusals.map(refusal => (refusal === ErrorCode.NONE ? ErrorCode.OPERATION_NOT_ATTEMPTED : refusal))
  }
  if (verifyOnly) return transactionCoordinator.verifyPartitions(transaction)
  const added = transactionCoordinator.addPartitions(transaction, clientTransactionVersion)
  return mapAnswer(added, errorCode => partitions.map(() => errorCode))
}
