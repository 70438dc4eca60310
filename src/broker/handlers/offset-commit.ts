import {
  type OffsetCommitRequest,
  type OffsetCommitResponse,
  refusedOffsetCommit,
} from '../../groups/offsets/offset-commit.ts'
import { OffsetCommit } from '../../protocol/apis/offset-commit.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import { mapAnswer } from '../coordinator/map-answer.ts'
import { handlerOf } from '../handler.ts'
import type { MetadataCache } from '../metadata/metadata-cache.ts'

/** From this version on topics have ids instead of names (KIP-848). */
const topicIdVersion = 10

type RequestTopic = OffsetCommitRequest['topics'][number]
type ResponseTopic = NonNullable<OffsetCommitResponse['topics']>[number]

export const handler = handlerOf(
  OffsetCommit,
  (services, request, context): OffsetCommitResponse | Promise<OffsetCommitResponse> => {
    const usesIds = context.apiVersion >= topicIdVersion
    const checked = request.topics.map(topic => checkTopic(services.metadata, topic, usesIds))
    const refused = checked.flatMap(({ refused }) => (refused === undefined ? [] : [refused]))
    const topics = checked.flatMap(({ accepted }) => (accepted === undefined ? [] : [accepted]))
    if (topics.length === 0) return { topics: merged(refused, [], usesIds) }
    const committed = services.groupCoordinator.commitOffsets({ ...request, topics }, context.apiVersion)
    return mapAnswer(committed, response => ({ topics: merged(refused, response.topics, usesIds) }))
  },
  { errorResponse: (request, errorCode) => refusedOffsetCommit(request, errorCode) },
)

/** What of a topic may be committed, now that it is known by name and id, and what not. */
interface CheckedTopic {
  readonly accepted?: RequestTopic
  readonly refused?: ResponseTopic
}

function checkTopic(metadata: MetadataCache, topic: RequestTopic, usesIds: boolean): CheckedTopic {
  const { topics } = metadata.image
  const known = usesIds ? topics.byId(topic.topicId) : topics.byName(topic.name)
  const respond = ({ partitionIndex }: { readonly partitionIndex: number }, errorCode: number) => ({
    partitionIndex,
    errorCode,
  })
  if (known === undefined) {
    const errorCode = usesIds ? ErrorCode.UNKNOWN_TOPIC_ID : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    return { refused: { ...topic, partitions: topic.partitions.map(partition => respond(partition, errorCode)) } }
  }
  const named = { name: known.name, topicId: known.id }
  const exists = ({ partitionIndex }: { readonly partitionIndex: number }): boolean =>
    known.partitions[partitionIndex] !== undefined
  const accepted = topic.partitions.filter(exists)
  const refused = topic.partitions.filter(partition => !exists(partition))
  return {
    ...(accepted.length > 0 && { accepted: { ...named, partitions: accepted } }),
    ...(refused.length > 0 && {
      refused: { ...named, partitions: refused.map(p => respond(p, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)) },
    }),
  }
}

/** One entry per topic: what was refused comes first, as in Kafka. */
function merged(
  refused: readonly ResponseTopic[],
  committed: readonly ResponseTopic[],
  usesIds: boolean,
): readonly ResponseTopic[] {
  if (refused.length === 0) return committed
  const topics = new Map<string, ResponseTopic>()
  for (const topic of [...refused, ...committed]) {
    const key = (usesIds ? topic.topicId : topic.name) ?? ''
    const same = topics.get(key)
    topics.set(key, same === undefined ? topic : { ...same, partitions: [...same.partitions, ...topic.partitions] })
  }
  return [...topics.values()]
}
