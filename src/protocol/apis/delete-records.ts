import { api } from '../schema/api.ts'
import { array, int16, int32, int53, string } from '../schema/field.ts'

export const DeleteRecords = api(21, 'DeleteRecords', {
  versions: [0, 2],
  flexibleSince: 2,
  request: {
    topics: array({
      name: string,
      partitions: array({
        partitionIndex: int32,
        offset: int53,
      }),
    }),
    timeoutMs: int32,
  },
  response: {
    throttleTimeMs: int32,
    topics: array({
      name: string,
      partitions: array({
        partitionIndex: int32,
        lowWatermark: int53,
        errorCode: int16,
      }),
    }),
  },
})
