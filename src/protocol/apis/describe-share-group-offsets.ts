import { api } from '../schema/api.ts'
import { array, int16, int32, int53, nullable, string, uuid } from '../schema/field.ts'

/** Where share groups start in each partition (KIP-932), and from version 1 on their lag (KIP-1226). */
export const DescribeShareGroupOffsets = api(90, 'DescribeShareGroupOffsets', {
  versions: [0, 1],
  flexibleSince: 0,
  request: {
    groups: array({
      groupId: string,
      topics: nullable(
        array({
          topicName: string,
          partitions: array(int32),
        }),
      ),
    }),
  },
  response: {
    throttleTimeMs: int32,
    groups: array({
      groupId: string,
      topics: array({
        topicName: string,
        topicId: uuid,
        partitions: array({
          partitionIndex: int32,
          startOffset: int53,
          leaderEpoch: int32,
          lag: int53.since(1).default(-1).ignorable(),
          errorCode: int16,
          errorMessage: nullable(string).default(null),
        }),
      }),
      errorCode: int16,
      errorMessage: nullable(string).default(null),
    }),
  },
})
