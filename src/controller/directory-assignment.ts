import { ErrorCode } from '../protocol/errors.ts'
import type { Uuid } from '../protocol/uuid.ts'
import { type ControllerResult, type ControllerState, isElrEnabled } from './controller-state.ts'
import { MetadataVersion } from './feature-levels.ts'
import { hasOnlineDirectory } from './image/cluster.ts'
import { directoryOf } from './image/partition.ts'
import { effectiveMinInsyncReplicas, isAcceptableLeaderOf, leaderAndIsrChanges } from './leader-and-isr-changes.ts'
import { type MetadataRecord, metadataRecord } from './metadata-record.ts'
import { partitionChange } from './partition-change.ts'

/** `AssignReplicasToDirsRequest.MAX_ASSIGNMENTS_PER_REQUEST` */
export const assignmentsPerRequestMax = 2250

/** A replica of the broker's lies in that directory. */
export interface DirectoryAssignment {
  readonly topicId: Uuid
  readonly partitionIndex: number
  readonly directoryId: Uuid
}

export interface AssignReplicasToDirsRequest {
  readonly brokerId: number
  readonly brokerEpoch: number
  readonly assignments: readonly DirectoryAssignment[]
}

/** Of the request as a whole, and of each assignment, in the order given. */
export interface AssignReplicasToDirsResult {
  readonly errorCode: number
  readonly errorCodes: readonly number[]
}

/** `ReplicationControlManager.handleAssignReplicasToDirs`: a replica in a directory that is offline leads nothing. */
export function assignReplicasToDirs(
  state: ControllerState,
  request: AssignReplicasToDirsRequest,
): ControllerResult<AssignReplicasToDirsResult> {
  const { image } = state
  const { brokerId } = request
  const refused = (errorCode: number) => ({ records: [], response: { errorCode, errorCodes: [] } })
  if (image.features.metadataVersion < MetadataVersion.IBP_3_7_IV2) return refused(ErrorCode.UNSUPPORTED_VERSION)
  const broker = image.cluster.brokers.get(brokerId)
  if (broker?.brokerEpoch !== request.brokerEpoch) return refused(ErrorCode.STALE_BROKER_EPOCH)
  const records: MetadataRecord[] = []
  const offline = new Set<string>()
  const errorCodes = request.assignments.map(({ topicId, partitionIndex, directoryId }) => {
    const topic = image.topics.byId(topicId)
    if (topic === undefined) return ErrorCode.UNKNOWN_TOPIC_ID
    const partition = topic.partitions[partitionIndex]
    if (partition === undefined) return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    if (!partition.replicas.includes(brokerId)) return ErrorCode.NOT_LEADER_OR_FOLLOWER
    const isOnline = hasOnlineDirectory(broker, directoryId)
    // Where it comes back to a directory that works the replica may lead at once.
    const comesBack = isOnline && !hasOnlineDirectory(broker, directoryOf(partition, brokerId))
    const isAcceptable = isAcceptableLeaderOf(image, partition)
    const isAcceptableHere = isAcceptableLeaderOf(image, { ...partition, directories: [] })
    const record = partitionChange({
      topicId,
      partitionId: partitionIndex,
      partition,
      targetIsr: partition.isr,
      targetDirectories: partition.replicas.map((replica, index) =>
        replica === brokerId ? directoryId : (partition.directories[index] as Uuid),
      ),
      isAcceptableLeader: replica =>
        comesBack && replica === brokerId ? isAcceptableHere(replica) : isAcceptable(replica),
      allowUncleanElection: false,
      isElrEnabled: isElrEnabled(image),
      minInsyncReplicas: effectiveMinInsyncReplicas(state, topic),
      metadataVersion: image.features.metadataVersion,
    })
    if (record !== undefined) records.push(record)
    if (!isOnline) offline.add(`${topicId}:${partitionIndex}`)
    return ErrorCode.NONE
  })
  if (offline.size > 0) {
    const changes = leaderAndIsrChanges(state, {
      isAffected: (_partition, topicId, partitionIndex) => offline.has(`${topicId}:${partitionIndex}`),
      brokerToRemove: brokerId,
    })
    records.push(...changes)
  }
  return { records, response: { errorCode: ErrorCode.NONE, errorCodes } }
}

/**
 * Some of the broker's directories have failed (`handleDirectoriesOffline`): what lies in them loses its place in the
 * ISR and its leadership, and the registration keeps the others.
 */
export function directoriesOffline(
  state: ControllerState,
  brokerId: number,
  offline: readonly Uuid[],
): readonly MetadataRecord[] {
  const { image } = state
  const broker = image.cluster.brokers.get(brokerId)
  if (broker === undefined || image.features.metadataVersion < MetadataVersion.IBP_3_7_IV2) return []
  const newlyOffline = broker.directories.filter(directory => offline.includes(directory))
  if (newlyOffline.length === 0) return []
  const changes = leaderAndIsrChanges(state, {
    isAffected: partition => {
      const directory = directoryOf(partition, brokerId)
      return directory !== undefined && newlyOffline.includes(directory)
    },
    brokerToRemove: brokerId,
  })
  const registration = metadataRecord('BrokerRegistrationChangeRecord', 2, {
    brokerId,
    brokerEpoch: broker.brokerEpoch,
    fenced: 0,
    inControlledShutdown: 0,
    logDirs: broker.directories.filter(directory => !offline.includes(directory)),
    cordonedLogDirs: null,
  })
  return [...changes, registration]
}
