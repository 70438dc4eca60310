import { assert } from '../../assertion.ts'
import type { Instant } from '../../coordinator/instant.ts'
import { ShardDeadline } from '../../coordinator/shard-deadlines.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import { type GroupResult, nothingWritten } from '../group-result.ts'
import type { JoinGroupResponse } from './answers.ts'
import { propagateAssignment } from './assignment.ts'
import type { ClassicGroup } from './classic-group.ts'
import { type ClassicGroupMember, emptyAssignment } from './classic-group-member.ts'
import type { ClassicGroups } from './classic-groups.ts'
import { groupMetadataRecord } from './group-metadata.ts'
import { renewSession } from './session.ts'

/** Somebody came, went or changed: start a rebalance, or see whether the one that runs can be completed now. */
export function rebalanceOrCompleteJoin(
  groups: ClassicGroups,
  group: ClassicGroup,
  reason: string,
  now: Instant,
): GroupResult {
  return group.canRebalance ? prepareRebalance(groups, group, reason, now) : completeJoinIfAllJoined(groups, group, now)
}

/** Calls every member to join again. The first rebalance of an empty group waits for more members to come. */
export function prepareRebalance(
  groups: ClassicGroups,
  group: ClassicGroup,
  reason: string,
  now: Instant,
): GroupResult {
  if (group.state === 'CompletingRebalance') {
    resetAssignments(groups, group, ErrorCode.REBALANCE_IN_PROGRESS, now)
  }
  cancelSyncDeadline(groups, group)
  const isInitial = group.state === 'Empty'
  group.transitionTo('PreparingRebalance', now)
  groups.logger.info(
    `Preparing to rebalance group ${group.groupId} in state ${group.state} with old generation ${group.generationId} (reason: ${reason}).`,
  )
  if (isInitial) {
    const delayMs = groups.config.initialRebalanceDelayMs
    delayInitialRebalance(groups, group, delayMs, Math.max(group.rebalanceTimeoutMs - delayMs, 0), now)
    return nothingWritten
  }
  if (group.hasAllMembersJoined) return completeJoin(groups, group, now)
  awaitJoins(groups, group, now)
  return nothingWritten
}

/** Completes the join phase if nobody is missing. An initial rebalance has its own delay, and ends with that alone. */
export function completeJoinIfAllJoined(groups: ClassicGroups, group: ClassicGroup, now: Instant): GroupResult {
  if (group.state !== 'PreparingRebalance' || group.previousState === 'Empty' || !group.hasAllMembersJoined) {
    return nothingWritten
  }
  return completeJoin(groups, group, now)
}

/**
 * Ends the join phase: dynamic members that did not join are out, static ones stay until their session ends (KIP-345).
 * Whoever joined is told the new generation, the leader also of the others.
 */
export function completeJoin(groups: ClassicGroups, group: ClassicGroup, now: Instant): GroupResult {
  if (group.joinDeadline !== null) groups.deadlines.cancel(group.joinDeadline)
  for (const member of [...group.members.values()]) {
    if (!member.isAwaitingJoin && member.groupInstanceId === null) group.remove(member.memberId)
  }
  if (!group.electJoinedLeader() && group.members.size > 0) {
    // Only static members are left and none came: wait until one does, or their sessions end.
    groups.logger.error(`Group ${group.groupId} could not complete rebalance because no members rejoined.`)
    awaitJoins(groups, group, now)
    return nothingWritten
  }
  group.startNextGeneration(now)
  if (group.members.size === 0) {
    groups.logger.info(`Group ${group.groupId} with generation ${group.generationId} is now empty.`)
    return {
      records: [groupMetadataRecord(group, () => emptyAssignment)],
      response: undefined,
      isReplayed: false,
      settled: errorCode => {
        // The generation before would be loaded again; it has no live members, so that its sessions would end.
        if (errorCode !== 0) {
          groups.logger.warn(`Failed to write empty metadata for group ${group.groupId}: error ${errorCode}`)
        }
      },
    }
  }
  groups.logger.info(
    `Stabilized group ${group.groupId} generation ${group.generationId} with ${group.members.size} members.`,
  )
  for (const member of group.members.values()) {
    group.answerJoin(member, joinedResponse(group, member))
    renewSession(groups, member, now)
    member.isNew = false
    group.pendingSync.add(member.memberId)
  }
  awaitSyncs(groups, group, now)
  return nothingWritten
}

