import { assert } from '../../assertion.ts'
import type { Uuid } from '../../protocol/uuid.ts'
import type { MetadataMessage } from '../metadata-record.ts'
import type { TopicChange } from './metadata-delta.ts'
import {
  applyPartitionChange,
  type PartitionRegistration,
  partitionFromRecord,
  withoutEligibleLeaderReplicas,
} from './partition.ts'
import type { TopicImage, Topics } from './topic.ts'

interface TopicUnderChange {
  readonly before: TopicImage | undefined
  readonly name: string
  readonly partitions: PartitionRegistration[]
  readonly changed: Set<number>
}

export interface TopicsDelta {
  readonly after: Topics
  readonly deleted: ReadonlyMap<Uuid, TopicImage>
  readonly changed: ReadonlyMap<Uuid, TopicChange>
}

/** The topics' part of a delta. A partition array is copied once per topic and delta, however many records touch it. */
export class TopicsDeltaBuilder {
  readonly #before: Topics
  readonly #changing = new Map<Uuid, TopicUnderChange>()
  /** Topics of this delta's own, by name: what `#before` cannot find. */
  readonly #createdIds = new Map<string, Uuid>()
  readonly #deleted = new Map<Uuid, TopicImage>()

  constructor(before: Topics) {
    this.#before = before
  }

  create(name: string, id: Uuid): void {
    assert(this.#idOf(name) === undefined, `topic ${name} exists already`)
    this.#changing.set(id, { before: undefined, name, partitions: [], changed: new Set() })
    this.#createdIds.set(name, id)
  }

  setPartition(record: MetadataMessage<'PartitionRecord'>): void {
    const topic = this.#change(record.topicId)
    assert(
      record.partitionId >= 0 && record.partitionId <= topic.partitions.length,
      `partition ${topic.name}-${record.partitionId} leaves a gap`,
    )
    topic.partitions[record.partitionId] = partitionFromRecord(record)
    topic.changed.add(record.partitionId)
  }

  changePartition(record: MetadataMessage<'PartitionChangeRecord'>): void {
    const topic = this.#change(record.topicId)
    const partition = topic.partitions[record.partitionId]
    assert(partition !== undefined, `no partition ${topic.name}-${record.partitionId}`)
    topic.partitions[record.partitionId] = applyPartitionChange(partition, record)
    topic.changed.add(record.partitionId)
  }

  remove(id: Uuid): TopicImage {
    const before = this.#before.byId(id)
    const changing = this.#changing.get(id)
    const topic = changing ? { name: changing.name, id, partitions: changing.partitions } : before
    assert(topic !== undefined && !this.#deleted.has(id), `no topic with id ${id}`)
    this.#changing.delete(id)
    if (this.#createdIds.get(topic.name) === id) this.#createdIds.delete(topic.name)
    // A topic that came and went within the delta was never in an image, so nobody has to be told.
    if (before !== undefined) this.#deleted.set(id, before)
    return topic
  }

  /** KIP-966: `''` means every topic. */
  clearEligibleLeaderReplicas(topicName: string): void {
    const ids =
      topicName === ''
        ? [...[...this.#before.all()].map(topic => topic.id), ...this.#createdIds.values()]
        : [this.#idOf(topicName)]
    for (const id of ids) {
      assert(id !== undefined, `no topic named ${topicName}`)
      if (this.#deleted.has(id)) continue
      const partitions = this.#changing.get(id)?.partitions ?? this.#before.byId(id)?.partitions ?? []
      for (const [partitionId, partition] of partitions.entries()) {
        if (partition.eligibleLeaderReplicas.length + partition.lastKnownEligibleLeaderReplicas.length === 0) continue
        const topic = this.#change(id)
        topic.partitions[partitionId] = withoutEligibleLeaderReplicas(partition)
        topic.changed.add(partitionId)
      }
    }
  }

  finish(): TopicsDelta {
    const changes = new Map<Uuid, TopicImage | undefined>()
    const changed = new Map<Uuid, TopicChange>()
    for (const id of this.#deleted.keys()) changes.set(id, undefined)
    for (const [id, topic] of this.#changing) {
      const after: TopicImage = { name: topic.name, id, partitions: topic.partitions }
      changes.set(id, after)
      const partitions = new Map<number, PartitionRegistration>()
      for (const partitionId of topic.changed) {
        partitions.set(partitionId, topic.partitions[partitionId] as PartitionRegistration)
      }
      changed.set(id, { before: topic.before, after, partitions })
    }
    return { after: this.#before.with(changes), deleted: this.#deleted, changed }
  }

  #idOf(name: string): Uuid | undefined {
    const created = this.#createdIds.get(name)
    if (created !== undefined) return created
    const before = this.#before.byName(name)?.id
    return before === undefined || this.#deleted.has(before) ? undefined : before
  }

  #change(id: Uuid): TopicUnderChange {
    let topic = this.#changing.get(id)
    if (topic === undefined) {
      const before = this.#before.byId(id)
      assert(before !== undefined && !this.#deleted.has(id), `no topic with id ${id}`)
      topic = { before, name: before.name, partitions: [...before.partitions], changed: new Set() }
      this.#changing.set(id, topic)
    }
    return topic
  }
}
