import type { Instant } from '../../coordinator/instant.ts'
import { javaHashMapOrder } from '../../coordinator/java-string-hash.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import type { Uuid } from '../../protocol/uuid.ts'
import {
  type MemberSpec,
  type PartitionAssignor,
  PartitionAssignorError,
  type SubscribedTopicDescriber,
  type SubscriptionType,
  type TopicPartitions,
} from '../assignors/assignor.ts'
import type { GroupRecord } from '../group-record.ts'
import type { GroupTopics } from '../group-topics.ts'
import { Refusal } from '../refusal.ts'
import { assignorNames, type ConsumerGroup } from './consumer-group.ts'
import type { ConsumerGroupMember } from './consumer-group-member.ts'
import { targetAssignmentMemberRecord, targetAssignmentRecord } from './consumer-group-records.ts'
import type { ConsumerGroups } from './consumer-groups.ts'
import type { NameCounts } from './name-counts.ts'
import type { SubscriptionMetadata } from './subscription-metadata.ts'
import { areEqualTargets } from './target-assignment.ts'

/** What the member should own, as of which group epoch. */
export interface MemberTarget {
  readonly epoch: number
  readonly partitions: TopicPartitions
}

const nothing: TopicPartitions = new Map()

/**
 * The member's target assignment. Where the group epoch has risen it is computed anew for the whole group, unless
 * that was done less than `consumer.assignment.interval.ms` ago: then the last one stands for a while.
 */
export function targetFor(
  groups: ConsumerGroups,
  group: ConsumerGroup,
  metadata: SubscriptionMetadata,
  member: ConsumerGroupMember,
  updated: ConsumerGroupMember,
  records: GroupRecord[],
  now: Instant,
): MemberTarget | Refusal {
  const { groupEpoch } = metadata
  if (group.assignmentEpoch >= groupEpoch || !mayAssignNow(groups, group, now)) {
    return { epoch: group.assignmentEpoch, partitions: group.targetOf(updated) }
  }
  const subscriptionType = metadata.subscriptionType()
  const members = membersToAssign(group, updated)
  const { topics } = groups.metadata
  const spec = {
    members: memberSpecs(group, members, updated, subscriptionType, topics),
    subscriptionType,
    isPartitionAssigned: (topicId: Uuid, partition: number) => group.target.isAssigned(topicId, partition),
    isPartitionAssignable: () => true,
  }
  const assignor = preferredAssignor(groups, group, member, updated)
  try {
    const assignment = assignor.assign(spec, describerOf(topics))
    groups.logger.info(
      `[GroupId ${group.groupId}] Computed a new target assignment for epoch ${groupEpoch} with '${assignor.name}' assignor.`,
    )
    for (const memberId of spec.members.keys()) {
      const partitions = assignment.get(memberId) ?? nothing
      if (areEqualTargets(partitions, group.target.members.get(memberId))) continue
      records.push(targetAssignmentMemberRecord(group.groupId, memberId, partitions))
    }
    records.push(targetAssignmentRecord(group.groupId, groupEpoch, now.wallMs))
    return { epoch: groupEpoch, partitions: assignment.get(updated.memberId) ?? nothing }
  } catch (error) {
    if (!(error instanceof PartitionAssignorError)) throw error
    const what = `Failed to compute a new target assignment for epoch ${groupEpoch}`
    groups.logger.error(`[GroupId ${group.groupId}] ${what}`, error)
    return new Refusal(ErrorCode.UNKNOWN_SERVER_ERROR)
  }
}

/** The clock may jump; an interval of 0 is the way out if it jumped back. */
function mayAssignNow(groups: ConsumerGroups, group: ConsumerGroup, now: Instant): boolean {
  const { timestampMs } = group.target
  const intervalMs = groups.groupConfigs.assignmentIntervalMs(group.groupId)
  return timestampMs === 0 || intervalMs === 0 || now.wallMs >= timestampMs + intervalMs
}

/** Asked for by the most members, else the first of `group.consumer.assignors`. */
function preferredAssignor(
  groups: ConsumerGroups,
  group: ConsumerGroup,
  member: ConsumerGroupMember,
  updated: ConsumerGroupMember,
): PartitionAssignor {
  const counts = group.serverAssignors.copy()
  counts.replace(assignorNames(member), [])
  // Of equals Kafka takes the one that nobody else asks for: what is added to its hash map comes first in it.
  const brought = assignorNames(updated).filter(name => counts.of(name) === 0)
  counts.replace([], assignorNames(updated))
  const preferred = mostNamed(counts, brought)
  return groups.assignors.find(({ name }) => name === preferred) ?? groups.assignors[0]!
}

/** Of equals one of `first`, else what a Java hash map begins with. */
export function mostNamed(counts: NameCounts, first: readonly string[] = []): string | undefined {
  let most: string | undefined
  for (const name of [...first, ...javaHashMapOrder(counts.names())]) {
    if (most === undefined || counts.of(name) > counts.of(most)) most = name
  }
  return most
}

/** The group's members with the updated one, which may take the place of a static member. */
function membersToAssign(group: ConsumerGroup, updated: ConsumerGroupMember): Map<string, ConsumerGroupMember> {
  const members = new Map(group.memberIdsInOrder().map(memberId => [memberId, group.members.get(memberId)!]))
  members.set(updated.memberId, updated)
  const predecessorId = group.staticMemberId(updated.instanceId)
  if (predecessorId !== undefined && predecessorId !== updated.memberId) members.delete(predecessorId)
  return members
}

function memberSpecs(
  group: ConsumerGroup,
  members: ReadonlyMap<string, ConsumerGroupMember>,
  updated: ConsumerGroupMember,
  subscriptionType: SubscriptionType,
  topics: GroupTopics,
): Map<string, MemberSpec> {
  const idsOf = (member: ConsumerGroupMember): ReadonlySet<Uuid> => {
    const ids = new Set<Uuid>()
    for (const name of group.subscriptions.topicsOf(member)) {
      const topic = topics.byName(name)
      if (topic !== undefined) ids.add(topic.id)
    }
    return ids
  }
  const sharedIds = subscriptionType === 'homogeneous' ? idsOf(updated) : undefined
  const specs = new Map<string, MemberSpec>()
  for (const memberId of javaHashMapOrder([...members.keys()])) {
    const member = members.get(memberId)!
    const { rackId, instanceId } = member
    const assignment = group.target.of(member === updated ? (group.staticMemberId(instanceId) ?? memberId) : memberId)
    specs.set(memberId, { rackId, instanceId, subscribedTopicIds: sharedIds ?? idsOf(member), assignment })
  }
  return specs
}

function describerOf(topics: GroupTopics): SubscribedTopicDescriber {
  return {
    partitionCount: topicId => topics.byId(topicId)?.partitionCount ?? -1,
    racksOfPartition: (topicId, partition) => new Set(topics.byId(topicId)?.racksOfPartition(partition)),
  }
}
