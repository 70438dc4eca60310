import type { Uuid } from '../protocol/uuid.ts'
import { type ControllerState, effectiveTopicConfig, isActive, isElrEnabled } from './controller-state.ts'
import { hasOnlineDirectory } from './image/cluster.ts'
import type { MetadataImage } from './image/metadata-image.ts'
import { directoryOf, type PartitionRegistration } from './image/partition.ts'
import type { TopicImage } from './image/topic.ts'
import type { MetadataRecord } from './metadata-record.ts'
import { partitionChange } from './partition-change.ts'

/** What becomes of a broker, and the partitions that are to be looked at for it. */
export interface BrokerMove {
  readonly isAffected: (partition: PartitionRegistration, topicId: Uuid, partitionIndex: number) => boolean
  readonly brokerToRemove?: number
  readonly brokerToAdd?: number
  readonly uncleanShutdownBroker?: number
}

/**
 * New ISRs and leaders for all partitions affected: Kafka's generateLeaderAndIsrUpdates. Happens a few times in a
 * broker's life, so it looks at every partition.
 */
export function leaderAndIsrChanges(state: ControllerState, move: BrokerMove): readonly MetadataRecord[] {
  const { image } = state
  const removed = [move.brokerToRemove, move.uncleanShutdownBroker]
  const records: MetadataRecord[] = []
  for (const topic of image.topics.all()) {
    if (!topic.partitions.some((partition, index) => move.isAffected(partition, topic.id, index))) continue
    const minInsyncReplicas = effectiveMinInsyncReplicas(state, topic)
    const allowUncleanElection = effectiveTopicConfig(state, topic.name, 'unclean.leader.election.enable') === 'true'
    for (const [partitionId, partition] of topic.partitions.entries()) {
      if (!move.isAffected(partition, topic.id, partitionId)) continue
      const isAcceptable = isAcceptableLeaderOf(image, partition, move.brokerToAdd)
      const record = partitionChange({
        topicId: topic.id,
        partitionId,
        partition,
        targetIsr: partition.isr.filter(replica => !removed.includes(replica)),
        isAcceptableLeader: brokerId => !removed.includes(brokerId) && isAcceptable(brokerId),
        allowUncleanElection,
        isElrEnabled: isElrEnabled(image),
        minInsyncReplicas,
        ...(move.uncleanShutdownBroker === undefined ? {} : { uncleanShutdownReplica: move.uncleanShutdownBroker }),
        metadataVersion: image.features.metadataVersion,
      })
      if (record !== undefined) records.push(record)
    }
  }
  return records
}

/**
 * Whether a broker may lead the partition: it is alive, or becomes so now (`brokerToAdd`), and the directory with its
 * replica is not offline.
 */
export function isAcceptableLeaderOf(
  image: MetadataImage,
  partition: PartitionRegistration,
  brokerToAdd?: number,
): (brokerId: number) => boolean {
  return brokerId => {
    const broker = image.cluster.brokers.get(brokerId)
    if (broker === undefined || (brokerId !== brokerToAdd && !isActive(image, brokerId))) return false
    return hasOnlineDirectory(broker, directoryOf(partition, brokerId))
  }
}

/** `min.insync.replicas`, at most the number of replicas. */
export function effectiveMinInsyncReplicas(state: ControllerState, topic: TopicImage): number {
  const minInsyncReplicas = Number(effectiveTopicConfig(state, topic.name, 'min.insync.replicas'))
  return Math.min(minInsyncReplicas, topic.partitions[0]?.replicas.length ?? 0)
}
