import { api } from '../schema/api.ts'
import { array, int8, int16, int32, int53, nullable, string, uuid } from '../schema/field.ts'

/** From a share partition's leader to the share coordinator: what changed (KIP-932). */
export const WriteShareGroupState = api(85, 'WriteShareGroupState', {
  versions: [0, 1],
  flexibleSince: 0,
  request: {
    groupId: string,
    topics: array({
      topicId: uuid,
      partitions: array({
        partition: int32,
        stateEpoch: int32,
        leaderEpoch: int32,
        startOffset: int53,
        deliveryCompleteCount: int32.since(1).default(-1).ignorable(),
        stateBatches: array({
          firstOffset: int53,
          lastOffset: int53,
          deliveryState: int8,
          deliveryCount: int16,
        }),
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
