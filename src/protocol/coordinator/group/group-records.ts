import { type CoordinatorRecord, CoordinatorRecordDecoder } from '../coordinator-record.ts'
import {
  ConsumerGroupCurrentMemberAssignmentKey,
  ConsumerGroupCurrentMemberAssignmentValue,
} from './consumer-group-current-member-assignment.ts'
import { ConsumerGroupMemberMetadataKey, ConsumerGroupMemberMetadataValue } from './consumer-group-member-metadata.ts'
import { ConsumerGroupMetadataKey, ConsumerGroupMetadataValue } from './consumer-group-metadata.ts'
import {
  ConsumerGroupPartitionMetadataKey,
  ConsumerGroupPartitionMetadataValue,
} from './consumer-group-partition-metadata.ts'
import {
  ConsumerGroupRegularExpressionKey,
  ConsumerGroupRegularExpressionValue,
} from './consumer-group-regular-expression.ts'
import {
  ConsumerGroupTargetAssignmentMemberKey,
  ConsumerGroupTargetAssignmentMemberValue,
} from './consumer-group-target-assignment-member.ts'
import {
  ConsumerGroupTargetAssignmentMetadataKey,
  ConsumerGroupTargetAssignmentMetadataValue,
} from './consumer-group-target-assignment-metadata.ts'
import { GroupMetadataKey, GroupMetadataValue } from './group-metadata.ts'
import { LegacyOffsetCommitKey, LegacyOffsetCommitValue } from './legacy-offset-commit.ts'
import { OffsetCommitKey, OffsetCommitValue } from './offset-commit.ts'
import {
  ShareGroupCurrentMemberAssignmentKey,
  ShareGroupCurrentMemberAssignmentValue,
} from './share-group-current-member-assignment.ts'
import { ShareGroupMemberMetadataKey, ShareGroupMemberMetadataValue } from './share-group-member-metadata.ts'
import { ShareGroupMetadataKey, ShareGroupMetadataValue } from './share-group-metadata.ts'
import {
  ShareGroupStatePartitionMetadataKey,
  ShareGroupStatePartitionMetadataValue,
} from './share-group-state-partition-metadata.ts'
import {
  ShareGroupTargetAssignmentMemberKey,
  ShareGroupTargetAssignmentMemberValue,
} from './share-group-target-assignment-member.ts'
import {
  ShareGroupTargetAssignmentMetadataKey,
  ShareGroupTargetAssignmentMetadataValue,
} from './share-group-target-assignment-metadata.ts'
import {
  StreamsGroupCurrentMemberAssignmentKey,
  StreamsGroupCurrentMemberAssignmentValue,
} from './streams-group-current-member-assignment.ts'
import { StreamsGroupMemberMetadataKey, StreamsGroupMemberMetadataValue } from './streams-group-member-metadata.ts'
import { StreamsGroupMetadataKey, StreamsGroupMetadataValue } from './streams-group-metadata.ts'
import {
  StreamsGroupTargetAssignmentMemberKey,
  StreamsGroupTargetAssignmentMemberValue,
} from './streams-group-target-assignment-member.ts'
import {
  StreamsGroupTargetAssignmentMetadataKey,
  StreamsGroupTargetAssignmentMetadataValue,
} from './streams-group-target-assignment-metadata.ts'
import { StreamsGroupTopologyKey, StreamsGroupTopologyValue } from './streams-group-topology.ts'

/** Every type of record in `__consumer_offsets`, in the order of their numbers. */
export const GROUP_RECORDS = {
  LegacyOffsetCommit: { key: LegacyOffsetCommitKey, value: LegacyOffsetCommitValue },
  OffsetCommit: { key: OffsetCommitKey, value: OffsetCommitValue },
  GroupMetadata: { key: GroupMetadataKey, value: GroupMetadataValue },
  ConsumerGroupMetadata: { key: ConsumerGroupMetadataKey, value: ConsumerGroupMetadataValue },
  ConsumerGroupPartitionMetadata: {
    key: ConsumerGroupPartitionMetadataKey,
    value: ConsumerGroupPartitionMetadataValue,
  },
  ConsumerGroupMemberMetadata: { key: ConsumerGroupMemberMetadataKey, value: ConsumerGroupMemberMetadataValue },
  ConsumerGroupTargetAssignmentMetadata: {
    key: ConsumerGroupTargetAssignmentMetadataKey,
    value: ConsumerGroupTargetAssignmentMetadataValue,
  },
  ConsumerGroupTargetAssignmentMember: {
    key: ConsumerGroupTargetAssignmentMemberKey,
    value: ConsumerGroupTargetAssignmentMemberValue,
  },
  ConsumerGroupCurrentMemberAssignment: {
    key: ConsumerGroupCurrentMemberAssignmentKey,
    value: ConsumerGroupCurrentMemberAssignmentValue,
  },
  ShareGroupMemberMetadata: { key: ShareGroupMemberMetadataKey, value: ShareGroupMemberMetadataValue },
  ShareGroupMetadata: { key: ShareGroupMetadataKey, value: ShareGroupMetadataValue },
  ShareGroupTargetAssignmentMetadata: {
    key: ShareGroupTargetAssignmentMetadataKey,
    value: ShareGroupTargetAssignmentMetadataValue,
  },
  ShareGroupTargetAssignmentMember: {
    key: ShareGroupTargetAssignmentMemberKey,
    value: ShareGroupTargetAssignmentMemberValue,
  },
  ShareGroupCurrentMemberAssignment: {
    key: ShareGroupCurrentMemberAssignmentKey,
    value: ShareGroupCurrentMemberAssignmentValue,
  },
  ShareGroupStatePartitionMetadata: {
    key: ShareGroupStatePartitionMetadataKey,
    value: ShareGroupStatePartitionMetadataValue,
  },
  ConsumerGroupRegularExpression: {
    key: ConsumerGroupRegularExpressionKey,
    value: ConsumerGroupRegularExpressionValue,
  },
  StreamsGroupMetadata: { key: StreamsGroupMetadataKey, value: StreamsGroupMetadataValue },
  StreamsGroupMemberMetadata: { key: StreamsGroupMemberMetadataKey, value: StreamsGroupMemberMetadataValue },
  StreamsGroupTargetAssignmentMetadata: {
    key: StreamsGroupTargetAssignmentMetadataKey,
    value: StreamsGroupTargetAssignmentMetadataValue,
  },
  StreamsGroupTargetAssignmentMember: {
    key: StreamsGroupTargetAssignmentMemberKey,
    value: StreamsGroupTargetAssignmentMemberValue,
  },
  StreamsGroupCurrentMemberAssignment: {
    key: StreamsGroupCurrentMemberAssignmentKey,
    value: StreamsGroupCurrentMemberAssignmentValue,
  },
  StreamsGroupTopology: { key: StreamsGroupTopologyKey, value: StreamsGroupTopologyValue },
} as const

export type GroupRecord = CoordinatorRecord<typeof GROUP_RECORDS>

export function groupRecordDecoder(): CoordinatorRecordDecoder<typeof GROUP_RECORDS> {
  return new CoordinatorRecordDecoder(GROUP_RECORDS)
}
