import { array, int8, int16, int32, int53, nullable, string } from '../../schema/field.ts'
import { message } from '../../schema/message.ts'

/** `__transaction_state`: the transactional id. */
export const TransactionLogKey = message('TransactionLogKey', {
  key: 0,
  versions: [0, 0],
  fields: {
    transactionalId: string,
  },
})

/**
 * `__transaction_state`: the whole state of a transactional id. Version 1, with tagged fields, goes with
 * `transaction.version` 1 and above.
 */
export const TransactionLogValue = message('TransactionLogValue', {
  key: 0,
  versions: [0, 1],
  flexibleSince: 1,
  fields: {
    producerId: int53,
    previousProducerId: int53.since(1).tagged(0).default(-1),
    nextProducerId: int53.since(1).tagged(1).default(-1),
    producerEpoch: int16,
    nextProducerEpoch: int16.since(1).tagged(3).default(-1),
    transactionTimeoutMs: int32,
    /**
     * 0 Empty, 1 Ongoing, 2 PrepareCommit, 3 PrepareAbort, 4 CompleteCommit, 5 CompleteAbort, 6 Dead, 7
     * PrepareEpochFence.
     */
    transactionStatus: int8,
    transactionPartitions: nullable(
      array({
        topic: string,
        partitionIds: array(int32),
      }),
    ),
    transactionLastUpdateTimestampMs: int53,
    transactionStartTimestampMs: int53,
    clientTransactionVersion: int16.since(1).tagged(2).default(0),
  },
})
