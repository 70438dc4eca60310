import type { Uuid } from '../../protocol/uuid.ts'

/** One partition as a Fetch request names it, and, within a session, what its client was last told of it. */
export interface FetchPartition {
  /** `null` while the request's topic id is not known; resolved when it appears in the metadata. */
  topic: string | null
  /** Zeros in versions without topic ids. */
  readonly topicId: Uuid
  readonly partition: number
  fetchOffset: number
  /** Bytes of this partition wanted at most. */
  maxBytes: number
  /** -1: the client does not know. */
  currentLeaderEpoch: number
  /** -1: not told. */
  lastFetchedEpoch: number
  /** Of the fetching replica; -1 for consumers. */
  logStartOffset: number
  /** -1 makes the next answer include the partition. */
  answeredHighWatermark: number
  answeredLogStartOffset: number
}

/** Names a partition by its topic's id in versions that have ids, and by its topic's name in the others. */
export interface FetchPartitionName {
  readonly topic: string | null
  readonly topicId: Uuid
  readonly partition: number
}

/**
 * Partitions in the order in which they are read, found by name. Kafka's `ImplicitLinkedHashCollection` of
 * `CachedPartition`.
 */
export class FetchPartitions {
  readonly #usesTopicIds: boolean
  readonly #byTopic = new Map<string, Map<number, FetchPartition>>()
  readonly #ordered = new Set<FetchPartition>()

  constructor(usesTopicIds: boolean) {
    this.#usesTopicIds = usesTopicIds
  }

  get size(): number {
    return this.#ordered.size
  }

  find(name: FetchPartitionName): FetchPartition | undefined {
    return this.#byTopic.get(this.#topicKey(name))?.get(name.partition)
  }

  /** A partition of that name must not be there. */
  add(partition: FetchPartition): void {
    const topicKey = this.#topicKey(partition)
    let ofTopic = this.#byTopic.get(topicKey)
    if (ofTopic === undefined) {
      ofTopic = new Map()
      this.#byTopic.set(topicKey, ofTopic)
    }
    ofTopic.set(partition.partition, partition)
    this.#ordered.add(partition)
  }

  /** Adds the partition at the end, or gives the one of that name the new parameters where it stands. */
  addOrUpdate(partition: FetchPartition): void {
    const known = this.find(partition)
    if (known === undefined) {
      this.add(partition)
      return
    }
    known.fetchOffset = partition.fetchOffset
    known.maxBytes = partition.maxBytes
    known.currentLeaderEpoch = partition.currentLeaderEpoch
    known.lastFetchedEpoch = partition.lastFetchedEpoch
    known.logStartOffset = partition.logStartOffset
  }

  remove(name: FetchPartitionName): void {
    const topicKey = this.#topicKey(name)
    const ofTopic = this.#byTopic.get(topicKey)
    const partition = ofTopic?.get(name.partition)
    if (ofTopic === undefined || partition === undefined) return
    ofTopic.delete(name.partition)
    if (ofTopic.size === 0) this.#byTopic.delete(topicKey)
    this.#ordered.delete(partition)
  }

  /** Partitions that yielded records are read last next time, so that all get their turn. */
  moveToEnd(partition: FetchPartition): void {
    this.#ordered.delete(partition)
    this.#ordered.add(partition)
  }

  [Symbol.iterator](): Iterator<FetchPartition> {
    return this.#ordered.values()
  }

  #topicKey(name: FetchPartitionName): string {
    return this.#usesTopicIds ? name.topicId : (name.topic ?? '')
  }
}
