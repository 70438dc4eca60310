import type { JoinGroupAnswer, JoinGroupRequest } from './answers.ts'
import type { GroupProtocol } from './classic-group-member.ts'
import type { GroupClient } from './classic-groups.ts'

/** A JoinGroup on its way through the machine. */
export interface Joining {
  readonly request: JoinGroupRequest
  /** Copied out of the request: they outlive it. */
  readonly protocols: readonly GroupProtocol[]
  readonly client: GroupClient
  readonly answer: JoinGroupAnswer
}

/** Why the client joins, in its own words (KIP-800), for the log. */
export function joinReason(request: JoinGroupRequest): string {
  return request.reason === null || request.reason === '' ? 'not provided' : request.reason
}
