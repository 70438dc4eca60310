import { api } from '../schema/api.ts'
import { array, int16, int32, string } from '../schema/field.ts'

/** Moves replicas between the log directories of this broker (KIP-113). */
export const AlterReplicaLogDirs = api(34, 'AlterReplicaLogDirs', {
  versions: [1, 2],
  flexibleSince: 2,
  request: {
    dirs: array({
      path: string,
      topics: array({
        name: string,
        partitions: array(int32),
      }),
    }),
  },
  response: {
    throttleTimeMs: int32,
    results: array({
      topicName: string,
      partitions: array({
        partitionIndex: int32,
        errorCode: int16,
      }),
    }),
  },
})
