import { api } from '../schema/api.ts'
import { array, int16, int32, int53, nullable, string, uuid } from '../schema/field.ts'

/** From group to share coordinator: where a share partition starts, without its batches (KIP-932). */
export const ReadShareGroupStateSummary = api(87, 'ReadShareGroupStateSummary', {
  versions: [0, 1],
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
        leaderEpoch: int32,
        startOffset: int53,
        deliveryCompleteCount: int32.since(1).default(-1).ignorable(),
      }),
    }),
  },
})
