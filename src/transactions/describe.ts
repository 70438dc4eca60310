import type { DescribeTransactions } from '../protocol/apis/describe-transactions.ts'
import type { ListTransactions } from '../protocol/apis/list-transactions.ts'
import { ErrorCode } from '../protocol/errors.ts'
import type { EncodableResponseOf } from '../protocol/schema/api.ts'
import type { TransactionState } from './transaction-state.ts'
import type { Transactions } from './transactions.ts'

export type DescribedTransaction = EncodableResponseOf<typeof DescribeTransactions>['transactionStates'][number]
export type ListedTransaction = EncodableResponseOf<typeof ListTransactions>['transactionStates'][number]

export function undescribed(transactionalId: string, errorCode: number): DescribedTransaction {
  return {
    errorCode,
    transactionalId,
    transactionState: '',
    transactionTimeoutMs: 0,
    transactionStartTimeMs: 0,
    producerId: 0,
    producerEpoch: 0,
    topics: [],
  }
}

export function describeTransaction(transactions: Transactions, transactionalId: string): DescribedTransaction {
  const value = transactions.values.get(transactionalId)
  if (value === undefined || value.state === 'Dead') {
    return undescribed(transactionalId, ErrorCode.TRANSACTIONAL_ID_NOT_FOUND)
  }
  return {
    errorCode: ErrorCode.NONE,
    transactionalId,
    transactionState: value.state,
    transactionTimeoutMs: value.timeoutMs,
    transactionStartTimeMs: value.startTimeMs,
    producerId: value.producerId,
    producerEpoch: value.producerEpoch,
    topics: Array.from(transactions.partitionsOf(transactionalId, value), ([topic, indexes]) => ({
      topic,
      partitions: [...indexes],
    })),
  }
}

/** What ListTransactions asks for; an empty set is no restriction. */
export interface TransactionFilter {
  readonly producerIds: ReadonlySet<number>
  /** Whether states were named, even if none of them exists. */
  readonly isByState: boolean
  readonly states: ReadonlySet<TransactionState>
  /** Open for longer than this; below 0: no matter how long. */
  readonly durationMs: number
  readonly matches: (transactionalId: string) => boolean
}

export function listTransactions(
  transactions: Transactions,
  filter: TransactionFilter,
  nowMs: number,
): ListedTransaction[] {
  const listed: ListedTransaction[] = []
  for (const [transactionalId, { producerId, state, startTimeMs }] of transactions.values) {
    if (state === 'Dead') continue
    if (filter.producerIds.size > 0 && !filter.producerIds.has(producerId)) continue
    if (filter.isByState && !filter.states.has(state)) continue
    if (filter.durationMs >= 0 && nowMs - startTimeMs <= filter.durationMs) continue
    if (filter.matches(transactionalId)) listed.push({ transactionalId, producerId, transactionState: state })
  }
  return listed
}
