import { api } from '../schema/api.ts'
import { array, int16, int32, int53, string } from '../schema/field.ts'

/**
 * Moves the start of partitions' logs up, and with it deletes what lies below (KIP-107). Offset -1 is the high
 * watermark.
 */
export const DeleteRecords = api(21, 'DeleteRecords', {
  versions: [0, 2],
  flexibleSince: 2,
  request: {
    topics: array({
      name: string,
      partitions: array({
        partitionIndex: int32,
        /** -1 for the high watermark. */
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
