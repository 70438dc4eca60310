import { encodeRecordKey, encodeRecordValue } from '../../protocol/coordinator/coordinator-record.ts'
import {
  ConsumerGroupCurrentMemberAssignmentKey,
  ConsumerGroupCurrentMemberAssignmentValue,
} from '../../protocol/coordinator/group/consumer-group-current-member-assignment.ts'
import {
  ConsumerGroupMemberMetadataKey,
  ConsumerGroupMemberMetadataValue,
} from '../../protocol/coordinator/group/consumer-group-member-metadata.ts'
import {
  ConsumerGroupMetadataKey,
  ConsumerGroupMetadataValue,
} from '../../protocol/coordinator/group/consumer-group-metadata.ts'
import { ConsumerGroupPartitionMetadataKey } from '../../protocol/coordinator/group/consumer-group-partition-metadata.ts'
import {
  ConsumerGroupRegularExpressionKey,
  ConsumerGroupRegularExpressionValue,
} from '../../protocol/coordinator/group/consumer-group-regular-expression.ts'
import {
  ConsumerGroupTargetAssignmentMemberKey,
  ConsumerGroupTargetAssignmentMemberValue,
} from '../../protocol/coordinator/group/consumer-group-target-assignment-member.ts'
import {
  ConsumerGroupTargetAssignmentMetadataKey,
  ConsumerGroupTargetAssignmentMetadataValue,
} from '../../protocol/coordinator/group/consumer-group-target-assignment-metadata.ts'
import { GROUP_RECORDS, type GroupRecord as WrittenRecord } from '../../protocol/coordinator/group/group-records.ts'
import type { Decoded } from '../../protocol/schema/message.ts'
import type { TopicPartitions } from '../assignors/assignor.ts'
import { copiedBytes } from '../copied-bytes.ts'
import type {
  ConsumerGroupRecord,
  RecordedConsumerMember,
  RecordedCurrentAssignment,
} from './consumer-group-records.ts'
import { type EpochedPartitions, sortedKeys } from './epoched-partitions.ts'

/** What Kafka 4.3 writes of each. */
const valueVersion = 0

export const CONSUMER_GROUP_RECORDS = {
  ConsumerGroupMetadata: GROUP_RECORDS.ConsumerGroupMetadata,
  ConsumerGroupPartitionMetadata: GROUP_RECORDS.ConsumerGroupPartitionMetadata,
  ConsumerGroupMemberMetadata: GROUP_RECORDS.ConsumerGroupMemberMetadata,
  ConsumerGroupTargetAssignmentMetadata: GROUP_RECORDS.ConsumerGroupTargetAssignmentMetadata,
  ConsumerGroupTargetAssignmentMember: GROUP_RECORDS.ConsumerGroupTargetAssignmentMember,
  ConsumerGroupCurrentMemberAssignment: GROUP_RECORDS.ConsumerGroupCurrentMemberAssignment,
  ConsumerGroupRegularExpression: GROUP_RECORDS.ConsumerGroupRegularExpression,
} as const

type WrittenConsumerGroupRecord = Extract<WrittenRecord, { readonly type: keyof typeof CONSUMER_GROUP_RECORDS }>

export function encodeConsumerGroupKey(record: ConsumerGroupRecord): Uint8Array {
  const { groupId } = record
  switch (record.kind) {
    case 'consumer-group':
      return encodeRecordKey(ConsumerGroupMetadataKey, { groupId })
    case 'consumer-group-partition-metadata':
      return encodeRecordKey(ConsumerGroupPartitionMetadataKey, { groupId })
    case 'consumer-group-member':
      return encodeRecordKey(ConsumerGroupMemberMetadataKey, { groupId, memberId: record.memberId })
    case 'consumer-group-target-assignment':
      return encodeRecordKey(ConsumerGroupTargetAssignmentMetadataKey, { groupId })
    case 'consumer-group-target-assignment-member':
      return encodeRecordKey(ConsumerGroupTargetAssignmentMemberKey, { groupId, memberId: record.memberId })
    case 'consumer-group-current-assignment':
      return encodeRecordKey(ConsumerGroupCurrentMemberAssignmentKey, { groupId, memberId: record.memberId })
    case 'consumer-group-regular-expression': {
      const { regularExpression } = record
      return encodeRecordKey(ConsumerGroupRegularExpressionKey, { groupId, regularExpression })
    }
    default:
      return record satisfies never
  }
}

export function encodeConsumerGroupValue(record: ConsumerGroupRecord): Uint8Array | null {
  if (record.value === null) return null
  switch (record.kind) {
    case 'consumer-group':
      return encodeRecordValue(ConsumerGroupMetadataValue, record.value, valueVersion)
    case 'consumer-group-partition-metadata':
      // Never written here but as a tombstone.
      return null
    case 'consumer-group-member':
      return encodeMember(record.value)
    case 'consumer-group-target-assignment': {
      const { assignmentEpoch, assignmentTimestampMs: assignmentTimestamp } = record.value
      const value = { assignmentEpoch, assignmentTimestamp }
      return encodeRecordValue(ConsumerGroupTargetAssignmentMetadataValue, value, valueVersion)
    }
    case 'consumer-group-target-assignment-member': {
      const topicPartitions = Array.from(record.value, ([topicId, partitions]) => ({ topicId, partitions }))
      return encodeRecordValue(ConsumerGroupTargetAssignmentMemberValue, { topicPartitions }, valueVersion)
    }
    case 'consumer-group-current-assignment':
      return encodeCurrentAssignment(record.value)
    case 'consumer-group-regular-expression': {
      const { topics, version, timestampMs: timestamp } = record.value
      const value = { topics: [...topics].sort(), version, timestamp }
      return encodeRecordValue(ConsumerGroupRegularExpressionValue, value, valueVersion)
    }
    default:
      return record satisfies never
  }
}

