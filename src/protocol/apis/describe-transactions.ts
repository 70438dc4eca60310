import { api } from '../schema/api.ts'
import { array, int16, int32, int53, string } from '../schema/field.ts'

/** The state of transactional ids: producer, timeout, start, partitions (KIP-664). */
export const DescribeTransactions = api(65, 'DescribeTransactions', {
  versions: [0, 0],
  flexibleSince: 0,
  request: {
    transactionalIds: array(string),
  },
  response: {
    throttleTimeMs: int32,
    transactionStates: array({
      errorCode: int16,
      transactionalId: string,
      transactionState: string,
      transactionTimeoutMs: int32,
      transactionStartTimeMs: int53,
      producerId: int53,
      producerEpoch: int16,
      topics: array({
        topic: string,
        partitions: array(int32),
      }),
    }),
  },
})
