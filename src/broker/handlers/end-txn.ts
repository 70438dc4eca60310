import { EndTxn } from '../../protocol/apis/end-txn.ts'
import { mapAnswer } from '../coordinator/map-answer.ts'
import { handlerOf } from '../handler.ts'
import { fencingErrorOf } from '../transactions/fencing-error.ts'

/** Before this version clients do not know PRODUCER_FENCED. */
const producerFencedSince = 2

/** From this version on clients take a new epoch with each end (KIP-890). */
const epochBumpSince = 5

export const handler = handlerOf(
  EndTxn,
  ({ transactionCoordinator }, request, { apiVersion }) => {
    const { transactionalId, producerId, producerEpoch, committed } = request
    const ended = transactionCoordinator.endTransaction({
      transactionalId,
      producerId,
      producerEpoch,
      outcome: committed ? 'commit' : 'abort',
      clientTransactionVersion: apiVersion >= epochBumpSince ? 2 : 0,
    })
    return mapAnswer(ended, answer => ({
      throttleTimeMs: 0,
      errorCode: fencingErrorOf(answer.errorCode, apiVersion >= producerFencedSince),
      producerId: answer.producerId,
      producerEpoch: answer.producerEpoch,
    }))
  },
  { errorResponse: (_request, errorCode) => ({ throttleTimeMs: 0, errorCode }) },
)
