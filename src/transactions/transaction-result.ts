import type { CoordinatorResult } from '../coordinator/coordinator-shard.ts'
import type { TransactionRecord } from './transaction-record.ts'

/** What a request or deadline of the transaction coordinator comes to. */
export type TransactionResult<Response = undefined> = CoordinatorResult<TransactionRecord, Response>

export function answered<Response>(response: Response): TransactionResult<Response> {
  return { records: [], response }
}
