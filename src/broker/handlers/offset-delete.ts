import {
  type OffsetDeleteRequest,
  type OffsetDeleteResponse,
  refusedOffsetDelete,
} from '../../groups/offsets/offset-delete.ts'
import { OffsetDelete } from '../../protocol/apis/offset-delete.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import { mapAnswer } from '../coordinator/map-answer.ts'
import { handlerOf } from '../handler.ts'

type ResponseTopic = OffsetDeleteResponse['topics'][number]

export const handler = handlerOf(
  OffsetDelete,
  (services, request) => {
    const exists = (topic: string, partitionIndex: number): boolean =>
      services.metadata.image.topics.byName(topic)?.partitions[partitionIndex] !== undefined
    const refused = unknownPartitions(request.topics, exists)
    const topics = request.topics
      .map(({ name, partitions }) => ({
        name,
        partitions: partitions.filter(({ partitionIndex }) => exists(name, partitionIndex)),
      }))
      .filter(({ partitions }) => partitions.length > 0)
    // Asked even for nothing: whether there is such a group is part of the answer.
    const deleted = services.groupCoordinator.deleteOffsets({ ...request, topics })
    return mapAnswer(deleted, response =>
      response.errorCode === ErrorCode.NONE ? { ...response, topics: merged(refused, response.topics) } : response,
    )
  },
  { errorResponse: (_request, errorCode) => refusedOffsetDelete(errorCode) },
)

function unknownPartitions(
  topics: OffsetDeleteRequest['topics'],
  exists: (topic: string, partitionIndex: number) => boolean,
): ResponseTopic[] {
  return topics
    .map(({ name, partitions }) => ({
      name,
      partitions: partitions
        .filter(({ partitionIndex }) => !exists(name, partitionIndex))
        .map(({ partitionIndex }) => ({ partitionIndex, errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION })),
    }))
    .filter(({ partitions }) => partitions.length > 0)
}

/** One entry per topic: what was refused comes first, as in Kafka. */
function merged(refused: readonly ResponseTopic[], deleted: readonly ResponseTopic[]): readonly ResponseTopic[] {
  const topics = new Map<string, ResponseTopic>()
  for (const topic of [...refused, ...deleted]) {
    const same = topics.get(topic.name)
    topics.set(
      topic.name,
      same === undefined ? topic : { ...same, partitions: [...same.partitions, ...topic.partitions] },
    )
  }
  return [...topics.values()]
}
