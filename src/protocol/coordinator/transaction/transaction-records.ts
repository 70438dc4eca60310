import { type CoordinatorRecord, CoordinatorRecordDecoder } from '../coordinator-record.ts'
import { TransactionLogKey, TransactionLogValue } from './transaction-log.ts'

/** Every type of record in `__transaction_state`, in the order of their numbers. */
export const TRANSACTION_RECORDS = {
  TransactionLog: { key: TransactionLogKey, value: TransactionLogValue },
} as const

export type TransactionRecord = CoordinatorRecord<typeof TRANSACTION_RECORDS>

export function transactionRecordDecoder(): CoordinatorRecordDecoder<typeof TRANSACTION_RECORDS> {
  return new CoordinatorRecordDecoder(TRANSACTION_RECORDS)
}
