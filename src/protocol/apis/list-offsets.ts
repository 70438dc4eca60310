import { api } from '../schema/api.ts'
import { array, int8, int16, int32, int53, string } from '../schema/field.ts'

export const ListOffsets = api(2, 'ListOffsets', {
  versions: [1, 11],
  flexibleSince: 6,
  request: {
    replicaId: int32,
    isolationLevel: int8.since(2),
    topics: array({
      name: string,
      partitions: array({
        partitionIndex: int32,
        currentLeaderEpoch: int32.since(4).default(-1).ignorable(),
        timestamp: int53,
      }),
    }),
    timeoutMs: int32.since(10).ignorable(),
  },
  response: {
    throttleTimeMs: int32.since(2).ignorable(),
    topics: array({
      name: string,
      partitions: array({
        partitionIndex: int32,
        errorCode: int16,
        timestamp: int53.default(-1),
        offset: int53.default(-1),
        leaderEpoch: int32.since(4).default(-1),
      }),
    }),
  },
})
