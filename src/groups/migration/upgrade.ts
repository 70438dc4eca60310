import type { Instant } from '../../coordinator/instant.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import type { Uuid } from '../../protocol/uuid.ts'
import type { ClassicGroup } from '../classic/classic-group.ts'
import type { ClassicGroupMember } from '../classic/classic-group-member.ts'
import { refusedJoin, refusedSync } from '../classic/refusals.ts'
import { ConsumerGroup } from '../consumer/consumer-group.ts'
import { type ConsumerGroupMember, newMember } from '../consumer/consumer-group-member.ts'
import {
  currentAssignmentRecord,
  groupEpochRecord,
  memberRecord,
  targetAssignmentMemberRecord,
  targetAssignmentRecord,
} from '../consumer/consumer-group-records.ts'
import type { ConsumerGroups } from '../consumer/consumer-groups.ts'
import { type GroupRecord, groupTombstone } from '../group-record.ts'
import { Refusal } from '../refusal.ts'
import { identified, readAssignment, readSubscription } from './embedded-protocol.ts'
import { isUpgradeEnabled } from './migration-policy.ts'

/**
 * The consumer group that a classic group of consumers becomes when the first member of the consumer protocol joins:
 * its members keep what they were assigned, and go on speaking the classic protocol (KIP-848, "Online migration").
 * The group stands among the groups once the records are replayed.
 */
export function upgraded(
  groups: ConsumerGroups,
  classic: ClassicGroup,
  records: GroupRecord[],
): ConsumerGroup | Refusal {
  const { groupId } = classic
  const refuse = (reason: string): Refusal => {
    const message = `Cannot upgrade classic group ${groupId} to consumer group because ${reason}.`
    groups.logger.info(message)
    return new Refusal(ErrorCode.GROUP_ID_NOT_FOUND, message)
  }
  if (!isUpgradeEnabled(groups.config.migrationPolicy)) return refuse('online upgrade is disabled')
  if (!classic.usesConsumerProtocol) return refuse('the group does not use the consumer embedded protocol')
  if (classic.members.size > groups.config.consumerGroupSizeMax) {
    return refuse('the group size exceeds the consumer group maximum size')
  }
  // Its first rebalance is not over: it has no protocol yet, which Kafka does not foresee.
  if (classic.protocolName === null) return new Refusal(ErrorCode.UNKNOWN_SERVER_ERROR)
  const group = new ConsumerGroup(groupId)
  for (const classicMember of classic.members.values()) {
    const converted = convertedMember(groups, classic, classicMember, classic.protocolName)
    if (converted === 'malformed') {
      // Kafka 4.3.1 fails on it with an exception it did not foresee.
      refuse('the embedded consumer protocol is malformed')
      return new Refusal(ErrorCode.UNKNOWN_SERVER_ERROR)
    }
    if (converted === 'custom assignor') {
      return refuse(
        'an unsupported custom assignor is in use. Please refer to the documentation or switch to a default assignor ' +
          'before re-attempting the upgrade',
      )
    }
    group.updateMember(converted)
    group.target.set(converted.memberId, withoutEpochs(converted))
  }
  group.setGroupEpoch(classic.generationId, groups.metadata.hashOf(group.subscriptions.topics.topics()))
  group.setAssignmentEpoch(classic.generationId, 0)
  records.push(groupTombstone(groupId), ...recordsOf(group))
  groups.logger.info(`[GroupId ${groupId}] Converted the classic group to a consumer group.`)
  return group
}

/**
 * The classic group of this name, if there is one, is about to be replaced: whoever waits for its rebalance is told to
 * come again, and its members' sessions go on in the new group.
 */
export function takeOverClassicGroup(groups: ConsumerGroups, groupId: string, now: Instant): void {
  const classic = groups.groups.classic(groupId)
  if (classic === undefined) return
  for (const member of classic.members.values()) {
    classic.answerJoin(member, refusedJoin('', ErrorCode.REBALANCE_IN_PROGRESS))
    member.answerSync(refusedSync(ErrorCode.REBALANCE_IN_PROGRESS))
    groups.timers.set(groupId, member.memberId, 'session', now.monotonicMs + member.sessionTimeoutMs)
  }
}

function convertedMember(
  groups: ConsumerGroups,
  group: ClassicGroup,
  member: ClassicGroupMember,
  protocolName: string,
): ConsumerGroupMember | 'malformed' | 'custom assignor' {
  const { topics } = groups.metadata
  // Empty for a member that joined and has never synced.
  const assignment = member.assignment.length === 0 ? undefined : readAssignment(member.assignment)
  if (assignment === null) return 'malformed'
  if ((assignment?.userData?.length ?? 0) > 0) return 'custom assignor'
  const subscription = readSubscription(member.metadata(protocolName) ?? new Uint8Array(0))
  if (subscription === null) return 'malformed'
  const assignedPartitions = new Map<Uuid, Map<number, number>>()
  for (const { topicId, partitions } of identified(assignment?.assignedPartitions ?? [], topics)) {
    assignedPartitions.set(topicId, new Map(partitions.map(partition => [partition, group.generationId])))
  }
  return {
    ...newMember(member.memberId),
    memberEpoch: group.generationId,
    previousMemberEpoch: group.generationId,
    instanceId: member.groupInstanceId,
    rackId: subscription.rackId === '' ? null : subscription.rackId,
    rebalanceTimeoutMs: member.rebalanceTimeoutMs,
    clientId: member.clientId,
    clientHost: member.clientHost,
    subscribedTopicNames: new Set(subscription.topics),
    assignedPartitions,
    classic: { sessionTimeoutMs: member.sessionTimeoutMs, supportedProtocols: member.protocols },
  }
}

function withoutEpochs(member: ConsumerGroupMember): Map<Uuid, number[]> {
  return new Map(
    Array.from(member.assignedPartitions, ([topicId, epochs]) => [topicId, [...epochs.keys()].sort((a, b) => a - b)]),
  )
}

function recordsOf(group: ConsumerGroup): GroupRecord[] {
  const { groupId, target } = group
  const members = [...group.members.values()]
  return [
    ...members.map(member => memberRecord(groupId, member)),
    groupEpochRecord(groupId, group.groupEpoch, group.metadataHash),
    ...members.map(({ memberId }) => targetAssignmentMemberRecord(groupId, memberId, target.of(memberId))),
    targetAssignmentRecord(groupId, target.epoch, target.timestampMs),
    ...members.map(member => currentAssignmentRecord(groupId, member)),
  ]
}
