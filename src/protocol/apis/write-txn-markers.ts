import { api } from '../schema/api.ts'
import { array, bool, int8, int16, int32, int53, string } from '../schema/field.ts'

/**
 * From the transaction coordinator to the leaders: append the commit or abort marker (KIP-98). Needs CLUSTER_ACTION.
 */
export const WriteTxnMarkers = api(27, 'WriteTxnMarkers', {
  versions: [1, 2],
  flexibleSince: 1,
  request: {
    markers: array({
      producerId: int53,
      producerEpoch: int16,
      transactionResult: bool,
      topics: array({
        name: string,
        partitionIndexes: array(int32),
      }),
      coordinatorEpoch: int32,
      transactionVersion: int8.since(2).default(0).ignorable(),
    }),
  },
  response: {
    markers: array({
      producerId: int53,
      topics: array({
        name: string,
        partitions: array({
          partitionIndex: int32,
          errorCode: int16,
        }),
      }),
    }),
  },
})
