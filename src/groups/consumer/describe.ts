import type { ConsumerGroupDescribe } from '../../protocol/apis/consumer-group-describe.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import type { EncodableResponseOf } from '../../protocol/schema/api.ts'
import type { Uuid } from '../../protocol/uuid.ts'
import type { GroupTopics } from '../group-topics.ts'
import { Refusal } from '../refusal.ts'
import type { ConsumerGroup } from './consumer-group.ts'
import type { ConsumerGroupMember } from './consumer-group-member.ts'
import type { ConsumerGroups } from './consumer-groups.ts'
import { consumerGroup } from './leave.ts'
import { mostNamed } from './new-target.ts'

export type DescribedConsumerGroup = NonNullable<EncodableResponseOf<typeof ConsumerGroupDescribe>['groups']>[number]
type DescribedMember = DescribedConsumerGroup['members'][number]
type DescribedAssignment = DescribedMember['assignment']

/** Which protocol a member speaks (KIP-1099). */
const memberType = { classic: 0, consumer: 1 } as const

const noAssignor = { groupEpoch: 0, assignmentEpoch: 0, assignorName: '', members: [] }

export function describeConsumerGroup(groups: ConsumerGroups, groupId: string): DescribedConsumerGroup {
  const group = consumerGroup(groups, groupId)
  if (group instanceof Refusal) return refusedDescription(groupId, group)
  const { topics } = groups.metadata
  return {
    errorCode: ErrorCode.NONE,
    groupId,
    groupState: group.state,
    groupEpoch: group.groupEpoch,
    assignmentEpoch: group.assignmentEpoch,
    assignorName: mostNamed(group.serverAssignors) ?? groups.assignors[0]!.name,
    members: Array.from(group.members.values(), member => describeMember(group, member, topics)),
  }
}

export function refusedDescription(groupId: string, { errorCode, message }: Refusal): DescribedConsumerGroup {
  return { ...noAssignor, groupId, groupState: '', errorCode, errorMessage: message }
}

function describeMember(group: ConsumerGroup, member: ConsumerGroupMember, topics: GroupTopics): DescribedMember {
  const { memberId, instanceId, rackId, memberEpoch, clientId, clientHost, subscribedTopicRegex, classic } = member
  // What it has still to give up is its own until it has.
  const owned = new Map<Uuid, number[]>()
  for (const partitions of [member.assignedPartitions, member.partitionsPendingRevocation]) {
    for (const [topicId, epochs] of partitions) owned.set(topicId, [...(owned.get(topicId) ?? []), ...epochs.keys()])
  }
  return {
    memberId,
    instanceId,
    rackId,
    memberEpoch,
    clientId,
    clientHost,
    subscribedTopicNames: [...member.subscribedTopicNames],
    subscribedTopicRegex,
    assignment: describeAssignment(owned, topics),
    targetAssignment: describeAssignment(group.target.of(memberId), topics),
    memberType: classic === null ? memberType.consumer : memberType.classic,
  }
}

/** Topics that are gone are left out. */
function describeAssignment(
  partitions: ReadonlyMap<Uuid, readonly number[]>,
  topics: GroupTopics,
): DescribedAssignment {
  const topicPartitions = [...partitions].flatMap(([topicId, ofTopic]) => {
    const topic = topics.byId(topicId)
    return topic === undefined ? [] : [{ topicId, topicName: topic.name, partitions: ofTopic }]
  })
  return { topicPartitions }
}
