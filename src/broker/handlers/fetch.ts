import type { ReadIsolation } from '../../log/partition-log.ts'
import { Fetch } from '../../protocol/apis/fetch.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import type { EncodableResponseOf, RequestOf } from '../../protocol/schema/api.ts'
import type { Uuid } from '../../protocol/uuid.ts'
import { type FetchContext, fetchContextOf } from '../fetch/fetch-context.ts'
import { type FetchedRecords, fetchRecords } from '../fetch/fetch-operation.ts'
import { type FetchPartition, type FetchPartitionName, FetchPartitions } from '../fetch/fetch-partition.ts'
import type { PartitionRead } from '../fetch/partition-read.ts'
import { handlerOf, type RequestContext } from '../handler.ts'
import { LeaderEndpoints } from '../leader-endpoints.ts'
import type { BrokerServices } from '../services.ts'

type FetchRequest = RequestOf<typeof Fetch>
type FetchResponse = EncodableResponseOf<typeof Fetch>
type PartitionResponse = FetchResponse['responses'][number]['partitions'][number]

interface TopicResponse {
  readonly topic: string
  readonly topicId: Uuid
  readonly partitions: PartitionResponse[]
}

const topicIdsSince = 13
const replicaStateSince = 15
const nodeEndpointsSince = 16
/** Clients before it do not know KAFKA_STORAGE_ERROR. */
const storageErrorSince = 6

const consumerReplicaId = -1
const READ_UNCOMMITTED = 0
const READ_COMMITTED = 1

export const handler = handlerOf(
  Fetch,
  (services, request, context) => {
    if (request.isolationLevel !== READ_UNCOMMITTED && request.isolationLevel !== READ_COMMITTED) {
      return errorResponse(request, ErrorCode.UNKNOWN_SERVER_ERROR, context.apiVersion)
    }
    const replicaId = context.apiVersion >= replicaStateSince ? request.replicaState.replicaId : request.replicaId
    const session = fetchContextOf(services.fetchSessions, {
      sessionId: request.sessionId,
      sessionEpoch: request.sessionEpoch,
      usesTopicIds: context.apiVersion >= topicIdsSince,
      isFromFollower: replicaId >= 0,
      partitions: requestedPartitions(services, request, context.apiVersion),
      forgotten: forgottenPartitions(services, request),
      topicName: topicId => services.replicas.topicNameOf(topicId),
    })
    const partitions = [...session.partitions]
    const maxBytes = Math.min(request.maxBytes, services.config.get('fetch.max.bytes'))
    const fetched = fetchRecords(services, partitions, {
      isFromFollower: replicaId >= 0,
      isolation: isolationOf(request, replicaId),
      maxWaitMs: request.maxWaitMs,
      minBytes: Math.min(request.minBytes, maxBytes),
      maxBytes,
      onAbandoned: listener => context.connection.onClosed(listener),
    })
    return fetched instanceof Promise
      ? fetched.then(records => answer(services, session, records, replicaId, context))
      : answer(services, session, fetched, replicaId, context)
  },
  { errorResponse },
)

/** The last of several entries for one partition counts, at the place of the first. */
function requestedPartitions(services: BrokerServices, request: FetchRequest, version: number): FetchPartitions {
  const usesTopicIds = version >= topicIdsSince
  const partitions = new FetchPartitions(usesTopicIds)
  for (const { topic, topicId, partitions: ofTopic } of request.topics) {
    const name = usesTopicIds ? (services.replicas.topicNameOf(topicId) ?? null) : topic
    for (const wanted of ofTopic) {
      partitions.addOrUpdate({
        topic: name,
        topicId,
        partition: wanted.partition,
        fetchOffset: wanted.fetchOffset,
        maxBytes: wanted.partitionMaxBytes,
        currentLeaderEpoch: Math.max(-1, wanted.currentLeaderEpoch),
        lastFetchedEpoch: Math.max(-1, wanted.lastFetchedEpoch),
        logStartOffset: wanted.logStartOffset,
        answeredHighWatermark: -1,
        answeredLogStartOffset: -1,
      })
    }
  }
  return partitions
}

