import { api } from '../schema/api.ts'
import { array, int16, int32, int53, nullable, string, uuid } from '../schema/field.ts'

/** From group to share coordinator: begin a share partition's state at an offset (KIP-932). */
export const InitializeShareGroupState = api(83, 'InitializeShareGroupState', {
  versions: [0, 0],
  flexibleSince: 0,
  request: {
    groupId: string,
    topics: array({
      topicId: uuid,
      partitions: array({
        partition: int32,
        stateEpoch: int32,
        startOffset: int53,
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
