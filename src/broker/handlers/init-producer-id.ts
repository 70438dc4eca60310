import { InitProducerId } from '../../protocol/apis/init-producer-id.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import type { EncodableResponseOf } from '../../protocol/schema/api.ts'
import type { InitProducerIdAnswer } from '../../transactions/init-producer-id.ts'
import { noProducerEpoch, noProducerId } from '../../transactions/transaction-record.ts'
import { mapAnswer } from '../coordinator/map-answer.ts'
import { handlerOf } from '../handler.ts'
import { fencingErrorOf } from '../transactions/fencing-error.ts'

type InitProducerIdResponse = EncodableResponseOf<typeof InitProducerId>

/** Before this version clients do not know PRODUCER_FENCED. */
const producerFencedSince = 4

export const handler = handlerOf(
  InitProducerId,
  (services, request, { apiVersion }) => {
    const { transactionalId, transactionTimeoutMs, producerId, producerEpoch, enable2Pc, keepPreparedTxn } = request
    if ((producerId === noProducerId) !== (producerEpoch === noProducerEpoch)) return failed(ErrorCode.INVALID_REQUEST)
    if (transactionalId === null) {
      const next = services.producerIds.next()
      return typeof next === 'number'
        ? granted(next)
        : // Kafka answers COORDINATOR_LOAD_IN_PROGRESS while it waits for a block; the client asks again.
          next.then(granted, () => failed(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS))
    }
    const expected = producerId === noProducerId ? undefined : { producerId, producerEpoch }
    const answer = services.transactionCoordinator.initProducerId(
      { transactionalId, timeoutMs: transactionTimeoutMs, expected },
      { enable2Pc, keepPreparedTxn },
    )
    return mapAnswer(answer, given => responseOf(given, apiVersion))
  },
  { errorResponse: (_request, errorCode) => failed(errorCode) },
)

function responseOf({ errorCode, producerId, producerEpoch }: InitProducerIdAnswer, apiVersion: number) {
  const code = fencingErrorOf(errorCode, apiVersion >= producerFencedSince)
  return { throttleTimeMs: 0, errorCode: code, producerId, producerEpoch }
}

function granted(producerId: number): InitProducerIdResponse {
  return { throttleTimeMs: 0, errorCode: 0, producerId, producerEpoch: 0 }
}

function failed(errorCode: number): InitProducerIdResponse {
  return { throttleTimeMs: 0, errorCode, producerId: noProducerId, producerEpoch: noProducerEpoch }
}
