import type { JoinGroupResponse, SyncGroupResponse } from './answers.ts'

/** A JoinGroup that leads to no generation. */
export function refusedJoin(memberId: string, errorCode: number): JoinGroupResponse {
  return { errorCode, memberId, generationId: -1, protocolType: null, protocolName: '', leader: '', members: [] }
}

export function refusedSync(errorCode: number): SyncGroupResponse {
  return { errorCode, assignment: new Uint8Array(0) }
}
