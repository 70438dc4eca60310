import type { Instant } from '../coordinator/instant.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { fence } from './fence.ts'
import type { TransactionValue } from './transaction-record.ts'
import type { TransactionResult } from './transaction-result.ts'
import { isIdle } from './transaction-state.ts'
import type { Transactions } from './transactions.ts'

/** What stands for no timeout: the transaction takes part in a two-phase commit that another coordinator decides. */
const noTimeoutMs = 2 ** 31 - 1

/** Aborts the transactions that have been open for too long, each on its own: one that cannot be keeps no other. */
export function* abortTimedOut(transactions: Transactions, now: Instant): Generator<TransactionResult> {
  const timedOut: string[] = []
  for (const [transactionalId, value] of transactions.values) {
    if (isTimedOut(value, now)) timedOut.push(transactionalId)
  }
  for (const transactionalId of timedOut) {
    const value = transactions.values.get(transactionalId)
    // Others had their turn meanwhile.
    if (value === undefined || !isTimedOut(value, now) || transactions.transitionOf(transactionalId) !== undefined) {
      continue
    }
    const fenced = fence(transactions, transactionalId, value, now)
    if (fenced.response === ErrorCode.NONE) yield reported(transactions, transactionalId, fenced)
    else warnOf(transactions, transactionalId, fenced.response)
  }
}

function reported(
  transactions: Transactions,
  transactionalId: string,
  { records, settled }: TransactionResult<number>,
): TransactionResult {
  return {
    records,
    response: undefined,
    settled: (errorCode, at) => {
      settled?.(errorCode, at)
      if (errorCode !== ErrorCode.NONE) warnOf(transactions, transactionalId, errorCode)
      else {
        transactions.environment.logger.info(
          `Completed rollback of ongoing transaction for transactionalId ${transactionalId} due to timeout`,
        )
      }
    },
  }
}

function warnOf({ environment }: Transactions, transactionalId: string, errorCode: number): void {
  environment.logger.warn(
    `Rollback of ongoing transaction for transactionalId ${transactionalId} failed: error code ${errorCode}`,
  )
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
