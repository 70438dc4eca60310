import { api } from '../schema/api.ts'
import { array, bool, int16, int32, nullable, string } from '../schema/field.ts'

/**
 * Raises a topic's number of partitions to a new total. Errors: INVALID_PARTITIONS, INVALID_REPLICA_ASSIGNMENT,
 * REASSIGNMENT_IN_PROGRESS.
 */
export const CreatePartitions = api(37, 'CreatePartitions', {
  versions: [0, 3],
  flexibleSince: 2,
  request: {
    topics: array({
      name: string,
      /** The new total, not how many are added. */
      count: int32,
      /** Null to let the controller place replicas. */
      assignments: nullable(
        array({
          brokerIds: array(int32),
        }),
      ),
    }),
    timeoutMs: int32,
    validateOnly: bool,
  },
  response: {
    throttleTimeMs: int32,
    results: array({
      name: string,
      errorCode: int16,
      errorMessage: nullable(string).default(null),
    }),
  },
})
