import type { TopicPartitions } from '../assignors/assignor.ts'
import type { GroupProtocol } from '../classic/classic-group-member.ts'
import type { ConsumerGroupMember } from './consumer-group-member.ts'
import type { EpochedPartitions } from './epoched-partitions.ts'

/** Who a member is and what it subscribes to. */
export interface RecordedConsumerMember {
  readonly instanceId: string | null
  readonly rackId: string | null
  readonly clientId: string
  readonly clientHost: string
  readonly subscribedTopicNames: readonly string[]
  readonly subscribedTopicRegex: string | null
  readonly rebalanceTimeoutMs: number
  readonly serverAssignorName: string | null
  readonly classic: {
    readonly sessionTimeoutMs: number
    readonly supportedProtocols: readonly GroupProtocol[]
  } | null
}

/** A member as it is. */
export interface RecordedCurrentAssignment {
  readonly memberEpoch: number
  readonly previousMemberEpoch: number
  readonly state: number
  readonly assignedPartitions: EpochedPartitions
  readonly partitionsPendingRevocation: EpochedPartitions
}

/** The topics a pattern matched, in the metadata of one version, at one time. */
export interface ResolvedRegularExpression {
  readonly topics: ReadonlySet<string>
  readonly version: number
  readonly timestampMs: number
}

/** The records of consumer groups in `__consumer_offsets`; without a value each is a tombstone. */
export type ConsumerGroupRecord =
  | {
      readonly kind: 'consumer-group'
      readonly groupId: string
      readonly value: { readonly epoch: number; readonly metadataHash: bigint } | null
    }
  /** Of brokers before 4.1: it is deleted, and what it says is not looked at. */
  | {
      readonly kind: 'consumer-group-partition-metadata'
      readonly groupId: string
      readonly value: 'of an older broker' | null
    }
  | {
      readonly kind: 'consumer-group-member'
      readonly groupId: string
      readonly memberId: string
      readonly value: RecordedConsumerMember | null
    }
  | {
      readonly kind: 'consumer-group-target-assignment'
      readonly groupId: string
      readonly value: { readonly assignmentEpoch: number; readonly assignmentTimestampMs: number } | null
    }
  | {
      readonly kind: 'consumer-group-target-assignment-member'
      readonly groupId: string
      readonly memberId: string
      readonly value: TopicPartitions | null
    }
  | {
      readonly kind: 'consumer-group-current-assignment'
      readonly groupId: string
      readonly memberId: string
      readonly value: RecordedCurrentAssignment | null
    }
  | {
      readonly kind: 'consumer-group-regular-expression'
      readonly groupId: string
      readonly regularExpression: string
      readonly value: ResolvedRegularExpression | null
    }

export function memberRecord(groupId: string, member: ConsumerGroupMember): ConsumerGroupRecord {
  const { memberId, instanceId, rackId, clientId, clientHost, subscribedTopicRegex } = member
  const { rebalanceTimeoutMs, serverAssignorName, classic } = member
  const value = {
    instanceId,
    rackId,
    clientId,
    clientHost,
    subscribedTopicNames: [...member.subscribedTopicNames].sort(),
    subscribedTopicRegex,
    rebalanceTimeoutMs,
    serverAssignorName,
    classic,
  }
  return { kind: 'consumer-group-member', groupId, memberId, value }
}

export function groupEpochRecord(groupId: string, epoch: number, metadataHash: bigint): ConsumerGroupRecord {
  return { kind: 'consumer-group', groupId, value: { epoch, metadataHash } }
}

export function targetAssignmentRecord(
  groupId: string,
  assignmentEpoch: number,
  assignmentTimestampMs: number,
): ConsumerGroupRecord {
  return { kind: 'consumer-group-target-assignment', groupId, value: { assignmentEpoch, assignmentTimestampMs } }
}

export function targetAssignmentMemberRecord(
  groupId: string,
  memberId: string,
  value: TopicPartitions,
): ConsumerGroupRecord {
  return { kind: 'consumer-group-target-assignment-member', groupId, memberId, value }
}

export function currentAssignmentRecord(groupId: string, member: ConsumerGroupMember): ConsumerGroupRecord {
  const { memberId, memberEpoch, previousMemberEpoch, state, assignedPartitions, partitionsPendingRevocation } = member
  const value = { memberEpoch, previousMemberEpoch, state, assignedPartitions, partitionsPendingRevocation }
  return { kind: 'consumer-group-current-assignment', groupId, memberId, value }
}

export function regularExpressionRecord(
  groupId: string,
  regularExpression: string,
  value: ResolvedRegularExpression,
): ConsumerGroupRecord {
  return { kind: 'consumer-group-regular-expression', groupId, regularExpression, value }
}

export function regularExpressionTombstone(groupId: string, regularExpression: string): ConsumerGroupRecord {
  return { kind: 'consumer-group-regular-expression', groupId, regularExpression, value: null }
}

export function partitionMetadataTombstone(groupId: string): ConsumerGroupRecord {
  return { kind: 'consumer-group-partition-metadata', groupId, value: null }
}

/** In the order in which their replay takes a member apart. */
export function memberTombstones(groupId: string, memberId: string): ConsumerGroupRecord[] {
  return [
    { kind: 'consumer-group-current-assignment', groupId, memberId, value: null },
    { kind: 'consumer-group-target-assignment-member', groupId, memberId, value: null },
    { kind: 'consumer-group-member', groupId, memberId, value: null },
  ]
}

/** For all that is recorded of a group with these members and patterns. */
export function groupTombstones(
  groupId: string,
  memberIds: readonly string[],
  regularExpressions: Iterable<string>,
): ConsumerGroupRecord[] {
  return [
    ...memberIds.map(
      memberId => ({ kind: 'consumer-group-current-assignment', groupId, memberId, value: null }) as const,
    ),
    ...memberIds.map(
      memberId => ({ kind: 'consumer-group-target-assignment-member', groupId, memberId, value: null }) as const,
    ),
    { kind: 'consumer-group-target-assignment', groupId, value: null },
    ...memberIds.map(memberId => ({ kind: 'consumer-group-member', groupId, memberId, value: null }) as const),
    ...Array.from(regularExpressions, regex => regularExpressionTombstone(groupId, regex)),
    partitionMetadataTombstone(groupId),
    { kind: 'consumer-group', groupId, value: null },
  ]
}
