import { api } from '../schema/api.ts'
import { array, int16, int32, nullable, string, uuid } from '../schema/field.ts'

/** Deletes an empty share group's state for topics (KIP-932). */
export const DeleteShareGroupOffsets = api(92, 'DeleteShareGroupOffsets', {
  versions: [0, 0],
  flexibleSince: 0,
  request: {
    groupId: string,
    topics: array({
      topicName: string,
    }),
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    errorMessage: nullable(string).default(null),
    responses: array({
      topicName: string,
      topicId: uuid,
      errorCode: int16,
      errorMessage: nullable(string).default(null),
    }),
  },
})
