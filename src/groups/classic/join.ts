import type { Instant } from '../../coordinator/instant.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import { copiedBytes } from '../copied-bytes.ts'
import { newMemberJoinTimeoutMs } from '../group-config.ts'
import { type GroupResult, nothingWritten } from '../group-result.ts'
import { coordinatorErrorOf } from '../write-error.ts'
import type { JoinGroupAnswer, JoinGroupRequest } from './answers.ts'
import { ClassicGroup } from './classic-group.ts'
import { ClassicGroupMember } from './classic-group-member.ts'
import type { ClassicGroups, GroupClient } from './classic-groups.ts'
import { newGroupRecord } from './group-metadata.ts'
import { type Joining, joinReason } from './joining.ts'
import { newMemberId } from './member-id.ts'
import { joinedResponse, rebalanceOrCompleteJoin } from './rebalance.ts'
import { refusedJoin } from './refusals.ts'
import { renewSession } from './session.ts'
import { sessionDeadline } from './session-expiry.ts'
import { replaceStaticMember } from './static-member.ts'

/** From this version on a dynamic member gets its id first and joins with it then (KIP-394). */
const memberIdRequiredVersion = 4

/**
 * A member asks into the group, or back into it after a rebalance was called. The answer comes when the join phase
 * ends, unless there is nothing to wait for.
 */
export function joinGroup(
  groups: ClassicGroups,
  request: JoinGroupRequest,
  client: GroupClient,
  now: Instant,
  answer: JoinGroupAnswer,
): GroupResult {
  const protocols = request.protocols.map(({ name, metadata }) => ({ name, metadata: copiedBytes(metadata) }))
  const joining: Joining = { request, protocols, client, answer }
  const isNewMember = request.memberId === ''
  const known = groups.groups.classic(request.groupId)
  if (known === undefined && !isNewMember) {
    answer(refusedJoin(request.memberId, ErrorCode.UNKNOWN_MEMBER_ID))
    return nothingWritten
  }
  const group = known ?? ClassicGroup.empty(request.groupId, groups.deadlines, now)
  if (known === undefined) groups.groups.set(group)
  const result = joinKnownGroup(groups, group, joining, now)
  return known === undefined && result.records.length === 0 ? groupCreated(groups, group, answer) : result
}

function joinKnownGroup(groups: ClassicGroups, group: ClassicGroup, joining: Joining, now: Instant): GroupResult {
  const { request, answer } = joining
  if (!hasRoomFor(groups, group, request.memberId)) {
    group.remove(request.memberId)
    answer(refusedJoin('', ErrorCode.GROUP_MAX_SIZE_REACHED))
    return nothingWritten
  }
  if (!group.supportsProtocols(request.protocolType, joining.protocols)) {
    answer(refusedJoin(request.memberId, ErrorCode.INCONSISTENT_GROUP_PROTOCOL))
    return nothingWritten
  }
  return request.memberId === ''
    ? joinNewMember(groups, group, joining, now)
    : joinKnownMember(groups, group, joining, now)
}

/**
 * While members join, those who have joined are counted: the group may be larger than it may be since the limit was
 * lowered, and then the last to rejoin are turned away. Otherwise members are counted.
 */
function hasRoomFor(groups: ClassicGroups, group: ClassicGroup, memberId: string): boolean {
  const { groupSizeMax } = groups.config
  switch (group.state) {
    case 'Empty':
      return true
    case 'PreparingRebalance':
      return group.members.get(memberId)?.isAwaitingJoin === true || group.awaitingJoinCount < groupSizeMax
    case 'CompletingRebalance':
    case 'Stable':
      return group.members.has(memberId) || group.members.size < groupSizeMax
    default:
      return group.state satisfies never
  }
}

function joinNewMember(groups: ClassicGroups, group: ClassicGroup, joining: Joining, now: Instant): GroupResult {
  const { request, client, answer } = joining
  const memberId = newMemberId(client.clientId, request.groupInstanceId, groups.random)
  if (request.groupInstanceId !== null) {
    const predecessorId = group.staticMemberId(request.groupInstanceId)
    return predecessorId === undefined
      ? addMember(groups, group, joining, memberId, now)
      : replaceStaticMember(groups, group, joining, predecessorId, memberId, now)
  }
  if (client.apiVersion < memberIdRequiredVersion) return addMember(groups, group, joining, memberId, now)
  const deadline = sessionDeadline(groups, group, memberId)
  group.pendingJoin.set(memberId, deadline)
  groups.deadlines.schedule(deadline, now.monotonicMs + request.sessionTimeoutMs)
  answer(refusedJoin(memberId, ErrorCode.MEMBER_ID_REQUIRED))
  return nothingWritten
}

