import { ErrorCode } from '../protocol/errors.ts'
import { type ApiError, apiError, NO_ERROR } from './api-error.ts'
import { type ControllerResult, type ControllerState, recordsPerRequestMax } from './controller-state.ts'
import { partitionToRecord } from './image/partition.ts'
import type { TopicImage } from './image/topic.ts'
import type { MetadataRecord } from './metadata-record.ts'
import { activeReplicas, manualAssignmentFault, newPartition, placePartitions } from './replica-assignment.ts'
import type { CreatePartitionsTopic } from './requests.ts'

/** Kafka's ReplicationControlManager.createPartitions. One outcome per topic, in order. */
export function createPartitions(
  state: ControllerState,
  topics: readonly CreatePartitionsTopic[],
  validateOnly: boolean,
): ControllerResult<readonly ApiError[]> {
  const records: MetadataRecord[] = []
  const response = topics.map(topic => {
    const outcome = growTopic(state, topic, recordsPerRequestMax - records.length)
    if ('errorCode' in outcome) return outcome
    records.push(...outcome)
    return NO_ERROR
  })
  return { records: validateOnly ? [] : records, response }
}

function growTopic(
  state: ControllerState,
  request: CreatePartitionsTopic,
  recordsMax: number,
): readonly MetadataRecord[] | ApiError {
  const topic = state.image.topics.byName(request.name)
  if (topic === undefined) return apiError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
  const existing = topic.partitions.length
  if (request.count === existing) {
    return apiError(ErrorCode.INVALID_PARTITIONS, `Topic already has ${existing} partition(s).`)
  }
  if (request.count < existing) {
    return apiError(
      ErrorCode.INVALID_PARTITIONS,
      `The topic ${request.name} currently has ${existing} partition(s); ${request.count} would not be an increase.`,
    )
  }
  const additional = request.count - existing
  if (request.assignments !== null && request.assignments.length !== additional) {
    return apiError(
      ErrorCode.INVALID_REPLICA_ASSIGNMENT,
      `Attempted to add ${additional} additional partition(s), but only ${request.assignments.length} ` +
        'assignment(s) were specified.',
    )
  }
  // Kafka runs into the bound of its record list here, and that is all it tells the client.
  if (additional > recordsMax) return apiError(ErrorCode.UNKNOWN_SERVER_ERROR)
  const replicas = newReplicas(state, request, topic, additional)
  if ('errorCode' in replicas) return replicas
  const records: MetadataRecord[] = []
  for (const [index, brokerIds] of replicas.entries()) {
    const isr = activeReplicas(state.image, brokerIds)
    if (isr.length === 0) return nobodyActive(request, existing + index, brokerIds.length)
    const partition = newPartition(state.image, brokerIds, isr)
    records.push(partitionToRecord(partition, topic.id, existing + index, state.image.features.metadataVersion))
  }
  return records
}

function newReplicas(
  state: ControllerState,
  request: CreatePartitionsTopic,
  topic: TopicImage,
  additional: number,
): readonly (readonly number[])[] | ApiError {
  const replicationFactor = topic.partitions[0]?.replicas.length ?? 0
  if (request.assignments === null) {
    const placements = placePartitions(state, additional, replicationFactor)
    return 'fault' in placements ? apiError(ErrorCode.INVALID_REPLICATION_FACTOR, placements.fault) : placements
  }
  for (const { brokerIds } of request.assignments) {
    const fault = manualAssignmentFault(state.image, brokerIds, replicationFactor)
    if (fault !== undefined) return apiError(ErrorCode.INVALID_REPLICA_ASSIGNMENT, fault)
  }
  return request.assignments.map(({ brokerIds }) => brokerIds)
}

function nobodyActive(request: CreatePartitionsTopic, partitionId: number, replicationFactor: number): ApiError {
  if (request.assignments !== null) {
    return apiError(
      ErrorCode.INVALID_REPLICA_ASSIGNMENT,
      'All brokers specified in the manual partition assignment for ' +
        `partition ${partitionId} are fenced or in controlled shutdown.`,
    )
  }
  return apiError(
    ErrorCode.INVALID_REPLICATION_FACTOR,
    `Unable to replicate the partition ${replicationFactor} time(s): ` +
      'All brokers are currently fenced or in controlled shutdown.',
  )
}
