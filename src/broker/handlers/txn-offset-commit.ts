import {
  refusedTxnOffsetCommit,
  type TxnOffsetCommitRequest,
  type TxnOffsetCommitResponse,
} from '../../groups/offsets/txn-offset-commit.ts'
import { TxnOffsetCommit } from '../../protocol/apis/txn-offset-commit.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import { handlerOf } from '../handler.ts'
import type { MetadataCache } from '../metadata/metadata-cache.ts'
import { supportedOperationOfTxnOffsetCommit } from '../transactions/transaction-verifier.ts'

/** Before this version clients may fall over a coordinator that loads (KAFKA-7296). */
const knowsLoadingSince = 2

type RequestTopic = TxnOffsetCommitRequest['topics'][number]
type ResponseTopic = TxnOffsetCommitResponse['topics'][number]

export const handler = handlerOf(
  TxnOffsetCommit,
  async (services, request, context) => {
    const checked = request.topics.map(topic => checkTopic(services.metadata, topic))
    const refused = checked.flatMap(({ refused }) => (refused === undefined ? [] : [refused]))
    const topics = checked.flatMap(({ accepted }) => (accepted === undefined ? [] : [accepted]))
    if (topics.length === 0) return { throttleTimeMs: 0, topics: merged(refused, []) }
    const operation = supportedOperationOfTxnOffsetCommit(context.apiVersion)
    const response = await services.groupCoordinator.commitTransactionalOffsets({ ...request, topics }, operation)
    const committed = context.apiVersion < knowsLoadingSince ? withoutLoading(response.topics) : response.topics
    return { throttleTimeMs: 0, topics: merged(refused, committed) }
  },
  { errorResponse: (request, errorCode) => refusedTxnOffsetCommit(request, errorCode) },
)

/** What of a topic may be committed, and what not. */
interface CheckedTopic {
  readonly accepted?: RequestTopic
  readonly refused?: ResponseTopic
}

function checkTopic(metadata: MetadataCache, topic: RequestTopic): CheckedTopic {
  const { name, partitions } = topic
  const known = metadata.image.topics.byName(name)
  const exists = ({ partitionIndex }: { readonly partitionIndex: number }): boolean =>
    known?.partitions[partitionIndex] !== undefined
  const refuse = ({ partitionIndex }: { readonly partitionIndex: number }) => ({
    partitionIndex,
    errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
  })
  if (known === undefined) return { refused: { name, partitions: partitions.map(refuse) } }
  const accepted = partitions.filter(exists)
  const refused = partitions.filter(partition => !exists(partition))
  return {
    ...(accepted.length > 0 && { accepted: { name, partitions: accepted } }),
    ...(refused.length > 0 && { refused: { name, partitions: refused.map(refuse) } }),
  }
}

function withoutLoading(topics: readonly ResponseTopic[]): ResponseTopic[] {
  return topics.map(topic => ({
    ...topic,
    partitions: topic.partitions.map(partition =>
      partition.errorCode === ErrorCode.COORDINATOR_LOAD_IN_PROGRESS
        ? { ...partition, errorCode: ErrorCode.COORDINATOR_NOT_AVAILABLE }
        : partition,
    ),
  }))
}

/** One entry per topic: what was refused comes first, as in Kafka. */
function merged(refused: readonly ResponseTopic[], committed: readonly ResponseTopic[]): readonly ResponseTopic[] {
  if (refused.length === 0) return committed
  const topics = new Map<string, ResponseTopic>()
  for (const topic of [...refused, ...committed]) {
    const same = topics.get(topic.name)
    topics.set(
      topic.name,
      same === undefined ? topic : { ...same, partitions: [...same.partitions, ...topic.partitions] },
    )
  }
  return [...topics.values()]
}
