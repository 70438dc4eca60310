import type { Instant } from '../../coordinator/instant.ts'
import type { LeaveGroup } from '../../protocol/apis/leave-group.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import type { EncodableResponseOf, RequestOf } from '../../protocol/schema/api.ts'
import { answered, type GroupResult } from '../group-result.ts'
import type { ClassicGroup } from './classic-group.ts'
import type { ClassicGroups } from './classic-groups.ts'
import { rebalanceOrCompleteJoin } from './rebalance.ts'
import { dismissMember } from './session.ts'

export type LeaveGroupRequest = RequestOf<typeof LeaveGroup>
export type LeaveGroupResponse = EncodableResponseOf<typeof LeaveGroup>
type LeavingMember = LeaveGroupRequest['members'][number]

/**
 * Members leave, each on its own account or removed by an administrator, who may name static members by their
 * instance id alone. The group rebalances once for all of them.
 */
export function leaveGroup(
  groups: ClassicGroups,
  groupId: string,
  leaving: readonly LeavingMember[],
  now: Instant,
): GroupResult<LeaveGroupResponse> {
  const group = groups.groups.classic(groupId)
  const members = leaving.map(member => ({
    memberId: member.memberId,
    groupInstanceId: member.groupInstanceId,
    errorCode: group === undefined ? ErrorCode.UNKNOWN_MEMBER_ID : removeMember(groups, group, member),
  }))
  const response = { errorCode: ErrorCode.NONE, members }
  const left = members.filter(member => member.errorCode === ErrorCode.NONE).map(member => member.memberId)
  if (group === undefined || left.length === 0 || group.state === 'Empty') return answered(response)
  const reason = `explicit \`LeaveGroup\` request for (${left.join(', ')}) members.`
  return { ...rebalanceOrCompleteJoin(groups, group, reason, now), response }
}

/** Takes the member out and says 0, or why not. */
function removeMember(groups: ClassicGroups, group: ClassicGroup, leaving: LeavingMember): number {
  const { groupInstanceId } = leaving
  let { memberId } = leaving
  if (memberId === '') {
    const holder = groupInstanceId === null ? undefined : group.staticMemberId(groupInstanceId)
    if (holder === undefined) return ErrorCode.UNKNOWN_MEMBER_ID
    memberId = holder
  } else if (!group.pendingJoin.has(memberId)) {
    const errorCode = group.memberError(memberId, groupInstanceId)
    if (errorCode !== ErrorCode.NONE) return errorCode
  }
  const member = group.members.get(memberId)
  if (member === undefined) group.remove(memberId)
  else dismissMember(group, member)
  groups.logger.info(
    `[Group ${group.groupId}] Member ${memberId} has left group through explicit \`LeaveGroup\` request; client reason: ${leaving.reason ?? 'not provided'}`,
  )
  return ErrorCode.NONE
}
