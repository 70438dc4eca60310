import type { Instant } from '../coordinator/instant.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { fence } from './fence.ts'
import type { TransactionRecord, TransactionValue } from './transaction-record.ts'
import type { TransactionResult } from './transaction-result.ts'
import { isIdle } from './transaction-state.ts'
import type { Transactions } from './transactions.ts'

/** What stands for no timeout: the transaction takes part in a two-phase commit that another coordinator decides. */
const noTimeoutMs = 2 ** 31 - 1

/** Aborts the transactions that have been open for too long. */
export function abortTimedOut(transactions: Transactions, now: Instant): TransactionResult {
  const { logger } = transactions.environment
  const records: TransactionRecord[] = []
  const settlings: NonNullable<TransactionResult['settled']>[] = []
  for (const [transactionalId, value] of transactions.values) {
    if (!isTimedOut(value, now) || transactions.transitionOf(transactionalId) !== undefined) continue
    const { response: errorCode, records: fencing, settled } = fence(transactions, transactionalId, value, now)
    if (errorCode !== 0) {
      logger.warn(
        `Rollback of ongoing transaction for transactionalId ${transactionalId} failed: error code ${errorCode}`,
      )
      continue
    }
    records.push(...fencing)
    settlings.push((settledWith, at) => {
      settled?.(settledWith, at)
      if (settledWith === ErrorCode.NONE) {
        logger.info(`Completed rollback of ongoing transaction for transactionalId ${transactionalId} due to timeout`)
      }
    })
  }
  return {
    records,
    response: undefined,
    isAtomic: false,
    settled: (errorCode, at) => {
      for (const settled of settlings) settled(errorCode, at)
    },
  }
}

function isTimedOut(value: TransactionValue, now: Instant): boolean {
  if (value.state !== 'Ongoing' || value.timeoutMs === noTimeoutMs) return false
  return value.startTimeMs + value.timeoutMs < now.wallMs
}

/** Forgets the transactional ids that nobody has used for `transactional.id.expiration.ms`. */
export function expireTransactionalIds(transactions: Transactions, now: Instant): TransactionResult {
  const lastUpdateMaxMs = now.wallMs - transactions.environment.config.transactionalIdExpirationMs
  const expired: string[] = []
  for (const [transactionalId, { state, lastUpdateTimeMs }] of transactions.values) {
    if (!isIdle(state) || lastUpdateTimeMs > lastUpdateMaxMs) continue
    if (transactions.transitionOf(transactionalId) === undefined) expired.push(transactionalId)
  }
  return transactions.forget(expired)
}
