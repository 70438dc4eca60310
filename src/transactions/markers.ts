import type { Instant } from '../coordinator/instant.ts'
import { ErrorCode } from '../protocol/errors.ts'
import type { MarkerAnswer, MarkerOrder } from './marker-order.ts'
import type { TopicPartition } from './topic-partition.ts'
import { answered, type TransactionResult } from './transaction-result.ts'
import type { Transactions } from './transactions.ts'
import { completed } from './transitions.ts'

/** What is left of an order: partitions to be told again, or nothing any more. */
export type MarkerProgress =
  | { readonly isOver: true }
  | { readonly isOver: false; readonly retry: readonly TopicPartition[] }

const over: MarkerProgress = { isOver: true }

/**
 * Notes which partitions have their marker. With the last one the transaction is complete, and the next may begin.
 * `answers` may be empty: to try again to write that it is complete.
 */
export function markersAnswered(
  transactions: Transactions,
  order: MarkerOrder,
  answers: readonly MarkerAnswer[],
  now: Instant,
): TransactionResult<MarkerProgress> {
  const { transactionalId } = order
  const current = transactions.orderOf(transactionalId)
  const value = transactions.values.get(transactionalId)
  // The shard was loaded anew meanwhile, and has ordered the markers again.
  if (current?.order !== order || value === undefined) return answered(over)
  const { logger } = transactions.environment
  const retry: TopicPartition[] = []
  for (const { topic, partition, errorCode } of answers) {
    const fate = fateOf(errorCode)
    const what = `Sending ${transactionalId}'s transaction marker for partition ${topic}-${partition}`
    if (fate === 'given up') {
      // Another coordinator, or another producer, has taken over: what it decides stands.
      logger.info(`${what} has permanently failed with error code ${errorCode}; cancel sending any more of them`)
      return answered(over)
    }
    if (fate === 'retried') {
      logger.info(
        `${what} has failed with error code ${errorCode}, retrying with coordinator epoch ${order.coordinatorEpoch}`,
      )
      retry.push({ topic, partition })
      continue
    }
    const indexes = current.untold.get(topic)
    indexes?.delete(partition)
    if (indexes?.size === 0) current.untold.delete(topic)
  }
  if (current.untold.size > 0) return answered({ isOver: false, retry })
  return transactions.moveToComplete(order, completed(value, now.wallMs), over)
}

type MarkerFate = 'told' | 'retried' | 'given up'

function fateOf(errorCode: number): MarkerFate {
  switch (errorCode) {
    case ErrorCode.NONE:
    // The log is of a time before transactions: the producer cannot have written to it.
    case ErrorCode.UNSUPPORTED_FOR_MESSAGE_FORMAT:
    case ErrorCode.UNSUPPORTED_VERSION:
      return 'told'
    case ErrorCode.INVALID_PRODUCER_EPOCH:
    case ErrorCode.TRANSACTION_COORDINATOR_FENCED:
      return 'given up'
    default:
      return 'retried'
  }
}
