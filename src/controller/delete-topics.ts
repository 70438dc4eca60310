import { ErrorCode } from '../protocol/errors.ts'
import type { Uuid } from '../protocol/uuid.ts'
import { type ApiError, apiError, NO_ERROR } from './api-error.ts'
import {
  type ControllerResult,
  type ControllerState,
  recordsPerRequestMax,
  tooLargeMessage,
} from './controller-state.ts'
import { type MetadataRecord, metadataRecord } from './metadata-record.ts'

/** One outcome per id, in order. An id that stands twice is deleted once and then unknown to nobody: both succeed. */
export function deleteTopics(
  { image }: ControllerState,
  topicIds: readonly Uuid[],
): ControllerResult<readonly ApiError[]> {
  const unique = new Set(topicIds)
  if (unique.size > recordsPerRequestMax) {
    const tooLarge = apiError(ErrorCode.POLICY_VIOLATION, tooLargeMessage)
    return { records: [], response: topicIds.map(() => tooLarge) }
  }
  const records: MetadataRecord[] = []
  for (const topicId of unique) {
    if (image.topics.byId(topicId) !== undefined) records.push(metadataRecord('RemoveTopicRecord', 0, { topicId }))
  }
  const response = topicIds.map(topicId =>
    image.topics.byId(topicId) === undefined ? apiError(ErrorCode.UNKNOWN_TOPIC_ID) : NO_ERROR,
  )
  return { records, response }
}
