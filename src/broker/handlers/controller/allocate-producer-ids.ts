import { AllocateProducerIds } from '../../../protocol/apis/allocate-producer-ids.ts'
import { ErrorCode } from '../../../protocol/errors.ts'
import { handlerOf } from '../../handler.ts'

export const handler = handlerOf(
  AllocateProducerIds,
  async (services, { brokerId, brokerEpoch }) => {
    const allocated = await services.controller.allocateProducerIdsFor(brokerId, brokerEpoch)
    if ('errorCode' in allocated) return refused(allocated.errorCode)
    return {
      throttleTimeMs: 0,
      errorCode: ErrorCode.NONE,
      producerIdStart: allocated.firstProducerId,
      producerIdLen: allocated.length,
    }
  },
  { errorResponse: (_request, errorCode) => refused(errorCode) },
)

function refused(errorCode: number) {
  return { throttleTimeMs: 0, errorCode, producerIdStart: 0, producerIdLen: 0 }
}
