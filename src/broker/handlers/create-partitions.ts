import { CreatePartitions } from '../../protocol/apis/create-partitions.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import type { EncodableResponseOf, RequestOf } from '../../protocol/schema/api.ts'
import { handlerOf } from '../handler.ts'
import { duplicatesOf } from '../metadata/duplicates.ts'

type Response = EncodableResponseOf<typeof CreatePartitions>

export const handler = handlerOf(
  CreatePartitions,
  async (services, request): Promise<Response> => {
    const duplicates = duplicatesOf(request.topics.map(({ name }) => name))
    const topics = request.topics.filter(({ name }) => !duplicates.has(name))
    // A deadline that has passed before the controller looks at the request, if there is something to look at.
    if (request.timeoutMs <= 0 && topics.length > 0) return errorResponse(request, ErrorCode.REQUEST_TIMED_OUT)
    const outcomes = await services.controller.createPartitions(topics, request.validateOnly)
    const refused = [...duplicates].map(name => ({
      name,
      errorCode: ErrorCode.INVALID_REQUEST,
      errorMessage: 'Duplicate topic name.',
    }))
    const results = topics.map(({ name }, index) => ({
      name,
      errorCode: outcomes[index]?.errorCode ?? ErrorCode.UNKNOWN_SERVER_ERROR,
      errorMessage: outcomes[index]?.errorMessage ?? null,
    }))
    return { throttleTimeMs: 0, results: [...refused, ...results] }
  },
  { errorResponse },
)

function errorResponse(request: RequestOf<typeof CreatePartitions>, errorCode: number): Response {
  return { throttleTimeMs: 0, results: request.topics.map(({ name }) => ({ name, errorCode, errorMessage: null })) }
}
