import type { Instant } from '../../coordinator/instant.ts'
import type { Heartbeat } from '../../protocol/apis/heartbeat.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import type { RequestOf } from '../../protocol/schema/api.ts'
import type { SyncGroupAnswer, SyncGroupRequest } from '../classic/answers.ts'
import { consumerProtocolType } from '../classic/classic-group.ts'
import type { LeaveGroupRequest, LeaveGroupResponse } from '../classic/leave.ts'
import { refusedSync } from '../classic/refusals.ts'
import type { ConsumerGroup } from '../consumer/consumer-group.ts'
import {
  type ClassicMemberMetadata,
  type ConsumerGroupMember,
  chosenProtocol,
} from '../consumer/consumer-group-member.ts'
import type { ConsumerGroups } from '../consumer/consumer-groups.ts'
import { sortedKeys } from '../consumer/epoched-partitions.ts'
import { removeMembers } from '../consumer/leave.ts'
import { MemberState } from '../consumer/member-state.ts'
import { type GroupResult, nothingWritten } from '../group-result.ts'
import { coordinatorErrorOf } from '../write-error.ts'
import { embeddedVersion, writeAssignment } from './embedded-protocol.ts'

/**
 * What members of the classic protocol ask of a consumer group besides JoinGroup. Their generation is their member
 * epoch; they are told to join again whenever a member of the consumer protocol would be told what to do.
 */
interface ClassicMember extends ConsumerGroupMember {
  readonly classic: ClassicMemberMetadata
}

type MemberIdentity = Pick<RequestOf<typeof Heartbeat>, 'memberId' | 'groupInstanceId' | 'generationId'>

export function syncConsumerGroup(
  groups: ConsumerGroups,
  group: ConsumerGroup,
  request: SyncGroupRequest,
  now: Instant,
  answer: SyncGroupAnswer,
): GroupResult {
  const member = classicMember(group, request)
  const errorCode = typeof member === 'number' ? member : syncError(groups, group, member, request, now)
  if (typeof member === 'number' || errorCode !== ErrorCode.NONE) {
    answer(refusedSync(errorCode))
    return nothingWritten
  }
  const { groupId } = group
  const { protocolType, protocolName, memberId } = request
  const assignment = assignmentOf(groups, member)
  return {
    records: [],
    response: undefined,
    // What it is given may stand in a record that is not committed yet.
    settled: (settledCode, settledAt) => {
      if (settledCode !== 0) {
        answer(refusedSync(coordinatorErrorOf(settledCode)))
        return
      }
      groups.timers.cancel(groupId, memberId, 'sync')
      groups.timers.set(groupId, memberId, 'session', settledAt.monotonicMs + member.classic.sessionTimeoutMs)
      answer({ errorCode: ErrorCode.NONE, protocolType, protocolName, assignment })
    },
  }
}

/** Answers with an error code. */
export function heartbeatToConsumerGroup(
  groups: ConsumerGroups,
  group: ConsumerGroup,
  request: MemberIdentity,
  now: Instant,
): number {
  const member = classicMember(group, request)
  if (typeof member === 'number') return member
  const { memberId } = member
  groups.timers.set(group.groupId, memberId, 'session', now.monotonicMs + member.classic.sessionTimeoutMs)
  const mustJoinAgain =
    member.memberEpoch < group.assignmentEpoch ||
    member.state === MemberState.UNREVOKED_PARTITIONS ||
    (member.state === MemberState.UNRELEASED_PARTITIONS && !group.isWaitingForPartitions(member))
  if (!mustJoinAgain) return ErrorCode.NONE
  expectJoin(groups, group, member, now)
  return ErrorCode.REBALANCE_IN_PROGRESS
}

/** Members leave, or are removed by an administrator, who may name static members by their instance id alone. */
export function leaveConsumerGroupAsClassic(
  groups: ConsumerGroups,
  group: ConsumerGroup,
  leaving: LeaveGroupRequest['members'],
  now: Instant,
): GroupResult<LeaveGroupResponse> {
  const left = new Set<ConsumerGroupMember>()
  const members = leaving.map(({ memberId, groupInstanceId, reason }) => {
    const member = groupInstanceId === null ? group.member(memberId) : group.staticMember(groupInstanceId)
    if (member === undefined) return { memberId, groupInstanceId, errorCode: ErrorCode.UNKNOWN_MEMBER_ID }
    if (groupInstanceId !== null && memberId !== '' && member.memberId !== memberId) {
      return { memberId, groupInstanceId, errorCode: ErrorCode.FENCED_INSTANCE_ID }
    }
    groups.logger.info(
      `[GroupId ${group.groupId}] Member ${member.memberId} has left group through explicit \`LeaveGroup\` request; ` +
        `client reason: ${reason ?? 'not provided'}`,
    )
    left.add(member)
    return { memberId, groupInstanceId, errorCode: ErrorCode.NONE }
  })
  return removeMembers(groups, group, left, { errorCode: ErrorCode.NONE, members }, now)
}

/** The member, or why the request is not its own. */
function classicMember(
  group: ConsumerGroup,
  { memberId, groupInstanceId, generationId }: MemberIdentity,
): ClassicMember | number {
  const member = groupInstanceId === null ? group.member(memberId) : group.staticMember(groupInstanceId)
  if (member === undefined) return ErrorCode.UNKNOWN_MEMBER_ID
  if (member.memberId !== memberId) return ErrorCode.FENCED_INSTANCE_ID
  const { classic } = member
  if (classic === null) return ErrorCode.UNKNOWN_MEMBER_ID
  return generationId === member.memberEpoch ? { ...member, classic } : ErrorCode.ILLEGAL_GENERATION
}

function syncError(
  groups: ConsumerGroups,
  group: ConsumerGroup,
  member: ClassicMember,
  { protocolType, protocolName }: SyncGroupRequest,
  now: Instant,
): number {
  if (protocolType !== null && protocolType !== consumerProtocolType) return ErrorCode.INCONSISTENT_GROUP_PROTOCOL
  if (protocolName !== null && protocolName !== chosenProtocol(member.classic)?.name) {
    return ErrorCode.INCONSISTENT_GROUP_PROTOCOL
  }
  // One that has to give up partitions has joined for that already, and goes on when it has.
  if (group.assignmentEpoch > member.memberEpoch && member.state !== MemberState.UNREVOKED_PARTITIONS) {
    expectJoin(groups, group, member, now)
    return ErrorCode.REBALANCE_IN_PROGRESS
  }
  return ErrorCode.NONE
}

function expectJoin(groups: ConsumerGroups, group: ConsumerGroup, member: ConsumerGroupMember, now: Instant): void {
  const dueMs = now.monotonicMs + member.rebalanceTimeoutMs
  groups.timers.setIfUnset(group.groupId, member.memberId, 'join', dueMs)
}

function assignmentOf(groups: ConsumerGroups, member: ClassicMember): Uint8Array {
  const assigned = new Map(
    Array.from(member.assignedPartitions, ([topicId, epochs]) => [topicId, sortedKeys(epochs)] as const),
  )
  const metadata = chosenProtocol(member.classic)?.metadata
  const version = metadata === undefined ? null : embeddedVersion(metadata)
  return writeAssignment(assigned, groups.metadata.topics, version ?? 0)
}
