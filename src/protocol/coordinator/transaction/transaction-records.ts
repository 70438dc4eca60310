import { TransactionLogKey, TransactionLogValue } from './transaction-log.ts'

/** Every type of record in `__transaction_state`, in the order of their numbers. */
export const TRANSACTION_RECORDS = {
  TransactionLog: { key: TransactionLogKey, value: TransactionLogValue },
} as const
