import { ErrorCode } from '../protocol/errors.ts'
import { randomUuid } from '../protocol/uuid.ts'
import { alterResource, clearElrRecords } from './alter-configs.ts'
import { type ApiError, apiError } from './api-error.ts'
import type { EffectiveConfig } from './config-rules.ts'
import {
  type ControllerResult,
  type ControllerState,
  isTooLarge,
  nodeOverrides,
  partitionsPerRequestMax,
  tooLargeMessage,
} from './controller-state.ts'
import { ConfigResourceType } from './image/configurations.ts'
import { type PartitionRegistration, partitionToRecord } from './image/partition.ts'
import { type MetadataRecord, metadataRecord } from './metadata-record.ts'
import { activeReplicas, manualAssignmentFault, newPartition, placePartitions } from './replica-assignment.ts'
import { AlterConfigOp, type CreatableTopic, type CreateTopicsRequest, type CreateTopicsResult } from './requests.ts'
import { hasCollisionCharacters, topicNameFault, unifyCollisionCharacters } from './topic-names.ts'

/** Kafka's ReplicationControlManager.createTopics: each topic stands or falls by itself, the request's size does not. */
export function createTopics(
  state: ControllerState,
  request: CreateTopicsRequest,
): ControllerResult<CreateTopicsResult> {
  const refusal = totalPartitionsFault(request, state.settings.defaultNumPartitions)
  if (refusal !== undefined) return { records: [], response: refuseAll(request, refusal) }
  const records: MetadataRecord[] = []
  const response: CreateTopicsResult[number][] = []
  // Topics without configuration of their own, mostly all, share one list of what they are configured with.
  let defaultConfigs: readonly EffectiveConfig[] | undefined
  const configsOf = (topic: CreatableTopic) => {
    if (topic.configs.length > 0) return state.rules.effectiveTopicConfigs(...nodeOverrides(state), configTexts(topic))
    defaultConfigs ??= state.rules.effectiveTopicConfigs(...nodeOverrides(state), new Map())
    return defaultConfigs
  }
  for (const topic of request.topics) {
    const outcome = createTopic(state, topic)
    if ('errorCode' in outcome) {
      response.push({ name: topic.name, ...outcome })
      continue
    }
    records.push(...outcome.records)
    const configs = request.describable(topic.name) ? configsOf(topic) : null
    const { topicId, partitions } = outcome
    const replicationFactor = partitions[0]?.replicas.length ?? 0
    const created = { name: topic.name, topicId, numPartitions: partitions.length, replicationFactor, configs }
    response.push({ name: topic.name, created })
  }
  if (isTooLarge(records)) {
    const tooLarge = apiError(ErrorCode.POLICY_VIOLATION, tooLargeMessage)
    return { records: [], response: refuseAll(request, tooLarge) }
  }
  return { records: request.validateOnly ? [] : records, response }
}

function refuseAll(request: CreateTopicsRequest, refusal: ApiError): CreateTopicsResult {
  return request.topics.map(({ name }) => ({ name, ...refusal }))
}

function totalPartitionsFault(request: CreateTopicsRequest, defaultNumPartitions: number): ApiError | undefined {
  let total = 0
  for (const { assignments, numPartitions } of request.topics) {
    if (assignments.length > 0) total += assignments.length
    else if (numPartitions === -1) total += defaultNumPartitions
    else if (numPartitions > 0) total += numPartitions
  }
  if (total <= partitionsPerRequestMax) return undefined
  return apiError(ErrorCode.POLICY_VIOLATION, 'Excessively large number of partitions per request.')
}

const metadataTopicName = '__cluster_metadata'

function createTopic(state: ControllerState, topic: CreatableTopic) {
  // Whoever asks, a client or a broker that creates what a client named: its partition would be the metadata log itself.
  if (topic.name === metadataTopicName) {
    return apiError(ErrorCode.INVALID_REQUEST, `Creation of internal topic ${metadataTopicName} is prohibited.`)
  }
  const fault = topicFault(state, topic)
  if (fault !== undefined) return fault
  const configRecords = creationConfigRecords(state, topic)
  if ('errorCode' in configRecords) return configRecords
  const partitions = topic.assignments.length > 0 ? assignedPartitions(state, topic) : placedPartitions(state, topic)
  if ('errorCode' in partitions) return partitions
  const topicId = randomUuid(state.random.bytes)
  const { metadataVersion } = state.image.features
  const records = [
    metadataRecord('TopicRecord', 0, { name: topic.name, topicId }),
    // Configurations stand between the topic and its partitions, so that a log is created with them.
    ...configRecords,
    ...partitions.map((partition, id) => partitionToRecord(partition, topicId, id, metadataVersion)),
  ]
  return { topicId, partitions, records }
}

