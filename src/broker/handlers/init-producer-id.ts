import { InitProducerId } from '../../protocol/apis/init-producer-id.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import type { EncodableResponseOf } from '../../protocol/schema/api.ts'
import { handlerOf } from '../handler.ts'

type InitProducerIdResponse = EncodableResponseOf<typeof InitProducerId>

const noProducerId = -1
const noProducerEpoch = -1

export const handler = handlerOf(
  InitProducerId,
  (services, request) => {
    const { transactionalId, producerId, producerEpoch } = request
    if ((producerId === noProducerId) !== (producerEpoch === noProducerEpoch)) return failed(ErrorCode.INVALID_REQUEST)
    // An empty transactional id is a mistake of the client; any other needs a transaction coordinator, which there is
    // none of. UNSUPPORTED_VERSION ends the client's attempt, where the retriable codes would have it wait for one.
    if (transactionalId === '') return failed(ErrorCode.INVALID_REQUEST)
    if (transactionalId !== null) return failed(ErrorCode.UNSUPPORTED_VERSION)
    const next = services.producerIds.next()
    return typeof next === 'number'
      ? granted(next)
      : // Kafka answers COORDINATOR_LOAD_IN_PROGRESS while it waits for a block; the client asks again.
        next.then(granted, () => failed(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS))
  },
  { errorResponse: (_request, errorCode) => failed(errorCode) },
)

function granted(producerId: number): InitProducerIdResponse {
  return { throttleTimeMs: 0, errorCode: 0, producerId, producerEpoch: 0 }
}

function failed(errorCode: number): InitProducerIdResponse {
  return { throttleTimeMs: 0, errorCode, producerId: noProducerId, producerEpoch: noProducerEpoch }
}
