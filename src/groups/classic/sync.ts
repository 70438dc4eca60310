import { ErrorCode } from '../../protocol/errors.ts'
import { copiedBytes } from '../copied-bytes.ts'
import { type GroupResult, nothingWritten } from '../group-result.ts'
import { coordinatorErrorOf } from '../write-error.ts'
import type { SyncGroupAnswer, SyncGroupRequest } from './answers.ts'
import { propagateAssignment } from './assignment.ts'
import type { ClassicGroup } from './classic-group.ts'
import { type ClassicGroupMember, emptyAssignment } from './classic-group-member.ts'
import type { ClassicGroups } from './classic-groups.ts'
import { groupMetadataRecord } from './group-metadata.ts'
import { cancelSyncDeadline, rebalanceOrCompleteJoin, resetAssignments } from './rebalance.ts'
import { refusedSync } from './refusals.ts'

/**
 * A member of the new generation asks for its assignment; the leader brings everybody's. It is recorded before
 * anybody is told of it.
 */
export function syncGroup(groups: ClassicGroups, request: SyncGroupRequest, answer: SyncGroupAnswer): GroupResult {
  const group = groups.groups.classic(request.groupId)
  const errorCode = group === undefined ? ErrorCode.UNKNOWN_MEMBER_ID : syncError(group, request)
  const member = group?.members.get(request.memberId)
  if (group === undefined || member === undefined || errorCode !== ErrorCode.NONE) {
    answer(refusedSync(errorCode))
    return nothingWritten
  }
  switch (group.state) {
    case 'Empty':
      answer(refusedSync(ErrorCode.UNKNOWN_MEMBER_ID))
      return nothingWritten
    case 'PreparingRebalance':
      answer(refusedSync(ErrorCode.REBALANCE_IN_PROGRESS))
      return nothingWritten
    case 'CompletingRebalance':
      member.awaitSync(answer)
      memberSynced(groups, group, member)
      return group.isLeader(member.memberId) ? recordAssignment(groups, group, request) : nothingWritten
    case 'Stable': {
      memberSynced(groups, group, member)
      const { protocolType, protocolName } = group
      answer({ errorCode: ErrorCode.NONE, protocolType, protocolName, assignment: member.assignment })
      return nothingWritten
    }
    default:
      return group.state satisfies never
  }
}

function syncError(group: ClassicGroup, request: SyncGroupRequest): number {
  if (group.state === 'Empty') return ErrorCode.UNKNOWN_MEMBER_ID
  const errorCode = group.memberError(request.memberId, request.groupInstanceId)
  if (errorCode !== ErrorCode.NONE) return errorCode
  if (request.generationId !== group.generationId) return ErrorCode.ILLEGAL_GENERATION
  const { protocolType, protocolName } = group
  return areInconsistent(request.protocolType, protocolType) || areInconsistent(request.protocolName, protocolName)
    ? ErrorCode.INCONSISTENT_GROUP_PROTOCOL
    : ErrorCode.NONE
}

function areInconsistent(said: string | null, expected: string | null): boolean {
  return said !== null && expected !== null && said !== expected
}

function memberSynced(groups: ClassicGroups, group: ClassicGroup, member: ClassicGroupMember): void {
  group.pendingSync.delete(member.memberId)
  if (group.pendingSync.size === 0) cancelSyncDeadline(groups, group)
}

function recordAssignment(groups: ClassicGroups, group: ClassicGroup, request: SyncGroupRequest): GroupResult {
  const generationId = group.generationId
  const assignments = new Map<string, Uint8Array>()
  // Copied: they outlive the request.
  for (const { memberId, assignment } of request.assignments) assignments.set(memberId, copiedBytes(assignment))
  const assignmentOf = (memberId: string): Uint8Array => assignments.get(memberId) ?? emptyAssignment
  groups.logger.info(
    `Assignment received from leader ${request.memberId} for group ${group.groupId} for generation ${generationId}. ` +
      `The group has ${group.members.size} members, ${group.staticMemberCount} of which are static.`,
  )
  return {
    records: [groupMetadataRecord(group, assignmentOf)],
    response: undefined,
    isReplayed: false,
    settled: (errorCode, now) => {
      // Another rebalance was called meanwhile: whoever waited has been told.
      if (group.state !== 'CompletingRebalance' || group.generationId !== generationId) return
      if (errorCode === 0) {
        for (const member of group.members.values()) member.assignment = assignmentOf(member.memberId)
        propagateAssignment(groups, group, ErrorCode.NONE, now)
        group.transitionTo('Stable', now)
        return
      }
      const answered = coordinatorErrorOf(errorCode)
      resetAssignments(groups, group, answered, now)
      const reason = `Error ${answered} when storing group assignment during SyncGroup (member: ${request.memberId}).`
      rebalanceOrCompleteJoin(groups, group, reason, now)
    },
  }
}
