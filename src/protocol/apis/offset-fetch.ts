import { api } from '../schema/api.ts'
import { array, bool, int16, int32, int64, nullable, string, uuid } from '../schema/field.ts'

/**
 * The offsets that groups have committed. Version 7 can insist on stable ones, with no transaction pending (KIP-447);
 * version 8 asks for many groups at once; version 10 goes by topic id (KIP-848). An offset of -1 means that there is
 * none.
 */
export const OffsetFetch = api(9, 'OffsetFetch', {
  versions: [1, 10],
  flexibleSince: 6,
  request: {
    groupId: string.until(7),
    /** Null for all, from version 2 on. */
    topics: nullable(
      array({
        name: string,
        partitionIndexes: array(int32),
      }),
      { since: 2 },
    ).until(7),
    groups: array({
      groupId: string,
      memberId: nullable(string).since(9).default(null).ignorable(),
      memberEpoch: int32.since(9).default(-1).ignorable(),
      /** Null for all. */
      topics: nullable(
        array({
          name: string.until(9).ignorable(),
          topicId: uuid.since(10).ignorable(),
          partitionIndexes: array(int32),
        }),
      ),
    }).since(8),
    /** Answers UNSTABLE_OFFSET_COMMIT where a transaction is pending. */
    requireStable: bool.since(7).default(false),
  },
  response: {
    throttleTimeMs: int32.since(3).ignorable(),
    topics: array({
      name: string,
      partitions: array({
        partitionIndex: int32,
        committedOffset: int64,
        committedLeaderEpoch: int32.since(5).default(-1).ignorable(),
        metadata: nullable(string),
        errorCode: int16,
      }),
    }).until(7),
    errorCode: int16.since(2).until(7).default(0).ignorable(),
    groups: array({
      groupId: string,
      topics: array({
        name: string.until(9).ignorable(),
        topicId: uuid.since(10).ignorable(),
        partitions: array({
          partitionIndex: int32,
          /** -1 where there is none. */
          committedOffset: int64,
          committedLeaderEpoch: int32.default(-1),
          metadata: nullable(string),
          errorCode: int16,
        }),
      }),
      errorCode: int16.default(0),
    }).since(8),
  },
})
