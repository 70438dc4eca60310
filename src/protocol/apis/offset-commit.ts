import { api } from '../schema/api.ts'
import { array, int16, int32, int53, int64, nullable, string, uuid } from '../schema/field.ts'

/**
 * Stores a group's offsets, from a member (any protocol) or, with generation -1 and no member, for an idle group.
 * Version 10 goes by topic id (KIP-848). Errors: ILLEGAL_GENERATION, UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID,
 * REBALANCE_IN_PROGRESS, STALE_MEMBER_EPOCH, OFFSET_METADATA_TOO_LARGE, GROUP_ID_NOT_FOUND, and the coordinator's own.
 */
export const OffsetCommit = api(8, 'OffsetCommit', {
  versions: [2, 10],
  flexibleSince: 8,
  request: {
    groupId: string,
    /** The generation of a classic group, the member epoch of a consumer group, -1 for neither. */
    generationIdOrMemberEpoch: int32.default(-1),
    memberId: string,
    groupInstanceId: nullable(string).since(7).default(null),
    /** -1 for the broker's own. */
    retentionTimeMs: int53.until(4).default(-1).ignorable(),
    topics: array({
      name: string.until(9).ignorable(),
      topicId: uuid.since(10).ignorable(),
      partitions: array({
        partitionIndex: int32,
        /** Exact, since it comes back to the bit. */
        committedOffset: int64,
        committedLeaderEpoch: int32.since(6).default(-1).ignorable(),
        committedMetadata: nullable(string),
      }),
    }),
  },
  response: {
    throttleTimeMs: int32.since(3).ignorable(),
    topics: array({
      name: string.until(9).ignorable(),
      topicId: uuid.since(10).ignorable(),
      partitions: array({
        partitionIndex: int32,
        errorCode: int16,
      }),
    }),
  },
})
