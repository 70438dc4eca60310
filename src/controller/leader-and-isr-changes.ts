import { type ControllerState, effectiveTopicConfig, isActive, isElrEnabled } from './controller-state.ts'
import type { PartitionRegistration } from './image/partition.ts'
import type { MetadataRecord } from './metadata-record.ts'
import { partitionChange } from './partition-change.ts'

/** What becomes of a broker, and the partitions that are to be looked at for it. */
export interface BrokerMove {
  readonly isAffected: (partition: PartitionRegistration) => boolean
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
  const isAcceptableLeader = (brokerId: number) =>
    !removed.includes(brokerId) && (brokerId === move.brokerToAdd || isActive(image, brokerId))
  const records: MetadataRecord[] = []
  for (const topic of image.topics.all()) {
    if (!topic.partitions.some(move.isAffected)) continue
    const minInsyncReplicas = Number(effectiveTopicConfig(state, topic.name, 'min.insync.replicas'))
    const allowUncleanElection = effectiveTopicConfig(state, topic.name, 'unclean.leader.election.enable') === 'true'
    for (const [partitionId, partition] of topic.partitions.entries()) {
      if (!move.isAffected(partition)) continue
      const record = partitionChange({
        topicId: topic.id,
        partitionId,
        partition,
        targetIsr: partition.isr.filter(replica => !removed.includes(replica)),
        isAcceptableLeader,
        allowUncleanElection,
        isElrEnabled: isElrEnabled(image),
        minInsyncReplicas: Math.min(minInsyncReplicas, topic.partitions[0]?.replicas.length ?? 0),
        ...(move.uncleanShutdownBroker === undefined ? {} : { uncleanShutdownReplica: move.uncleanShutdownBroker }),
        metadataVersion: image.features.metadataVersion,
      })
      if (record !== undefined) records.push(record)
    }
  }
  return records
}
