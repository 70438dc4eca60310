import { api } from '../schema/api.ts'
import { array, int16, int32, int53, string } from '../schema/field.ts'

/**
 * Where a leader epoch ends in the log: how a replica or consumer finds out that its log was truncated (KIP-101,
 * KIP-279, KIP-320).
 */
export const OffsetForLeaderEpoch = api(23, 'OffsetForLeaderEpoch', {
  versions: [2, 4],
  flexibleSince: 4,
  request: {
    replicaId: int32.since(3).default(-2).ignorable(),
    topics: array({
      topic: string,
      partitions: array({
        partition: int32,
        currentLeaderEpoch: int32.default(-1),
        leaderEpoch: int32,
      }),
    }),
  },
  response: {
    throttleTimeMs: int32,
    topics: array({
      topic: string,
      partitions: array({
        errorCode: int16,
        partition: int32,
        leaderEpoch: int32.default(-1),
        endOffset: int53.default(-1),
      }),
    }),
  },
})
