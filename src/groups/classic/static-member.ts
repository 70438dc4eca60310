import { assert } from '../../assertion.ts'
import type { Instant } from '../../coordinator/instant.ts'
import type { GroupResult } from '../group-result.ts'
import { coordinatorErrorOf } from '../write-error.ts'
import type { ClassicGroup } from './classic-group.ts'
import { ClassicGroupMember } from './classic-group-member.ts'
import type { ClassicGroups } from './classic-groups.ts'
import { groupMetadataRecord } from './group-metadata.ts'
import { type Joining, joinReason } from './joining.ts'
import { completeJoinIfAllJoined, joinedResponse, prepareRebalance, rebalanceOrCompleteJoin } from './rebalance.ts'
import { refusedJoin } from './refusals.ts'
import { renewSession } from './session.ts'
import { sessionDeadline } from './session-expiry.ts'

/** From this version on a leader can be told that its old assignment stands (KIP-814). */
const skipAssignmentVersion = 9

/**
 * A static member came back without its member id: it was restarted. It takes the place and the assignment of the
 * one it continues, under a new id, and in a stable group nobody else notices (KIP-345).
 */
export function replaceStaticMember(
  groups: ClassicGroups,
  group: ClassicGroup,
  joining: Joining,
  predecessorId: string,
  memberId: string,
  now: Instant,
): GroupResult {
  const { request, protocols, answer } = joining
  const predecessor = group.members.get(predecessorId)
  assert(predecessor !== undefined, `Static member ${predecessorId} is a member.`)
  assert(group.state !== 'Empty', `Group ${group.groupId} has a member.`)
  const leaderIdBefore = group.leaderId
  const member = successorOf(groups, group, predecessor, memberId)
  group.replaceStaticMember(predecessor, member)
  renewSession(groups, member, now)
  const said = { rebalanceTimeoutMs: request.rebalanceTimeoutMs, sessionTimeoutMs: request.sessionTimeoutMs, protocols }
  group.updateMember(member, said, answer)
  const what = `static member ${memberId} with instance id ${request.groupInstanceId}`
  const reason = `client reason: ${joinReason(request)}`
  switch (group.state) {
    case 'Stable':
      if (group.selectProtocol() !== group.protocolName) {
        const change = `Group's selectedProtocol will change because ${what} joined with change of protocol`
        return rebalanceOrCompleteJoin(groups, group, `${change}; ${reason}`, now)
      }
      return recordReplacement(groups, group, { joining, predecessor, member, leaderIdBefore })
    case 'CompletingRebalance':
      // The leader may have been told the old id, and would assign to that.
      return prepareRebalance(groups, group, `Updating metadata for ${what}; ${reason}`, now)
    case 'PreparingRebalance':
      return completeJoinIfAllJoined(groups, group, now)
    default:
      return group.state satisfies never
  }
}

/** The same member under another id; what its client says of itself is learned when it is a new one. */
function successorOf(
  groups: ClassicGroups,
  group: ClassicGroup,
  predecessor: ClassicGroupMember,
  memberId: string,
): ClassicGroupMember {
  const { groupInstanceId, clientId, clientHost, protocolType, rebalanceTimeoutMs, sessionTimeoutMs } = predecessor
  const { protocols, assignment } = predecessor
  const same = { groupInstanceId, clientId, clientHost, protocolType, rebalanceTimeoutMs, sessionTimeoutMs }
  return new ClassicGroupMember({ ...same, memberId, protocols, assignment }, sessionDeadline(groups, group, memberId))
}

interface Replacement {
  readonly joining: Joining
  readonly predecessor: ClassicGroupMember
  readonly member: ClassicGroupMember
  readonly leaderIdBefore: string | null
}

/** The new id is answered once it is recorded; until then the JoinGroup is parked. */
function recordReplacement(
  groups: ClassicGroups,
  group: ClassicGroup,
  { joining, predecessor, member, leaderIdBefore }: Replacement,
): GroupResult {
  const generationId = group.generationId
  return {
    records: [groupMetadataRecord(group, memberId => group.members.get(memberId)!.assignment)],
    response: undefined,
    isReplayed: false,
    settled: (errorCode, now) => {
      if (errorCode !== 0) {
        undoReplacement(groups, group, predecessor, member, now)
        joining.answer({
          ...refusedJoin('', coordinatorErrorOf(errorCode)),
          generationId: group.generationId,
          protocolName: group.protocolName,
          protocolType: group.protocolType,
          leader: leaderIdBefore ?? '',
        })
        return
      }
      // Somebody called a rebalance meanwhile: the JoinGroup is part of it and is answered with it.
      if (group.state !== 'Stable' || group.generationId !== generationId) return
      group.answerJoin(member, replacedResponse(group, member, joining.client.apiVersion, leaderIdBefore))
    },
  }
}

/**
 * A leader that comes back must not assign again: to one that cannot be told so, another is named the leader (its
 * own old id).
 */
function replacedResponse(
  group: ClassicGroup,
  member: ClassicGroupMember,
  apiVersion: number,
  leaderIdBefore: string | null,
): ReturnType<typeof joinedResponse> {
  const response = joinedResponse(group, member)
  return apiVersion >= skipAssignmentVersion
    ? { ...response, skipAssignment: group.isLeader(member.memberId) }
    : { ...response, members: [], leader: leaderIdBefore ?? '' }
}

function undoReplacement(
  groups: ClassicGroups,
  group: ClassicGroup,
  predecessor: ClassicGroupMember,
  member: ClassicGroupMember,
  now: Instant,
): void {
  if (group.members.get(member.memberId) !== member) return
  group.updateMember(member, predecessor, null)
  const restored = successorOf(groups, group, predecessor, predecessor.memberId)
  group.replaceStaticMember(member, restored)
  renewSession(groups, restored, now)
}
