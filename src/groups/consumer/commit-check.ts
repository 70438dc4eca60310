import { ErrorCode } from '../../protocol/errors.ts'
import type { Uuid } from '../../protocol/uuid.ts'
import type { ConsumerGroup } from './consumer-group.ts'

/** What a member says of itself that commits offsets. */
export interface Committer {
  readonly memberId: string
  readonly memberEpoch: number
}

/** Why a commit for this partition is refused, 0 if it is not. */
export type PartitionCheck = (topicId: Uuid, partition: number) => number

/** From this version of OffsetCommit on there are member epochs. */
const memberEpochVersion = 9

export const everyPartition: PartitionCheck = () => ErrorCode.NONE

/**
 * Whether a member of a consumer group may commit: with its epoch for anything, with an older one for what it was
 * assigned no later (KIP-1251). A number refuses the whole commit. `apiVersion` is that of OffsetCommit; `null` for
 * one in a transaction.
 */
export function commitCheck(
  group: ConsumerGroup,
  { memberId, memberEpoch }: Committer,
  apiVersion: number | null,
): PartitionCheck | number {
  // An administrator, or a consumer that assigns by itself.
  if (memberEpoch < 0 && group.isEmpty) return everyPartition
  const member = group.member(memberId)
  if (member === undefined) return ErrorCode.UNKNOWN_MEMBER_ID
  const isClassic = member.classic !== null
  if (apiVersion !== null && !isClassic && apiVersion < memberEpochVersion) return ErrorCode.UNSUPPORTED_VERSION
  if (memberEpoch === member.memberEpoch) return everyPartition
  const stale = isClassic ? ErrorCode.ILLEGAL_GENERATION : ErrorCode.STALE_MEMBER_EPOCH
  if (memberEpoch > member.memberEpoch) return stale
  return (topicId, partition) => {
    const assignedEpoch =
      member.assignedPartitions.get(topicId)?.get(partition) ??
      member.partitionsPendingRevocation.get(topicId)?.get(partition)
    return assignedEpoch === undefined || memberEpoch < assignedEpoch ? stale : ErrorCode.NONE
  }
}

/** Why OffsetFetch of this member is refused, 0 if it is not. Without a member it is an administrator's. */
export function fetchCheck(group: ConsumerGroup, memberId: string | null, memberEpoch: number): number {
  if (memberId === null && memberEpoch < 0) return ErrorCode.NONE
  // An epoch of nobody: Kafka fails on it with an exception it did not foresee.
  if (memberId === null) return ErrorCode.UNKNOWN_SERVER_ERROR
  const member = group.member(memberId)
  if (member === undefined) return ErrorCode.UNKNOWN_MEMBER_ID
  if (memberEpoch === member.memberEpoch) return ErrorCode.NONE
  return member.classic === null ? ErrorCode.STALE_MEMBER_EPOCH : ErrorCode.ILLEGAL_GENERATION
}
