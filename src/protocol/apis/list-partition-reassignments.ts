import { api } from '../schema/api.ts'
import { array, int16, int32, nullable, string } from '../schema/field.ts'

/** The partitions that are on the move, and which replicas come and go (KIP-455). */
export const ListPartitionReassignments = api(46, 'ListPartitionReassignments', {
  versions: [0, 0],
  flexibleSince: 0,
  request: {
    timeoutMs: int32.default(60000),
    topics: nullable(
      array({
        name: string,
        partitionIndexes: array(int32),
      }),
    ).default(null),
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    errorMessage: nullable(string),
    topics: array({
      name: string,
      partitions: array({
        partitionIndex: int32,
        replicas: array(int32),
        addingReplicas: array(int32),
        removingReplicas: array(int32),
      }),
    }),
  },
})
