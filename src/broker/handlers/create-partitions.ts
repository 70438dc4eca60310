import { CreatePartitions } from '../../protocol/apis/create-partitions.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import { handlerOf } from '../handler.ts'
import { duplicatesOf } from '../metadata/duplicates.ts'

export const handler = handlerOf(
  CreatePartitions,
  async (services, request) => {
    const duplicates = duplicatesOf(request.topics.map(({ name }) => name))
    const topics = request.topics.filter(({ name }) => !duplicates.has(name))
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
  {
    errorResponse: (request, errorCode) => ({
      throttleTimeMs: 0,
      results: request.topics.map(({ name }) => ({ name, errorCode, errorMessage: null })),
    }),
  },
)
