import { api } from '../schema/api.ts'
import { array, int8, int16, int32, int53, string } from '../schema/field.ts'

/**
 * The offset at a point in time, or at a named place in the log: -1 latest, -2 earliest, -3 the greatest timestamp
 * (KIP-734), -4 earliest local (KIP-405), -5 last tiered (KIP-1005), -6 earliest pending upload (KIP-1023).
 */
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
        /** Milliseconds, or one of the negative places above. */
        timestamp: int53,
      }),
    }),
    /** For offsets that have to be read from remote storage. */
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
        /** -1 where no record is that young. */
        offset: int53.default(-1),
        leaderEpoch: int32.since(4).default(-1),
      }),
    }),
  },
})
