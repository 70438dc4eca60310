import type { Uuid } from '../../protocol/uuid.ts'
import { BucketMap } from './bucket-map.ts'
import type { PartitionRegistration } from './partition.ts'

/** A topic and its partitions. A recreated topic has the same name, another id, and is another value. */
export interface TopicImage {
  readonly name: string
  readonly id: Uuid
  /** Indexed by partition id: Kafka numbers partitions from 0 without gaps. */
  readonly partitions: readonly PartitionRegistration[]
}

/** Every topic by name and by id. Immutable. */
export class Topics {
  static readonly empty = new Topics(BucketMap.empty(), BucketMap.empty())
  readonly #byName: BucketMap<TopicImage>
  readonly #byId: BucketMap<TopicImage>

  private constructor(byName: BucketMap<TopicImage>, byId: BucketMap<TopicImage>) {
    this.#byName = byName
    this.#byId = byId
  }

  get size(): number {
    return this.#byId.size
  }

  byName(name: string): TopicImage | undefined {
    return this.#byName.get(name)
  }

  byId(id: Uuid): TopicImage | undefined {
    return this.#byId.get(id)
  }

  /** Every topic once, in an order that depends on the set of names alone. */
  all(): IterableIterator<TopicImage> {
    return this.#byName.values()
  }

  /** `changes` by topic id; undefined deletes the topic. */
  with(changes: ReadonlyMap<Uuid, TopicImage | undefined>): Topics {
    if (changes.size === 0) return this
    const byName = new Map<string, TopicImage | undefined>()
    for (const [id, topic] of changes) {
      if (topic !== undefined) continue
      const name = this.#byId.get(id)?.name
      if (name !== undefined) byName.set(name, undefined)
    }
    // After the deletions, so that a name deleted and created anew keeps the new topic.
    for (const topic of changes.values()) if (topic !== undefined) byName.set(topic.name, topic)
    return new Topics(this.#byName.with(byName), this.#byId.with(changes))
  }
}
