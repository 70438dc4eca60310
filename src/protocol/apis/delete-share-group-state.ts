import { api } from '../schema/api.ts'
import { array, int16, int32, nullable, string, uuid } from '../schema/field.ts'

/** From group to share coordinator: forget a share partition (KIP-932). */
export const DeleteShareGroupState = api(86, 'DeleteShareGroupState', {
  versions: [0, 0],
  flexibleSince: 0,
  request: {
    groupId: string,
    topics: array({
      topicId: uuid,
      partitions: array({
        partition: int32,
      }),
    }),
  },
  response: {
    results: array({
      topicId: uuid,
      partitions: array({
        partition: int32,
        errorCode: int16,
        errorMessage: nullable(string).default(null),
      }),
    }),
  },
})
