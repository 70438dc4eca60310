import type { MetadataImage } from '../../controller/image/metadata-image.ts'
import type { PartitionRegistration } from '../../controller/image/partition.ts'
import type { TopicImage } from '../../controller/image/topic.ts'
import { topicNameFault } from '../../controller/topic-names.ts'
import { Metadata } from '../../protocol/apis/metadata.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import type { EncodableResponseOf, RequestOf } from '../../protocol/schema/api.ts'
import { type Uuid, ZERO_UUID } from '../../protocol/uuid.ts'
import { clusterOperations, operationsNotRequested, topicOperations } from '../authorized-operations.ts'
import { handlerOf } from '../handler.ts'
import { isInternalTopic } from '../internal-topics.ts'
import { anyAliveBrokerId, brokerNodes } from '../metadata/broker-nodes.ts'
import { ListenerView } from '../metadata/partition-view.ts'
import type { BrokerServices } from '../services.ts'

type Request = RequestOf<typeof Metadata>
type Response = EncodableResponseOf<typeof Metadata>
type ResponseTopic = Response['topics'][number]
type ResponsePartition = ResponseTopic['partitions'][number]

/** Whose view: what is filtered and how errors are told depends on it. */
interface View {
  readonly image: MetadataImage
  readonly cluster: ListenerView
  readonly version: number
}

export const handler = handlerOf(
  Metadata,
  (services, request, context) => {
    const version = context.apiVersion
    if (version < 12 && request.topics?.some(({ name, topicId }) => name === null || topicId !== ZERO_UUID)) {
      return errorResponse(request, ErrorCode.INVALID_REQUEST)
    }
    // Neither name nor id: Kafka fails on it without having a code for it.
    if (request.topics?.some(({ name, topicId }) => name === null && topicId === ZERO_UUID)) {
      return errorResponse(request, ErrorCode.UNKNOWN_SERVER_ERROR)
    }
    const { image } = services.metadata
    const { listenerName } = context.connection
    const view = { image, cluster: new ListenerView(image.cluster, listenerName), version }
    const topics = topicsOf(services, request, view)
    if (version >= 8 && request.includeTopicAuthorizedOperations) {
      for (const topic of topics) topic.topicAuthorizedOperations = topicOperations
    }
    const brokers = brokerNodes(image.cluster, listenerName)
      .filter(node => !node.isFenced)
      .map(node => services.clientEndpoints.nodeFor(node, context.connection))
    services.clientEndpoints.told(brokers, context)
    const includeClusterOperations = version >= 8 && version <= 10 && request.includeClusterAuthorizedOperations
    return {
      brokers: brokers.map(({ id, host, port, rack }) => ({ nodeId: id, host, port, rack })),
      clusterId: services.clusterId,
      controllerId: anyAliveBrokerId(image.cluster, services.random.uint32()),
      topics,
      clusterAuthorizedOperations: includeClusterOperations ? clusterOperations : operationsNotRequested,
    }
  },
  { errorResponse },
)

function errorResponse(request: Request, errorCode: number): Response {
  const topics = (request.topics ?? []).map(({ name, topicId }) => ({
    errorCode,
    name: name ?? '',
    topicId,
    partitions: [],
  }))
  return { brokers: [], topics, errorCode }
}

function topicsOf(services: BrokerServices, request: Request, view: View): Mutable<ResponseTopic>[] {
  const { image } = view
  // In version 0 an empty list asks for every topic; later null does, and an empty list for none.
  const isAll = request.topics === null || (request.topics.length === 0 && view.version === 0)
  if (isAll) return [...image.topics.all()].filter(hasPartitions).map(topic => existing(topic, view))
  const asked = request.topics ?? []
  const ids = new Set(asked.map(({ topicId }) => topicId).filter(topicId => topicId !== ZERO_UUID))
  if (ids.size > 0) return byIds(ids, view)
  const names = [...new Set(asked.map(({ name }) => name ?? ''))]
  const isCreating = request.allowAutoTopicCreation && services.config.get('auto.create.topics.enable')
  const found: Mutable<ResponseTopic>[] = []
  const missing: Mutable<ResponseTopic>[] = []
  for (const name of names) {
    const topic = image.topics.byName(name)
    if (topic !== undefined && hasPartitions(topic)) found.push(existing(topic, view))
    else missing.push(absent(name, topic?.id ?? ZERO_UUID))
  }
  // Clients ask again until what is being created is there.
  if (isCreating) services.topicAutoCreator.create(...missing.filter(isCreatable).map(({ name }) => name ?? ''))
  return [...found, ...missing]
}

function byIds(ids: ReadonlySet<Uuid>, view: View): Mutable<ResponseTopic>[] {
  const unknown: Mutable<ResponseTopic>[] = []
  const known: Mutable<ResponseTopic>[] = []
  for (const topicId of ids) {
    const topic = view.image.topics.byId(topicId)
    if (topic !== undefined && hasPartitions(topic)) known.push(existing(topic, view))
    else unknown.push({ errorCode: ErrorCode.UNKNOWN_TOPIC_ID, name: null, topicId, isInternal: false, partitions: [] })
  }
  return [...unknown, ...known]
}

function existing(topic: TopicImage, view: View): Mutable<ResponseTopic> {
  return {
    errorCode: ErrorCode.NONE,
    name: topic.name,
    topicId: topic.id,
    isInternal: isInternalTopic(topic.name),
    partitions: topic.partitions.map((partition, id) => partitionOf(partition, id, view)),
  }
}

function absent(name: string, topicId: Uuid): Mutable<ResponseTopic> {
  const isValid = topicNameFault(name) === undefined
  return {
    errorCode: isValid ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION : ErrorCode.INVALID_TOPIC_EXCEPTION,
    name,
    topicId,
    isInternal: isInternalTopic(name),
    partitions: [],
  }
}

function partitionOf(
  partition: PartitionRegistration,
  partitionIndex: number,
  { cluster, version }: View,
): ResponsePartition {
  // Version 0 names reachable replicas only, and calls it an error where some are missing.
  const named = (ids: readonly number[]) =>
    version === 0 ? ids.filter(brokerId => cluster.isReachable(brokerId)) : ids
  const replicaNodes = named(partition.replicas)
  const isrNodes = named(partition.isr)
  const leader = cluster.node(partition.leader)
  let errorCode: number = ErrorCode.NONE
  if (leader === undefined) {
    const isListenerMissing = version >= 6 && cluster.isRegistered(partition.leader)
    errorCode = isListenerMissing ? ErrorCode.LISTENER_NOT_FOUND : ErrorCode.LEADER_NOT_AVAILABLE
  } else if (replicaNodes.length < partition.replicas.length || isrNodes.length < partition.isr.length) {
    errorCode = ErrorCode.REPLICA_NOT_AVAILABLE
  }
  return {
    errorCode,
    partitionIndex,
    leaderId: leader?.id ?? -1,
    leaderEpoch: partition.leaderEpoch,
    replicaNodes,
    isrNodes,
    offlineReplicas: cluster.offlineReplicas(partition),
  }
}

function isCreatable({ errorCode }: ResponseTopic): boolean {
  return errorCode === ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
}

function hasPartitions(topic: TopicImage): boolean {
  return topic.partitions.length > 0
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }
