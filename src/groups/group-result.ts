import type { CoordinatorResult } from '../coordinator/coordinator-shard.ts'
import type { GroupRecord } from './group-record.ts'

/** What a request or deadline of the group coordinator comes to. */
export type GroupResult<Response = undefined> = CoordinatorResult<GroupRecord, Response>

/** Nothing to write; whoever asked has been answered or is parked. */
export const nothingWritten: GroupResult = { records: [], response: undefined }

export function answered<Response>(response: Response): GroupResult<Response> {
  return { records: [], response }
}
