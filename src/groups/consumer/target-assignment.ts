import type { Uuid } from '../../protocol/uuid.ts'
import type { TopicPartitions } from '../assignors/assignor.ts'

const nothing: TopicPartitions = new Map()
const noPartitions: readonly number[] = []

/** What each member of a group should own, as of one group epoch. */
export class TargetAssignment {
  readonly #members = new Map<string, TopicPartitions>()
  readonly #memberIds = new Map<Uuid, Map<number, string>>()
  #epoch = 1
  #timestampMs = 0

  /** The group epoch it was computed for. */
  get epoch(): number {
    return this.#epoch
  }

  /** When it was computed; 0 where that is not known. */
  get timestampMs(): number {
    return this.#timestampMs
  }

  get members(): ReadonlyMap<string, TopicPartitions> {
    return this.#members
  }

  of(memberId: string): TopicPartitions {
    return this.#members.get(memberId) ?? nothing
  }

  isAssigned(topicId: Uuid, partition: number): boolean {
    return this.#memberIds.get(topicId)?.has(partition) === true
  }

  setEpoch(epoch: number, timestampMs: number): void {
    this.#epoch = epoch
    this.#timestampMs = timestampMs
  }

  set(memberId: string, partitions: TopicPartitions): void {
    this.#invert(memberId, this.of(memberId), partitions)
    this.#members.set(memberId, partitions)
  }

  remove(memberId: string): void {
    this.#invert(memberId, this.of(memberId), nothing)
    this.#members.delete(memberId)
  }

  #invert(memberId: string, before: TopicPartitions, after: TopicPartitions): void {
    for (const topicId of new Set([...before.keys(), ...after.keys()])) {
      let ofTopic = this.#memberIds.get(topicId)
      if (ofTopic === undefined) {
        ofTopic = new Map()
        this.#memberIds.set(topicId, ofTopic)
      }
      const kept = new Set(after.get(topicId) ?? noPartitions)
      for (const partition of before.get(topicId) ?? noPartitions) {
        // The record of whom it is given to now may have come first.
        if (!kept.has(partition) && ofTopic.get(partition) === memberId) ofTopic.delete(partition)
      }
      const had = new Set(before.get(topicId) ?? noPartitions)
      for (const partition of kept) if (!had.has(partition)) ofTopic.set(partition, memberId)
      if (ofTopic.size === 0) this.#memberIds.delete(topicId)
    }
  }
}

/** Whatever the order: assignors keep the one they were given, but they may be given none. */
export function areEqualTargets(a: TopicPartitions, b: TopicPartitions | undefined): boolean {
  if (a === b) return true
  if (b === undefined || a.size !== b.size) return false
  for (const [topicId, ofA] of a) {
    const ofB = b.get(topicId)
    if (ofB === undefined || ofA.length !== ofB.length) return false
    const partitions = new Set(ofB)
    if (!ofA.every(partition => partitions.has(partition))) return false
  }
  return true
}