function topicFault(state: ControllerState, { name, configs }: CreatableTopic): ApiError | undefined {
  // Kafka looks for a topic of that name last, and what it finds last it reports.
  if (state.image.topics.byName(name) !== undefined) {
    return apiError(ErrorCode.TOPIC_ALREADY_EXISTS, `Topic '${name}' already exists.`)
  }
  if (hasCollisionCharacters(name)) {
    const [colliding] = state.collidingNames.get(unifyCollisionCharacters(name)) ?? []
    if (colliding !== undefined) {
      return apiError(ErrorCode.INVALID_TOPIC_EXCEPTION, `Topic '${name}' collides with existing topic: ${colliding}`)
    }
  }
  const nameFault = topicNameFault(name)
  if (nameFault !== undefined) return apiError(ErrorCode.INVALID_TOPIC_EXCEPTION, nameFault)
  const withoutValue = configs.filter(({ value }) => value === null)
  if (withoutValue.length === 0) return undefined
  return apiError(
    ErrorCode.INVALID_CONFIG,
    `Null value not supported for topic configs: ${withoutValue.map(config => config.name).join(',')}`,
  )
}

function creationConfigRecords(state: ControllerState, topic: CreatableTopic): readonly MetadataRecord[] | ApiError {
  if (topic.configs.length === 0) return []
  const operations = new Map(topic.configs.map(({ name, value }) => [name, { op: AlterConfigOp.SET, value }]))
  const resource = { type: ConfigResourceType.TOPIC, name: topic.name }
  const records = alterResource(state, { resource, operations }, { isNewResource: true })
  return 'errorCode' in records ? records : [...records, ...clearElrRecords(state, records)]
}

function assignedPartitions(
  { image }: ControllerState,
  topic: CreatableTopic,
): readonly PartitionRegistration[] | ApiError {
  if (topic.replicationFactor !== -1) {
    return apiError(
      ErrorCode.INVALID_REQUEST,
      'A manual partition assignment was specified, but replication factor was not set to -1.',
    )
  }
  if (topic.numPartitions !== -1) {
    return apiError(
      ErrorCode.INVALID_REQUEST,
      'A manual partition assignment was specified, but numPartitions was not set to -1.',
    )
  }
  const partitions = new Map<number, PartitionRegistration>()
  let replicationFactor: number | undefined
  for (const { partitionIndex, brokerIds } of topic.assignments) {
    if (partitions.has(partitionIndex)) {
      return invalidAssignment(`Found multiple manual partition assignments for partition ${partitionIndex}`)
    }
    const fault = manualAssignmentFault(image, brokerIds, replicationFactor)
    if (fault !== undefined) return invalidAssignment(fault)
    replicationFactor = brokerIds.length
    const isr = activeReplicas(image, brokerIds)
    if (isr.length === 0) {
      return invalidAssignment(
        'All brokers specified in the manual partition assignment for ' +
          `partition ${partitionIndex} are fenced or in controlled shutdown.`,
      )
    }
    partitions.set(partitionIndex, newPartition(image, brokerIds, isr))
  }
  const inOrder: PartitionRegistration[] = []
  for (let id = 0; id < partitions.size; id++) {
    const partition = partitions.get(id)
    if (partition === undefined) {
      return invalidAssignment('partitions should be a consecutive 0-based integer sequence')
    }
    inOrder.push(partition)
  }
  return inOrder
}

function placedPartitions(state: ControllerState, topic: CreatableTopic): readonly PartitionRegistration[] | ApiError {
  if (topic.replicationFactor < -1 || topic.replicationFactor === 0) {
    return apiError(
      ErrorCode.INVALID_REPLICATION_FACTOR,
      'Replication factor must be larger than 0, or -1 to use the default value.',
    )
  }
  if (topic.numPartitions < -1 || topic.numPartitions === 0) {
    return apiError(ErrorCode.INVALID_PARTITIONS, 'Number of partitions was set to an invalid non-positive value.')
  }
  const { settings, image } = state
  const numPartitions = topic.numPartitions === -1 ? settings.defaultNumPartitions : topic.numPartitions
  const replicationFactor = topic.replicationFactor === -1 ? settings.defaultReplicationFactor : topic.replicationFactor
  const placements = placePartitions(state, numPartitions, replicationFactor)
  if ('fault' in placements) return unplaceable(replicationFactor, placements.fault)
  const partitions: PartitionRegistration[] = []
  for (const replicas of placements) {
    const isr = activeReplicas(image, replicas)
    if (isr.length === 0) {
      return unplaceable(replicationFactor, 'All brokers are currently fenced or in controlled shutdown.')
    }
    partitions.push(newPartition(image, replicas, isr))
  }
  return partitions
}

function unplaceable(replicationFactor: number, fault: string): ApiError {
  return apiError(
    ErrorCode.INVALID_REPLICATION_FACTOR,
    `Unable to replicate the partition ${replicationFactor} time(s): ${fault}`,
  )
}

function invalidAssignment(fault: string): ApiError {
  return apiError(ErrorCode.INVALID_REPLICA_ASSIGNMENT, fault)
}

function configTexts(topic: CreatableTopic): ReadonlyMap<string, string> {
  return new Map(topic.configs.map(({ name, value }) => [name, value ?? '']))
}
