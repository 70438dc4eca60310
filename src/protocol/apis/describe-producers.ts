import { api } from '../schema/api.ts'
import { array, int16, int32, int53, nullable, string } from '../schema/field.ts'

/** The producers that a partition remembers, with their sequence numbers and open transactions (KIP-664). */
export const DescribeProducers = api(61, 'DescribeProducers', {
  versions: [0, 0],
  flexibleSince: 0,
  request: {
    topics: array({
      name: string,
      partitionIndexes: array(int32),
    }),
  },
  response: {
    throttleTimeMs: int32,
    topics: array({
      name: string,
      partitions: array({
        partitionIndex: int32,
        errorCode: int16,
        errorMessage: nullable(string).default(null),
        activeProducers: array({
          producerId: int53,
          producerEpoch: int32,
          lastSequence: int32.default(-1),
          lastTimestamp: int53.default(-1),
          coordinatorEpoch: int32,
          currentTxnStartOffset: int53.default(-1),
        }),
      }),
    }),
  },
})
