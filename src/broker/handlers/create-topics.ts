import type { EffectiveConfig } from '../../controller/config-rules.ts'
import type { CreateTopicsResult } from '../../controller/requests.ts'
import { CreateTopics } from '../../protocol/apis/create-topics.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import type { EncodableResponseOf, RequestOf } from '../../protocol/schema/api.ts'
import { ZERO_UUID } from '../../protocol/uuid.ts'
import { handlerOf } from '../handler.ts'
import { duplicatesOf } from '../metadata/duplicates.ts'

type Response = EncodableResponseOf<typeof CreateTopics>
type ResponseTopic = Response['topics'][number]
type ResponseConfigs = NonNullable<ResponseTopic['configs']>

export const handler = handlerOf(
  CreateTopics,
  async (services, request): Promise<Response> => {
    const duplicates = duplicatesOf(request.topics.map(({ name }) => name))
    const topics = request.topics.filter(({ name }) => !duplicates.has(name))
    // A deadline that has passed before the controller looks at the request, if there is something to look at.
    if (request.timeoutMs <= 0 && topics.length > 0) return errorResponse(request, ErrorCode.REQUEST_TIMED_OUT)
    const results = await services.controller.createTopics({
      topics,
      validateOnly: request.validateOnly,
      describable: () => true,
    })
    const refused = [...duplicates].map(name => refusedTopic(name, ErrorCode.INVALID_REQUEST, 'Duplicate topic name.'))
    const listed = new Map<readonly EffectiveConfig[], ResponseConfigs>()
    return { throttleTimeMs: 0, topics: [...results.map(result => responseTopic(result, listed)), ...refused] }
  },
  { errorResponse },
)

/** `listed` keeps what was made of each list of configurations: most topics share one. */
function responseTopic(
  result: CreateTopicsResult[number],
  listed: Map<readonly EffectiveConfig[], ResponseConfigs>,
): ResponseTopic {
  if (!('created' in result)) return refusedTopic(result.name, result.errorCode, result.errorMessage)
  const { topicId, numPartitions, replicationFactor, configs } = result.created
  if (configs === null) {
    const topicConfigErrorCode = ErrorCode.TOPIC_AUTHORIZATION_FAILED
    return { ...refusedTopic(result.name, ErrorCode.NONE, null), topicId, topicConfigErrorCode }
  }
  return {
    name: result.name,
    topicId,
    errorCode: ErrorCode.NONE,
    errorMessage: null,
    numPartitions,
    replicationFactor,
    configs: listed.get(configs) ?? list(configs, listed),
  }
}

function list(
  configs: readonly EffectiveConfig[],
  listed: Map<readonly EffectiveConfig[], ResponseConfigs>,
): ResponseConfigs {
  const made = configs.map(({ name, value, isReadOnly, configSource, isSensitive }) => ({
    name,
    value: isSensitive ? null : value,
    readOnly: isReadOnly,
    configSource,
    isSensitive,
  }))
  listed.set(configs, made)
  return made
}

function refusedTopic(name: string, errorCode: number, errorMessage: string | null): ResponseTopic {
  return { name, topicId: ZERO_UUID, errorCode, errorMessage, configs: [] }
}

function errorResponse(request: RequestOf<typeof CreateTopics>, errorCode: number): Response {
  return { throttleTimeMs: 0, topics: request.topics.map(({ name }) => refusedTopic(name, errorCode, null)) }
}
