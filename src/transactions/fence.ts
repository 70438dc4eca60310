import type { Instant } from '../coordinator/instant.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { noProducerId, type TransactionValue } from './transaction-record.ts'
import { answered, type TransactionResult } from './transaction-result.ts'
import type { Transactions } from './transactions.ts'
import { epochBumpSince, isEpochExhausted, prepared, withFencedEpoch } from './transitions.ts'

/**
 * Aborts an open transaction without its producer, because of a new one or of its timeout: the epoch is bumped, so
 * that the producer cannot go on. Answers with an error code. How it is done follows the cluster's
 * `transaction.version`, whatever the client's.
 */
export function fence(
  transactions: Transactions,
  transactionalId: string,
  value: TransactionValue,
  now: Instant,
): TransactionResult<number> {
  const version = transactions.environment.transactionVersion()
  if (version < epochBumpSince) {
    const next = prepared(withFencedEpoch(value), 'abort', 0, noProducerId, now.wallMs)
    return transactions.moveTo(transactionalId, next, ErrorCode.NONE)
  }
  const nextProducerId = isEpochExhausted(value.producerEpoch)
    ? transactions.environment.producerIds.take()
    : noProducerId
  if (nextProducerId === undefined) return answered(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS)
  return transactions.moveTo(
    transactionalId,
    prepared(value, 'abort', version, nextProducerId, now.wallMs),
    ErrorCode.NONE,
  )
}
