import { InvalidRequestError } from '../../network/request-dispatcher.ts'
import { Produce } from '../../protocol/apis/produce.ts'
import { handlerOf } from '../handler.ts'
import { ProduceOperation } from '../produce/produce-operation.ts'
import { wholeRequestError, wholeRequestErrorResponse, withoutRepeatedPartitions } from '../produce/whole-request.ts'

export const handler = handlerOf(
  Produce,
  (services, request, context) => {
    const error = wholeRequestError(request)
    if (error === undefined) return new ProduceOperation(services, withoutRepeatedPartitions(request), context).run()
    if (request.acks !== 0) return wholeRequestErrorResponse(request, error)
    throw new InvalidRequestError(`Produce with acks=0 failed with error ${error.errorCode}`)
  },
  {
    errorResponse: (request, errorCode) =>
      request.acks === 0 ? null : wholeRequestErrorResponse(request, { errorCode, errorMessage: null }),
  },
)
