import type { Uuid } from '../../protocol/uuid.ts'
import type { TopicPartitions } from './assignor.ts'
import {
  capacityOfCopiedSet,
  defaultCapacity,
  hashOfUuid,
  hashOrder,
  partitionOrder,
  tableSizeFor,
} from './java-hash-order.ts'

/** A member's assignment while it changes, in collections of the sizes that Kafka's would have. */
export class AssignmentDraft {
  readonly #topics = new Map<Uuid, { readonly partitions: Set<number>; capacity: number }>()
  readonly #capacity: number

  constructor(assignment: TopicPartitions) {
    this.#capacity = assignment.size
    for (const [topicId, partitions] of assignment) {
      this.#topics.set(topicId, {
        partitions: new Set(partitions),
        capacity: tableSizeFor(capacityOfCopiedSet(partitions.length)),
      })
    }
  }

  /** `capacity` is that of the set which a topic's first partition makes. */
  add(topicId: Uuid, partition: number, capacity = defaultCapacity): void {
    let topic = this.#topics.get(topicId)
    if (topic === undefined) {
      topic = { partitions: new Set(), capacity: tableSizeFor(capacity) }
      this.#topics.set(topicId, topic)
    }
    topic.partitions.add(partition)
    if (topic.partitions.size > topic.capacity * 0.75) topic.capacity *= 2
  }

  remove(topicId: Uuid, partition: number): void {
    const topic = this.#topics.get(topicId)
    if (topic === undefined) return
    topic.partitions.delete(partition)
    if (topic.partitions.size === 0) this.#topics.delete(topicId)
  }

  removeTopic(topicId: Uuid): void {
    this.#topics.delete(topicId)
  }

  finished(): TopicPartitions {
    const assignment = new Map<Uuid, readonly number[]>()
    for (const topicId of hashOrder([...this.#topics.keys()], hashOfUuid, this.#capacity)) {
      const { partitions, capacity } = this.#topics.get(topicId)!
      assignment.set(topicId, partitionOrder([...partitions], capacity))
    }
    return assignment
  }
}