function joinKnownMember(groups: ClassicGroups, group: ClassicGroup, joining: Joining, now: Instant): GroupResult {
  const { request, protocols, answer } = joining
  const { memberId } = request
  if (group.pendingJoin.has(memberId)) {
    if (request.groupInstanceId === null) return addMember(groups, group, joining, memberId, now)
    // Only dynamic members are pending. Kafka fails on this one with an exception it did not foresee.
    answer(refusedJoin('', ErrorCode.UNKNOWN_SERVER_ERROR))
    return nothingWritten
  }
  const errorCode = group.memberError(memberId, request.groupInstanceId)
  if (errorCode !== ErrorCode.NONE) {
    answer(refusedJoin(memberId, errorCode))
    return nothingWritten
  }
  const member = group.members.get(memberId)!
  const reason = `client reason: ${joinReason(request)}`
  switch (group.state) {
    case 'Empty':
      answer(refusedJoin(memberId, ErrorCode.UNKNOWN_MEMBER_ID))
      return nothingWritten
    case 'PreparingRebalance':
      return rejoin(groups, group, member, joining, `Member ${memberId} is joining group; ${reason}`, now)
    case 'CompletingRebalance':
      // The same again: it has not had the first answer.
      if (!member.matches(protocols)) {
        return rejoin(groups, group, member, joining, `Updating metadata for member ${memberId}; ${reason}`, now)
      }
      break
    case 'Stable':
      // A leader that joins again wants another assignment even when its own metadata is unchanged: topics grew.
      if (group.isLeader(memberId)) {
        return rejoin(groups, group, member, joining, `Leader ${memberId} re-joining group; ${reason}`, now)
      }
      if (!member.matches(protocols)) {
        return rejoin(groups, group, member, joining, `Updating metadata for member ${memberId}; ${reason}`, now)
      }
      break
    default:
      group.state satisfies never
  }
  answer(joinedResponse(group, member))
  return nothingWritten
}

function rejoin(
  groups: ClassicGroups,
  group: ClassicGroup,
  member: ClassicGroupMember,
  { request, protocols, answer }: Joining,
  reason: string,
  now: Instant,
): GroupResult {
  const { rebalanceTimeoutMs, sessionTimeoutMs } = request
  group.updateMember(member, { protocols, rebalanceTimeoutMs, sessionTimeoutMs }, answer)
  return rebalanceOrCompleteJoin(groups, group, reason, now)
}

function addMember(
  groups: ClassicGroups,
  group: ClassicGroup,
  { request, protocols, client, answer }: Joining,
  memberId: string,
  now: Instant,
): GroupResult {
  const { groupInstanceId, protocolType, rebalanceTimeoutMs, sessionTimeoutMs } = request
  const { clientId, clientHost } = client
  const member = new ClassicGroupMember(
    { memberId, groupInstanceId, clientId, clientHost, rebalanceTimeoutMs, sessionTimeoutMs, protocolType, protocols },
    sessionDeadline(groups, group, memberId),
  )
  member.isNew = true
  if (group.state === 'PreparingRebalance' && group.previousState === 'Empty') group.newMemberAdded = true
  group.add(member, answer)
  renewSession(groups, member, now, newMemberJoinTimeoutMs)
  const reason = `Adding new member ${memberId} with group instance id ${groupInstanceId}; client reason: ${joinReason(request)}`
  return rebalanceOrCompleteJoin(groups, group, reason, now)
}

/** A new group is recorded before anybody is in it, so that it is listed and described like any other. */
function groupCreated(groups: ClassicGroups, group: ClassicGroup, answer: JoinGroupAnswer): GroupResult {
  return {
    records: [newGroupRecord(group)],
    response: undefined,
    isReplayed: false,
    settled: errorCode => {
      if (errorCode === 0) return
      groups.logger.warn(`Failed to write empty metadata for group ${group.groupId}: error ${errorCode}`)
      if (groups.groups.classic(group.groupId) === group) {
        group.cancelDeadlines()
        groups.groups.delete(group.groupId)
      }
      answer(refusedJoin('', coordinatorErrorOf(errorCode)))
    },
  }
}
