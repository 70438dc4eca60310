import type { FetchedGroup, OffsetFetchGroup } from '../../groups/offsets/offset-fetch.ts'
import { OffsetFetch } from '../../protocol/apis/offset-fetch.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import type { EncodableResponseOf, RequestOf } from '../../protocol/schema/api.ts'
import { ZERO_UUID } from '../../protocol/uuid.ts'
import { mapAnswer } from '../coordinator/map-answer.ts'
import { handlerOf } from '../handler.ts'
import type { MetadataCache } from '../metadata/metadata-cache.ts'
import type { BrokerServices } from '../services.ts'

type Request = RequestOf<typeof OffsetFetch>
type Response = EncodableResponseOf<typeof OffsetFetch>
type RequestTopic = NonNullable<OffsetFetchGroup['topics']>[number]
type FetchedTopic = NonNullable<FetchedGroup['topics']>[number]

/** Before this version only partitions have errors. */
const groupErrorVersion = 2
/** Before this version a request is about one group. */
const batchVersion = 8
/** From this version on topics have ids instead of names. */
const topicIdVersion = 10

export const handler = handlerOf(
  OffsetFetch,
  async (services, request, context) => {
    const groups = groupsOf(request, context.apiVersion)
    const fetched = groups.map(group => fetchGroup(services, group, request.requireStable, context.apiVersion))
    return forVersion(await Promise.all(fetched), context.apiVersion)
  },
  {
    errorResponse: (request, errorCode, version) =>
      forVersion(
        groupsOf(request, version).map(group => refusedGroup(group, errorCode, version)),
        version,
      ),
  },
)

function groupsOf(request: Request, version: number): OffsetFetchGroup[] {
  if (version >= batchVersion) return request.groups
  const topics = request.topics?.map(topic => ({ ...topic, topicId: ZERO_UUID })) ?? null
  return [{ groupId: request.groupId, memberId: null, memberEpoch: -1, topics }]
}

function forVersion(groups: readonly FetchedGroup[], version: number): Response {
  if (version >= batchVersion) return { groups }
  const [group] = groups
  const topics = group?.topics ?? []
  return {
    errorCode: group?.errorCode ?? ErrorCode.NONE,
    topics: topics.map(({ name, partitions }) => ({ name: name ?? '', partitions })),
  }
}

function fetchGroup(
  services: BrokerServices,
  group: OffsetFetchGroup,
  requireStable: boolean,
  version: number,
): FetchedGroup | Promise<FetchedGroup> {
  const usesIds = version >= topicIdVersion
  const topics = group.topics?.map(topic => (usesIds ? named(services.metadata, topic) : topic)) ?? null
  const known = topics?.filter(topic => !usesIds || topic.name !== '') ?? null
  const fetched = services.groupCoordinator.fetchOffsets({ ...group, topics: known }, requireStable)
  return mapAnswer(fetched, answer => {
    if (typeof answer === 'number') return refusedGroup(group, answer, version)
    if (topics === null) return usesIds ? identified(services.metadata, answer) : answer
    const unknown = topics.filter(topic => usesIds && topic.name === '')
    return { ...answer, topics: [...answer.topics, ...unknown.map(topic => refusedTopic(topic))] }
  })
}

function named(metadata: MetadataCache, topic: RequestTopic): RequestTopic {
  return { ...topic, name: metadata.image.topics.byId(topic.topicId)?.name ?? '' }
}

/** Topics that have no id any more cannot be told of. */
function identified(metadata: MetadataCache, group: FetchedGroup): FetchedGroup {
  const topics = group.topics.flatMap(topic => {
    const known = metadata.image.topics.byName(topic.name ?? '')
    return known === undefined ? [] : [{ ...topic, topicId: known.id }]
  })
  return { ...group, topics }
}

function refusedTopic({ name, topicId, partitionIndexes }: RequestTopic): FetchedTopic {
  return {
    name,
    topicId,
    partitions: partitionIndexes.map(partitionIndex => ({
      partitionIndex,
      committedOffset: -1n,
      metadata: '',
      errorCode: ErrorCode.UNKNOWN_TOPIC_ID,
    })),
  }
}

function refusedGroup({ groupId, topics }: OffsetFetchGroup, errorCode: number, version: number): FetchedGroup {
  if (version >= groupErrorVersion) return { groupId, errorCode, topics: [] }
  const refused = (topics ?? []).map(({ name, topicId, partitionIndexes }) => ({
    name,
    topicId,
    partitions: partitionIndexes.map(partitionIndex => ({
      partitionIndex,
      committedOffset: -1n,
      metadata: '',
      errorCode,
    })),
  }))
  return { groupId, topics: refused }
}
