import type { Instant } from '../coordinator/instant.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { containsAll, type TopicPartition } from './topic-partition.ts'
import { answered, type TransactionResult } from './transaction-result.ts'
import { isWritable, type Transactions } from './transactions.ts'
import { withAddedPartitions } from './transitions.ts'

export interface PartitionsOfTransaction {
  readonly transactionalId: string
  readonly producerId: number
  readonly producerEpoch: number
  readonly partitions: readonly TopicPartition[]
}

/** Makes partitions part of the transaction, and begins it with the first. Answers with the error code of them all. */
export function addPartitions(
  transactions: Transactions,
  request: PartitionsOfTransaction,
  clientTransactionVersion: number,
  now: Instant,
): TransactionResult<number> {
  const { transactionalId, producerId, producerEpoch, partitions } = request
  const value = transactions.values.get(transactionalId)
  if (value === undefined) return answered(ErrorCode.INVALID_PRODUCER_ID_MAPPING)
  // First: the producer may have been given an id that is still on its way into the log.
  if (transactions.transitionOf(transactionalId) !== undefined) return answered(ErrorCode.CONCURRENT_TRANSACTIONS)
  if (value.producerId !== producerId) return answered(ErrorCode.INVALID_PRODUCER_ID_MAPPING)
  if (value.producerEpoch !== producerEpoch) return answered(ErrorCode.PRODUCER_FENCED)
  switch (value.state) {
    case 'PrepareCommit':
    case 'PrepareAbort':
      return answered(ErrorCode.CONCURRENT_TRANSACTIONS)
    case 'Ongoing':
      if (containsAll(value.partitions, partitions)) return answered(ErrorCode.NONE)
      break
    case 'Empty':
    case 'CompleteCommit':
    case 'CompleteAbort':
      break
    case 'Dead':
    case 'PrepareEpochFence':
      return answered(ErrorCode.UNKNOWN_SERVER_ERROR)
    default:
      return value.state satisfies never
  }
  const next = withAddedPartitions(value, partitions, clientTransactionVersion, now.wallMs)
  if (!isWritable(transactions, next)) return answered(ErrorCode.UNSUPPORTED_VERSION)
  return transactions.moveTo(transactionalId, next, ErrorCode.NONE)
}

/** One error code per partition, in their order: TRANSACTION_ABORTABLE where it was not added. */
export function verifyPartitions(transactions: Transactions, request: PartitionsOfTransaction): readonly number[] {
  const { transactionalId, producerId, producerEpoch, partitions } = request
  const allWith = (errorCode: number): readonly number[] => partitions.map(() => errorCode)
  const value = transactions.values.get(transactionalId)
  if (value === undefined || value.producerId !== producerId) return allWith(ErrorCode.INVALID_PRODUCER_ID_MAPPING)
  if (value.producerEpoch !== producerEpoch) return allWith(ErrorCode.PRODUCER_FENCED)
  if (value.state === 'PrepareCommit' || value.state === 'PrepareAbort') {
    return allWith(ErrorCode.CONCURRENT_TRANSACTIONS)
  }
  return partitions.map(({ topic, partition }) =>
    value.partitions.get(topic)?.has(partition) === true ? ErrorCode.NONE : ErrorCode.TRANSACTION_ABORTABLE,
  )
}
