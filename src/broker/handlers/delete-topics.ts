import type { MetadataImage } from '../../controller/image/metadata-image.ts'
import { DeleteTopics } from '../../protocol/apis/delete-topics.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import type { EncodableResponseOf, RequestOf } from '../../protocol/schema/api.ts'
import { type Uuid, ZERO_UUID } from '../../protocol/uuid.ts'
import { handlerOf } from '../handler.ts'
import { duplicatesOf } from '../metadata/duplicates.ts'

type Request = RequestOf<typeof DeleteTopics>
type Response = EncodableResponseOf<typeof DeleteTopics>
type ResponseTopic = Response['responses'][number]

export const handler = handlerOf(
  DeleteTopics,
  async (services, request, context) => {
    if (!services.config.get('delete.topic.enable')) {
      // The code for it came with version 3 (KIP-322).
      const isKnown = context.apiVersion >= 3
      return errorResponse(request, isKnown ? ErrorCode.TOPIC_DELETION_DISABLED : ErrorCode.INVALID_REQUEST)
    }
    const { doomed, refused, isLookedUp } = resolve(request, services.metadata.image)
    // The controller is asked what names and ids stand for, and its deadline has passed before it can say.
    if (isLookedUp && request.timeoutMs <= 0) return errorResponse(request, ErrorCode.REQUEST_TIMED_OUT)
    const ids = [...doomed.keys()]
    const outcomes = await services.controller.deleteTopics(ids)
    const deleted = ids.map((topicId, index) => {
      const { errorCode, errorMessage } = outcomes[index] ?? {
        errorCode: ErrorCode.UNKNOWN_SERVER_ERROR,
        errorMessage: null,
      }
      return { name: doomed.get(topicId) ?? null, topicId, errorCode, errorMessage }
    })
    return { throttleTimeMs: 0, responses: [...refused, ...deleted] }
  },
  { errorResponse },
)

/** What is to be deleted, as names by id; and an answer for everything that is asked for in a way that cannot be. */
function resolve(request: Request, image: MetadataImage) {
  const refused: ResponseTopic[] = []
  const refuse = (name: string | null, topicId: Uuid, errorMessage: string) =>
    refused.push({ name, topicId, errorCode: ErrorCode.INVALID_REQUEST, errorMessage })
  const names: string[] = [...request.topicNames]
  const ids: Uuid[] = []
  for (const { name, topicId } of request.topics) {
    if (name === null && topicId === ZERO_UUID) refuse(null, ZERO_UUID, 'Neither topic name nor id were specified.')
    else if (name === null) ids.push(topicId)
    else if (topicId === ZERO_UUID) names.push(name)
    else refuse(name, topicId, 'You may not specify both topic name and topic id.')
  }
  const duplicateNames = duplicatesOf(names)
  const duplicateIds = duplicatesOf(ids)
  for (const name of duplicateNames) refuse(name, ZERO_UUID, 'Duplicate topic name.')
  for (const topicId of duplicateIds) refuse(null, topicId, 'Duplicate topic id.')
  const doomed = new Map<Uuid, string>()
  for (const topicId of ids) {
    if (duplicateIds.has(topicId)) continue
    const topic = image.topics.byId(topicId)
    if (topic !== undefined) doomed.set(topicId, topic.name)
    else refused.push({ name: null, topicId, errorCode: ErrorCode.UNKNOWN_TOPIC_ID, errorMessage: unknownIdMessage })
  }
  for (const name of names) {
    if (duplicateNames.has(name)) continue
    const topic = image.topics.byName(name)
    if (topic === undefined) {
      const errorCode = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
      refused.push({ name, topicId: ZERO_UUID, errorCode, errorMessage: unknownNameMessage })
    } else if (doomed.has(topic.id) || duplicateIds.has(topic.id)) {
      doomed.delete(topic.id)
      refuse(name, topic.id, 'The provided topic name maps to an ID that was already supplied.')
    } else {
      doomed.set(topic.id, name)
    }
  }
  const isLookedUp = ids.some(id => !duplicateIds.has(id)) || names.some(name => !duplicateNames.has(name))
  return { doomed, refused, isLookedUp }
}

const unknownIdMessage = 'This server does not host this topic ID.'
const unknownNameMessage = 'This server does not host this topic-partition.'

function errorResponse(request: Request, errorCode: number): Response {
  const named = request.topicNames.map(name => ({ name, topicId: ZERO_UUID, errorCode }))
  const listed = request.topics.map(({ name, topicId }) => ({ name, topicId, errorCode }))
  return { throttleTimeMs: 0, responses: [...named, ...listed] }
}
