import { api } from '../schema/api.ts'
import { array, bool, int16, int32, nullable, string } from '../schema/field.ts'

/** Starts moving partitions to other replicas; null replicas calls a move off (KIP-455). */
export const AlterPartitionReassignments = api(45, 'AlterPartitionReassignments', {
  versions: [0, 1],
  flexibleSince: 0,
  request: {
    timeoutMs: int32.default(60000),
    allowReplicationFactorChange: bool.since(1).default(true),
    topics: array({
      name: string,
      partitions: array({
        partitionIndex: int32,
        /** Null calls the reassignment off. */
        replicas: nullable(array(int32)).default(null),
      }),
    }),
  },
  response: {
    throttleTimeMs: int32,
    allowReplicationFactorChange: bool.since(1).default(true).ignorable(),
    errorCode: int16,
    errorMessage: nullable(string),
    responses: array({
      name: string,
      partitions: array({
        partitionIndex: int32,
        errorCode: int16,
        errorMessage: nullable(string),
      }),
    }),
  },
})
