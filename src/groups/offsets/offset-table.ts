import type { CommittedOffset } from '../group-record.ts'

/** A committed offset with where in `__consumer_offsets` it stands: of two commits the later one counts. */
export interface StoredOffset extends CommittedOffset {
  readonly recordOffset: number
}

export type PartitionOffsets = ReadonlyMap<number, StoredOffset>
export type TopicOffsets = ReadonlyMap<string, PartitionOffsets>

/** Offsets by group, topic and partition; what becomes empty goes. */
export class OffsetTable {
  readonly #groups = new Map<string, Map<string, Map<number, StoredOffset>>>()

  get groups(): ReadonlyMap<string, TopicOffsets> {
    return this.#groups
  }

  ofGroup(groupId: string): TopicOffsets | undefined {
    return this.#groups.get(groupId)
  }

  get(groupId: string, topic: string, partition: number): StoredOffset | undefined {
    return this.#groups.get(groupId)?.get(topic)?.get(partition)
  }

  set(groupId: string, topic: string, partition: number, offset: StoredOffset): void {
    let topics = this.#groups.get(groupId)
    if (topics === undefined) {
      topics = new Map()
      this.#groups.set(groupId, topics)
    }
    let partitions = topics.get(topic)
    if (partitions === undefined) {
      partitions = new Map()
      topics.set(topic, partitions)
    }
    partitions.set(partition, offset)
  }

  delete(groupId: string, topic: string, partition: number): void {
    const topics = this.#groups.get(groupId)
    const partitions = topics?.get(topic)
    if (topics === undefined || partitions === undefined) return
    partitions.delete(partition)
    if (partitions.size === 0) topics.delete(topic)
    if (topics.size === 0) this.#groups.delete(groupId)
  }

  *[Symbol.iterator](): Generator<[groupId: string, topic: string, partition: number, offset: StoredOffset]> {
    for (const [groupId, topics] of this.#groups) {
      for (const [topic, partitions] of topics) {
        for (const [partition, offset] of partitions) yield [groupId, topic, partition, offset]
      }
    }
  }
}
