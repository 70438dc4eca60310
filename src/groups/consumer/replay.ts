import { assert } from '../../assertion.ts'
import type { GroupTable } from '../group-table.ts'
import type { SubscribedMetadata } from '../subscribed-metadata.ts'
import { ConsumerGroup } from './consumer-group.ts'
import { type ConsumerGroupMember, newMember } from './consumer-group-member.ts'
import type {
  ConsumerGroupRecord,
  RecordedConsumerMember,
  RecordedCurrentAssignment,
} from './consumer-group-records.ts'
import { noPartitions } from './epoched-partitions.ts'
import { leftEpoch, memberStateOf } from './member-state.ts'

interface Replayed {
  readonly groups: GroupTable
  readonly metadata: SubscribedMetadata
}

/**
 * Applies one record of a consumer group, live and on loading. Tombstones of what is not there say nothing: compaction
 * may have taken what they delete.
 */
export function replayConsumerGroupRecord(to: Replayed, record: ConsumerGroupRecord): void {
  const group = groupOf(to.groups, record)
  if (group === undefined) return
  switch (record.kind) {
    case 'consumer-group':
      if (record.value === null) remove(to, group)
      else group.setGroupEpoch(record.value.epoch, record.value.metadataHash)
      return
    case 'consumer-group-partition-metadata':
      group.hasPartitionMetadataRecord = record.value !== null
      return
    case 'consumer-group-member':
      changingTopics(to.metadata, group, () => {
        if (record.value === null) group.removeMember(record.memberId)
        else group.updateMember(withMetadata(memberOf(group, record.memberId), record.value))
      })
      return
    case 'consumer-group-target-assignment':
      if (record.value === null) group.setAssignmentEpoch(-1, 0)
      else group.setAssignmentEpoch(record.value.assignmentEpoch, record.value.assignmentTimestampMs)
      return
    case 'consumer-group-target-assignment-member':
      if (record.value === null) group.target.remove(record.memberId)
      else group.target.set(record.memberId, record.value)
      return
    case 'consumer-group-current-assignment':
      replayCurrentAssignment(group, record.memberId, record.value)
      return
    case 'consumer-group-regular-expression':
      changingTopics(to.metadata, group, () =>
        group.setResolvedRegularExpression(record.regularExpression, record.value),
      )
      return
    default:
      record satisfies never
  }
}

/** Made by the first of its records. A simple group of the same name, which has no record, gives way to it. */
function groupOf(groups: GroupTable, { groupId, value }: ConsumerGroupRecord): ConsumerGroup | undefined {
  const known = groups.get(groupId)
  if (known?.type === 'consumer') return known
  if (value === null) return undefined
  assert(known === undefined || known.isSimple, `Group ${groupId} is not a consumer group.`)
  const group = new ConsumerGroup(groupId)
  groups.set(group)
  return group
}

function memberOf(group: ConsumerGroup, memberId: string): ConsumerGroupMember {
  return group.member(memberId) ?? newMember(memberId)
}

function withMetadata(member: ConsumerGroupMember, value: RecordedConsumerMember): ConsumerGroupMember {
  return { ...member, ...value, subscribedTopicNames: new Set(value.subscribedTopicNames) }
}

function replayCurrentAssignment(
  group: ConsumerGroup,
  memberId: string,
  value: RecordedCurrentAssignment | null,
): void {
  if (value !== null) {
    group.updateMember({ ...memberOf(group, memberId), ...value, state: memberStateOf(value.state) })
    return
  }
  const member = group.member(memberId)
  if (member === undefined) return
  const nothing = { assignedPartitions: noPartitions, partitionsPendingRevocation: noPartitions }
  group.updateMember({ ...member, memberEpoch: leftEpoch, previousMemberEpoch: leftEpoch, ...nothing })
}

/** Keeps the index of who subscribes to which topic. */
function changingTopics(metadata: SubscribedMetadata, group: ConsumerGroup, change: () => void): void {
  const before = new Set(group.subscriptions.topics.topics())
  change()
  for (const topic of group.subscriptions.topics.topics()) {
    if (!before.delete(topic)) metadata.subscribe(group.groupId, topic)
  }
  for (const topic of before) metadata.unsubscribe(group.groupId, topic)
}

function remove({ groups, metadata }: Replayed, group: ConsumerGroup): void {
  groups.delete(group.groupId)
  for (const topic of group.subscriptions.topics.topics()) metadata.unsubscribe(group.groupId, topic)
}
