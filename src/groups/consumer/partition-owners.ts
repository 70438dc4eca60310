import type { Uuid } from '../../protocol/uuid.ts'
import type { ConsumerGroupMember } from './consumer-group-member.ts'
import type { EpochedPartitions } from './epoched-partitions.ts'

/**
 * Which partitions of a group are owned, by the member epoch of their owner (Kafka's `currentPartitionEpoch`). A
 * partition that its owner has still to give up is owned.
 */
export class PartitionOwners {
  readonly #epochs = new Map<Uuid, Map<number, number>>()

  /** -1: nobody owns it. */
  epochOf(topicId: Uuid, partition: number): number {
    return this.#epochs.get(topicId)?.get(partition) ?? -1
  }

  replace(old: ConsumerGroupMember | null, member: ConsumerGroupMember | null): void {
    if (old !== null) {
      this.#remove(old.assignedPartitions, old.memberEpoch)
      this.#remove(old.partitionsPendingRevocation, old.memberEpoch)
    }
    if (member !== null) {
      this.#add(member.assignedPartitions, member.memberEpoch)
      this.#add(member.partitionsPendingRevocation, member.memberEpoch)
    }
  }

  #add(partitions: EpochedPartitions, epoch: number): void {
    for (const [topicId, ofTopic] of partitions) {
      let epochs = this.#epochs.get(topicId)
      if (epochs === undefined) {
        epochs = new Map()
        this.#epochs.set(topicId, epochs)
      }
      // A compacted log may bring the record of the new owner before the one in which the old owner gave it up.
      for (const partition of ofTopic.keys()) epochs.set(partition, Math.max(epoch, epochs.get(partition) ?? epoch))
    }
  }

  #remove(partitions: EpochedPartitions, epoch: number): void {
    for (const [topicId, ofTopic] of partitions) {
      const epochs = this.#epochs.get(topicId)
      if (epochs === undefined) continue
      for (const partition of ofTopic.keys()) if (epochs.get(partition) === epoch) epochs.delete(partition)
      if (epochs.size === 0) this.#epochs.delete(topicId)
    }
  }
}
