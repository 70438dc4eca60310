import { api } from '../schema/api.ts'
import { array, int8, int16, int32, nullable, string } from '../schema/field.ts'

/** Elects the preferred leader of partitions, or (KIP-460) any replica where none in sync is left. */
export const ElectLeaders = api(43, 'ElectLeaders', {
  versions: [0, 2],
  flexibleSince: 2,
  request: {
    /** 0 preferred, 1 unclean. */
    electionType: int8.since(1),
    /** Null for all. */
    topicPartitions: nullable(
      array({
        topic: string,
        partitions: array(int32),
      }),
    ),
    timeoutMs: int32.default(60000),
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16.since(1),
    replicaElectionResults: array({
      topic: string,
      partitionResult: array({
        partitionId: int32,
        errorCode: int16,
        errorMessage: nullable(string),
      }),
    }),
  },
})
