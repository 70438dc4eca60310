import type { TransactionOutcome } from '../../coordinator/coordinator-shard.ts'
import type { CommittedOffset } from '../group-record.ts'
import { PartitionTable } from './partition-table.ts'

/** A committed offset with where in `__consumer_offsets` it stands: of two commits the later one counts. */
export interface StoredOffset extends CommittedOffset {
  readonly recordOffset: number
}

export type OffsetTable = PartitionTable<StoredOffset>

/** A producer id that is none: the commit is not part of a transaction. */
const noProducerId = -1

/**
 * The committed offsets of one shard's groups. Those committed in a transaction are pending until its end is
 * replayed; a partition with a pending offset is not stable.
 */
export class GroupOffsets {
  readonly committed: OffsetTable = new PartitionTable()
  /** By producer id; a producer has one transaction at a time. */
  readonly #pending = new Map<number, OffsetTable>()
  /** The producers that have an offset pending. */
  readonly #pendingProducers = new PartitionTable<Set<number>>()

  isPending(groupId: string, topic: string, partition: number): boolean {
    return this.#pendingProducers.get(groupId, topic, partition) !== undefined
  }

  hasPending(groupId: string): boolean {
    return this.#pendingProducers.ofGroup(groupId) !== undefined
  }

  /** Every partition that has an offset, pending ones too. */
  *ofGroup(groupId: string): Generator<[topic: string, partition: number]> {
    for (const [topic, partitions] of this.committed.ofGroup(groupId) ?? []) {
      for (const partition of partitions.keys()) yield [topic, partition]
    }
    for (const [topic, partitions] of this.#pendingProducers.ofGroup(groupId) ?? []) {
      for (const partition of partitions.keys()) {
        if (this.committed.get(groupId, topic, partition) === undefined) yield [topic, partition]
      }
    }
  }

  /** What is committed for the topic, and what is pending: one for each producer. */
  *ofTopic(topic: string): Generator<[groupId: string, partition: number, offset: StoredOffset]> {
    yield* this.committed.ofTopic(topic)
    for (const [groupId, partition, producers] of this.#pendingProducers.ofTopic(topic)) {
      for (const producerId of producers) {
        const offset = this.#pending.get(producerId)?.get(groupId, topic, partition)
        if (offset !== undefined) yield [groupId, partition, offset]
      }
    }
  }

  replay(
    groupId: string,
    topic: string,
    partition: number,
    value: CommittedOffset | null,
    recordOffset: number,
    producerId: number,
  ): void {
    if (value === null) this.#forget(groupId, topic, partition)
    else if (producerId === noProducerId) this.committed.set(groupId, topic, partition, { ...value, recordOffset })
    else this.#suspend(groupId, topic, partition, { ...value, recordOffset }, producerId)
  }

  /** Commits what the producer had pending, unless something was committed after it; or forgets it. */
  replayTransactionEnd(producerId: number, outcome: TransactionOutcome): void {
    const pending = this.#pending.get(producerId)
    if (pending === undefined) return
    this.#pending.delete(producerId)
    for (const [groupId, topic, partition, offset] of pending) {
      const producers = this.#pendingProducers.get(groupId, topic, partition)
      producers?.delete(producerId)
      if (producers?.size === 0) this.#pendingProducers.delete(groupId, topic, partition)
      if (outcome === 'abort') continue
      const existing = this.committed.get(groupId, topic, partition)
      if (existing === undefined || offset.recordOffset > existing.recordOffset) {
        this.committed.set(groupId, topic, partition, offset)
      }
    }
  }

  #suspend(groupId: string, topic: string, partition: number, offset: StoredOffset, producerId: number): void {
    let table = this.#pending.get(producerId)
    if (table === undefined) {
      table = new PartitionTable()
      this.#pending.set(producerId, table)
    }
    table.set(groupId, topic, partition, offset)
    const producers = this.#pendingProducers.get(groupId, topic, partition)
    if (producers === undefined) this.#pendingProducers.set(groupId, topic, partition, new Set([producerId]))
    else producers.add(producerId)
  }

  #forget(groupId: string, topic: string, partition: number): void {
    this.committed.delete(groupId, topic, partition)
    for (const producerId of this.#pendingProducers.get(groupId, topic, partition) ?? []) {
      this.#pending.get(producerId)?.delete(groupId, topic, partition)
    }
    this.#pendingProducers.delete(groupId, topic, partition)
  }
}