/** What a member of the current generation is told; the leader needs everybody's metadata to assign. */
export function joinedResponse(group: ClassicGroup, member: ClassicGroupMember): JoinGroupResponse {
  return {
    generationId: group.generationId,
    protocolType: group.protocolType,
    protocolName: group.protocolName,
    leader: group.leaderId ?? '',
    memberId: member.memberId,
    members: group.isLeader(member.memberId) ? joinedMembers(group) : [],
    errorCode: ErrorCode.NONE,
  }
}

function joinedMembers(group: ClassicGroup): NonNullable<JoinGroupResponse['members']> {
  const protocolName = group.protocolName
  return Array.from(group.members.values(), member => {
    const { memberId, groupInstanceId } = member
    const metadata = protocolName === null ? undefined : member.metadata(protocolName)
    assert(metadata !== undefined, `Group ${group.groupId} chose a protocol that ${memberId} supports.`)
    return { memberId, groupInstanceId, metadata }
  })
}

/** Forgets what was assigned; parked SyncGroups are answered with the error. */
export function resetAssignments(groups: ClassicGroups, group: ClassicGroup, errorCode: number, now: Instant): void {
  for (const member of group.members.values()) member.assignment = emptyAssignment
  propagateAssignment(groups, group, errorCode, now)
}

export function cancelSyncDeadline(groups: ClassicGroups, group: ClassicGroup): void {
  if (group.syncDeadline !== null) groups.deadlines.cancel(group.syncDeadline)
}

/**
 * The first rebalance waits `group.initial.rebalance.delay.ms`, and as long again whenever somebody new came
 * meanwhile, but never beyond the rebalance timeout.
 */
function delayInitialRebalance(
  groups: ClassicGroups,
  group: ClassicGroup,
  delayMs: number,
  remainingMs: number,
  now: Instant,
): void {
  setJoinDeadline(groups, group, now.monotonicMs + delayMs, reachedAt => {
    if (!group.newMemberAdded || remainingMs === 0) return completeJoin(groups, group, reachedAt)
    group.newMemberAdded = false
    const nextDelayMs = Math.min(groups.config.initialRebalanceDelayMs, remainingMs)
    delayInitialRebalance(groups, group, nextDelayMs, Math.max(remainingMs - delayMs, 0), reachedAt)
    return nothingWritten
  })
}

function awaitJoins(groups: ClassicGroups, group: ClassicGroup, now: Instant): void {
  const dueMs = now.monotonicMs + group.rebalanceTimeoutMs
  setJoinDeadline(groups, group, dueMs, reachedAt => completeJoin(groups, group, reachedAt))
}

function setJoinDeadline(
  groups: ClassicGroups,
  group: ClassicGroup,
  dueMs: number,
  reached: (now: Instant) => GroupResult,
): void {
  if (group.joinDeadline !== null) groups.deadlines.cancel(group.joinDeadline)
  group.joinDeadline = new ShardDeadline(reached)
  groups.deadlines.schedule(group.joinDeadline, dueMs)
}

/** Members that have joined must ask for their assignment within the rebalance timeout, or they are out. */
function awaitSyncs(groups: ClassicGroups, group: ClassicGroup, now: Instant): void {
  cancelSyncDeadline(groups, group)
  group.syncDeadline = new ShardDeadline(reachedAt => syncsMissing(groups, group, reachedAt))
  groups.deadlines.schedule(group.syncDeadline, now.monotonicMs + group.rebalanceTimeoutMs)
}

function syncsMissing(groups: ClassicGroups, group: ClassicGroup, now: Instant): GroupResult {
  const missing = [...group.pendingSync]
  if (missing.length === 0) return nothingWritten
  for (const memberId of missing) group.remove(memberId)
  return prepareRebalance(groups, group, `Removing ${missing.join(', ')} on pending sync request expiration`, now)
}
