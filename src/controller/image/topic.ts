import type { Uuid } from '../../protocol/uuid.ts'
import type { PartitionRegistration } from './partition.ts'

/** A topic and its partitions. A recreated topic has the same name, another id, and is another value. */
export interface TopicImage {
  readonly name: string
  readonly id: Uuid
  /** Indexed by partition id: Kafka numbers partitions from 0 without gaps. */
  readonly partitions: readonly PartitionRegistration[]
}

export interface TopicsImage {
  readonly size: number
  byName(name: string): TopicImage | undefined
  byId(id: Uuid): TopicImage | undefined
  /** Every topic once, in an order that depends on the set of names alone. */
  all(): IterableIterator<TopicImage>
}
