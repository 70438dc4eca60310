import type { Instant } from '../../coordinator/instant.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import type { ClassicGroup } from './classic-group.ts'
import type { ClassicGroupMember } from './classic-group-member.ts'
import type { ClassicGroups } from './classic-groups.ts'
import { refusedJoin } from './refusals.ts'

/** The member was heard of: its session starts over. */
export function renewSession(
  groups: ClassicGroups,
  member: ClassicGroupMember,
  now: Instant,
  timeoutMs: number = member.sessionTimeoutMs,
): void {
  groups.deadlines.schedule(member.session, now.monotonicMs + timeoutMs)
}

/** Takes a member out. If its first JoinGroup is parked, the client is told to start over, should it still be there. */
export function dismissMember(group: ClassicGroup, member: ClassicGroupMember): void {
  group.answerJoin(member, refusedJoin('', ErrorCode.UNKNOWN_MEMBER_ID))
  group.remove(member.memberId)
}