function forgottenPartitions(services: BrokerServices, request: FetchRequest): FetchPartitionName[] {
  return request.forgottenTopicsData.flatMap(({ topic, topicId, partitions }) => {
    const name = services.replicas.topicNameOf(topicId) ?? topic
    return partitions.map(partition => ({ topic: name, topicId, partition }))
  })
}

/** Replicas, and tools that say they are one, read what is not committed yet (`FetchIsolation.of`). */
function isolationOf(request: FetchRequest, replicaId: number): ReadIsolation {
  if (replicaId !== consumerReplicaId) return 'log-end'
  return request.isolationLevel === READ_COMMITTED ? 'read-committed' : 'high-watermark'
}

function answer(
  services: BrokerServices,
  session: FetchContext,
  { reads, heldBytes }: FetchedRecords,
  replicaId: number,
  context: RequestContext,
): FetchResponse {
  if (heldBytes > 0) {
    context.onSent(() => {
      services.fetchMemory.release(heldBytes)
      for (const { result } of reads) result.release()
    })
  }
  const { errorCode, sessionId, partitions } = session.answer(reads)
  const leaders = new LeaderEndpoints(services, context.connection)
  const responses: TopicResponse[] = []
  let last: TopicResponse | undefined
  for (const { requested, result } of partitions) {
    // Topics stand in the order of their partitions, and once more where others lie between.
    if (last === undefined || last.topicId !== requested.topicId || last.topic !== (requested.topic ?? '')) {
      last = { topic: requested.topic ?? '', topicId: requested.topicId, partitions: [] }
      responses.push(last)
    }
    last.partitions.push(partitionResponse(requested, result, leaders, context.apiVersion))
  }
  return {
    throttleTimeMs: 0,
    errorCode,
    sessionId,
    responses,
    // Replicas know where the others are.
    nodeEndpoints: replicaId >= 0 ? [] : leaders.endpoints,
  }
}

function partitionResponse(
  requested: FetchPartition,
  result: PartitionRead,
  leaders: LeaderEndpoints,
  version: number,
): PartitionResponse {
  const errorCode =
    result.errorCode === ErrorCode.KAFKA_STORAGE_ERROR && version < storageErrorSince
      ? ErrorCode.NOT_LEADER_OR_FOLLOWER
      : result.errorCode
  const isElsewhere =
    result.errorCode === ErrorCode.NOT_LEADER_OR_FOLLOWER || result.errorCode === ErrorCode.FENCED_LEADER_EPOCH
  return {
    partitionIndex: requested.partition,
    errorCode,
    highWatermark: result.highWatermark,
    lastStableOffset: result.lastStableOffset,
    logStartOffset: result.logStartOffset,
    abortedTransactions: result.abortedTransactions,
    records: result.chunks,
    ...(result.divergingEpoch === undefined ? undefined : { divergingEpoch: result.divergingEpoch }),
    ...(isElsewhere && version >= nodeEndpointsSince && requested.topic !== null
      ? { currentLeader: leaders.leaderOf(requested.topic, requested.partition) }
      : undefined),
  }
}

/** Before sessions (v7) there is no error for the whole request. */
function errorResponse(request: FetchRequest, errorCode: number, version: number): FetchResponse {
  const partitionErrors = request.topics.map(({ topic, topicId, partitions }) => ({
    topic,
    topicId,
    partitions: partitions.map(({ partition }) => ({
      partitionIndex: partition,
      errorCode,
      highWatermark: -1,
      abortedTransactions: [],
      records: [],
    })),
  }))
  return {
    throttleTimeMs: 0,
    errorCode,
    sessionId: request.sessionId,
    responses: version < topicIdsSince ? partitionErrors : [],
  }
}
