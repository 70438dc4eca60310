import type { Instant } from '../../coordinator/instant.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import type { GroupRecord } from '../group-record.ts'
import { answered, type GroupResult } from '../group-result.ts'
import { downgraded, mayDowngrade } from '../migration/downgrade.ts'
import { Refusal } from '../refusal.ts'
import { fencedInstance, unknownInstance, unknownMember } from './admission.ts'
import type { ConsumerGroup } from './consumer-group.ts'
import { type ConsumerGroupMember, regexOf } from './consumer-group-member.ts'
import {
  currentAssignmentRecord,
  groupEpochRecord,
  memberTombstones,
  regularExpressionTombstone,
} from './consumer-group-records.ts'
import type { ConsumerGroups } from './consumer-groups.ts'
import { type EpochedPartitions, noPartitions } from './epoched-partitions.ts'
import {
  type ConsumerGroupHeartbeatRequest,
  type ConsumerGroupHeartbeatResponse,
  refusedHeartbeat,
} from './heartbeat-request.ts'
import { leftForAWhileEpoch } from './member-state.ts'

/** A member leaves, for good or, as a static member, for a while. */
export function leaveConsumerGroup(
  groups: ConsumerGroups,
  request: ConsumerGroupHeartbeatRequest,
  now: Instant,
): GroupResult<ConsumerGroupHeartbeatResponse> {
  const { groupId, memberId, memberEpoch, instanceId } = request
  const group = consumerGroup(groups, groupId)
  if (group instanceof Refusal) return answered(refusedHeartbeat(group))
  const member = instanceId === null ? group.member(memberId) : group.staticMember(instanceId)
  if (member === undefined) {
    const refusal = instanceId === null ? unknownMember(group, memberId) : unknownInstance(instanceId)
    return answered(refusedHeartbeat(refusal))
  }
  if (instanceId !== null && member.memberId !== memberId) {
    return answered(refusedHeartbeat(fencedInstance(groups, group, member, memberId, instanceId)))
  }
  const who = instanceId === null ? `Member ${memberId}` : `Static member ${memberId} with instance id ${instanceId}`
  const response = { throttleTimeMs: 0, errorCode: ErrorCode.NONE, memberId, memberEpoch, heartbeatIntervalMs: 0 }
  if (instanceId !== null && memberEpoch === leftForAWhileEpoch) {
    groups.logger.info(`[GroupId ${groupId}] ${who} temporarily left the consumer group.`)
    return { records: [currentAssignmentRecord(groupId, leftForAWhile(member))], response }
  }
  groups.logger.info(`[GroupId ${groupId}] ${who} left the consumer group.`)
  return removeMembers(groups, group, new Set([member]), response, now)
}

/** As Kafka's `GroupMetadataManager.consumerGroup`. */
export function consumerGroup(groups: ConsumerGroups, groupId: string): ConsumerGroup | Refusal {
  const group = groups.groups.get(groupId)
  if (group === undefined) return new Refusal(ErrorCode.GROUP_ID_NOT_FOUND, `Group ${groupId} not found.`)
  if (group.type === 'consumer') return group
  return new Refusal(ErrorCode.GROUP_ID_NOT_FOUND, `Group ${groupId} is not a consumer group.`)
}

/** Whoever takes its place has its partitions from epoch 0 on, and may commit for them with any. */
function leftForAWhile(member: ConsumerGroupMember): ConsumerGroupMember {
  const assignedPartitions: EpochedPartitions = new Map(
    Array.from(member.assignedPartitions, ([topicId, epochs]) => [
      topicId,
      new Map(Array.from(epochs.keys(), partition => [partition, 0])),
    ]),
  )
  return { ...member, memberEpoch: leftForAWhileEpoch, assignedPartitions, partitionsPendingRevocation: noPartitions }
}

/**
 * Takes members out, who left or whose time is over: the group epoch rises. Where nobody speaks the consumer protocol
 * any more the group becomes a classic one, if the migration policy lets it.
 */
export function removeMembers<Response>(
  groups: ConsumerGroups,
  group: ConsumerGroup,
  members: ReadonlySet<ConsumerGroupMember>,
  response: Response,
  now: Instant,
): GroupResult<Response> {
  if (members.size === 0) return answered(response)
  const { groupId } = group
  const remaining = group.members.size - members.size
  if (mayDowngrade(groups, group, members, remaining)) {
    return { records: downgraded(groups, group, members, now), response }
  }
  const records: GroupRecord[] = []
  for (const { memberId } of members) records.push(...memberTombstones(groupId, memberId))
  const subscriptions = group.subscriptions.without(members)
  for (const regex of new Set(Array.from(members, regexOf))) {
    if (regex !== null && subscriptions.subscribers(regex) === 0)
      records.push(regularExpressionTombstone(groupId, regex))
  }
  const metadataHash = groups.metadata.hashOf(subscriptions.topics.topics())
  const groupEpoch = group.groupEpoch + 1
  records.push(groupEpochRecord(groupId, groupEpoch, metadataHash))
  groups.logger.info(`[GroupId ${groupId}] Bumped group epoch to ${groupEpoch} with metadata hash ${metadataHash}.`)
  return {
    records,
    response,
    // Where the records are refused the members are still there, and their time still runs.
    settled: errorCode => {
      if (errorCode !== 0) return
      const current = groups.groups.consumer(groupId)
      for (const { memberId } of members) {
        // Whoever has come again meanwhile has its own.
        if (current?.member(memberId) === undefined) groups.timers.cancelMember(groupId, memberId)
      }
    },
  }
}