export function decodedConsumerGroupRecord(record: WrittenConsumerGroupRecord): ConsumerGroupRecord {
  const { groupId } = record.key
  switch (record.type) {
    case 'ConsumerGroupMetadata':
      return { kind: 'consumer-group', groupId, value: record.value }
    case 'ConsumerGroupPartitionMetadata':
      return {
        kind: 'consumer-group-partition-metadata',
        groupId,
        value: record.value === null ? null : 'of an older broker',
      }
    case 'ConsumerGroupMemberMetadata': {
      const value = record.value === null ? null : decodedMember(record.value)
      return { kind: 'consumer-group-member', groupId, memberId: record.key.memberId, value }
    }
    case 'ConsumerGroupTargetAssignmentMetadata': {
      const { value } = record
      return {
        kind: 'consumer-group-target-assignment',
        groupId,
        value:
          value === null
            ? null
            : { assignmentEpoch: value.assignmentEpoch, assignmentTimestampMs: value.assignmentTimestamp },
      }
    }
    case 'ConsumerGroupTargetAssignmentMember': {
      const value = record.value === null ? null : decodedTarget(record.value)
      return { kind: 'consumer-group-target-assignment-member', groupId, memberId: record.key.memberId, value }
    }
    case 'ConsumerGroupCurrentMemberAssignment': {
      const value = record.value === null ? null : decodedCurrentAssignment(record.value)
      return { kind: 'consumer-group-current-assignment', groupId, memberId: record.key.memberId, value }
    }
    case 'ConsumerGroupRegularExpression': {
      const { regularExpression } = record.key
      const { value } = record
      return {
        kind: 'consumer-group-regular-expression',
        groupId,
        regularExpression,
        value:
          value === null
            ? null
            : { topics: new Set(value.topics), version: value.version, timestampMs: value.timestamp },
      }
    }
    default:
      return record satisfies never
  }
}

function encodeMember(value: RecordedConsumerMember): Uint8Array {
  const { serverAssignorName: serverAssignor, classic: classicMemberMetadata, ...same } = value
  const member = { ...same, serverAssignor, classicMemberMetadata }
  return encodeRecordValue(ConsumerGroupMemberMetadataValue, member, valueVersion)
}

function decodedMember(value: Decoded<typeof ConsumerGroupMemberMetadataValue>): RecordedConsumerMember {
  const { serverAssignor: serverAssignorName, classicMemberMetadata, ...same } = value
  if (classicMemberMetadata === null) return { ...same, serverAssignorName, classic: null }
  const { sessionTimeoutMs, supportedProtocols } = classicMemberMetadata
  // Copied: the member outlives the batch it was read from.
  const copied = supportedProtocols.map(({ name, metadata }) => ({ name, metadata: copiedBytes(metadata) }))
  return { ...same, serverAssignorName, classic: { sessionTimeoutMs, supportedProtocols: copied } }
}

function decodedTarget(value: Decoded<typeof ConsumerGroupTargetAssignmentMemberValue>): TopicPartitions {
  return new Map(
    value.topicPartitions
      .filter(({ partitions }) => partitions.length > 0)
      .map(({ topicId, partitions }) => [topicId, partitions]),
  )
}

type CurrentAssignmentValue = Decoded<typeof ConsumerGroupCurrentMemberAssignmentValue>

function encodeCurrentAssignment(value: RecordedCurrentAssignment): Uint8Array {
  const { assignedPartitions, partitionsPendingRevocation, ...same } = value
  const current = {
    ...same,
    assignedPartitions: writtenPartitions(assignedPartitions),
    partitionsPendingRevocation: writtenPartitions(partitionsPendingRevocation),
  }
  return encodeRecordValue(ConsumerGroupCurrentMemberAssignmentValue, current, valueVersion)
}

function writtenPartitions(partitions: EpochedPartitions): CurrentAssignmentValue['assignedPartitions'] {
  return Array.from(partitions, ([topicId, epochs]) => {
    const sorted = sortedKeys(epochs)
    return { topicId, partitions: sorted, assignmentEpochs: sorted.map(partition => epochs.get(partition)!) }
  })
}

function decodedCurrentAssignment(value: CurrentAssignmentValue): RecordedCurrentAssignment {
  const { memberEpoch, previousMemberEpoch, state } = value
  return {
    memberEpoch,
    previousMemberEpoch,
    state,
    assignedPartitions: readPartitions(value.assignedPartitions, memberEpoch),
    partitionsPendingRevocation: readPartitions(value.partitionsPendingRevocation, memberEpoch),
  }
}

/** Brokers before 4.3 wrote no epochs: then the member's own counts, and 0 for a static member that has left. */
function readPartitions(written: CurrentAssignmentValue['assignedPartitions'], memberEpoch: number): EpochedPartitions {
  const epochWithout = Math.max(memberEpoch, 0)
  return new Map(
    written
      .filter(({ partitions }) => partitions.length > 0)
      .map(({ topicId, partitions, assignmentEpochs }) => {
        const epochs = assignmentEpochs?.length === partitions.length ? assignmentEpochs : null
        return [topicId, new Map(partitions.map((partition, index) => [partition, epochs?.[index] ?? epochWithout]))]
      }),
  )
}
