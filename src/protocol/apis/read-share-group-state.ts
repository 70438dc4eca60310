import { api } from '../schema/api.ts'
import { array, int8, int16, int32, int53, nullable, string, uuid } from '../schema/field.ts'

/** From a share partition's leader to the share coordinator: everything it stored (KIP-932). */
export const ReadShareGroupState = api(84, 'ReadShareGroupState', {
  versions: [0, 0],
  flexibleSince: 0,
  request: {
    groupId: string,
    topics: array({
      topicId: uuid,
      partitions: array({
        partition: int32,
        leaderEpoch: int32,
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
        stateEpoch: int32,
        startOffset: int53,
        stateBatches: array({
          firstOffset: int53,
          lastOffset: int53,
          deliveryState: int8,
          deliveryCount: int16,
        }),
      }),
    }),
  },
})
