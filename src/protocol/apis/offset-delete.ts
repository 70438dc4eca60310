import { api } from '../schema/api.ts'
import { array, int16, int32, string } from '../schema/field.ts'

/**
 * Deletes a group's committed offsets for topics that it is not subscribed to (KIP-496). Errors:
 * GROUP_SUBSCRIBED_TO_TOPIC, NON_EMPTY_GROUP, GROUP_ID_NOT_FOUND.
 */
export const OffsetDelete = api(47, 'OffsetDelete', {
  versions: [0, 0],
  request: {
    groupId: string,
    topics: array({
      name: string,
      partitions: array({
        partitionIndex: int32,
      }),
    }),
  },
  response: {
    errorCode: int16,
    throttleTimeMs: int32,
    topics: array({
      name: string,
      partitions: array({
        partitionIndex: int32,
        errorCode: int16,
      }),
    }),
  },
})
