import type { TransactionOutcome } from '../../coordinator/coordinator-shard.ts'
import type { CommittedOffset } from '../group-record.ts'
import { OffsetTable, type TopicOffsets } from './offset-table.ts'

/** A producer id that is none: the commit is not part of a transaction. */
const noProducerId = -1

/**
 * The committed offsets of one shard's groups. Those committed in a transaction are pending until its end is
 * replayed; a partition with a pending offset is not stable.
 */
export class GroupOffsets {
  readonly committed = new OffsetTable()
  /** By producer id; a producer has one transaction at a time. */
  readonly #pending = new Map<number, OffsetTable>()

  get pendingProducerIds(): Iterable<number> {
    return this.#pending.keys()
  }

  ofGroup(groupId: string): TopicOffsets | undefined {
    return this.committed.ofGroup(groupId)
  }

  isPending(groupId: string, topic: string, partition: number): boolean {
    for (const table of this.#pending.values()) if (table.get(groupId, topic, partition) !== undefined) return true
    return false
  }

  hasPending(groupId: string): boolean {
    for (const table of this.#pending.values()) if (table.ofGroup(groupId) !== undefined) return true
    return false
  }

  /** Every pending (group, topic, partition), perhaps more than once. */
  *pending(): Generator<[groupId: string, topic: string, partition: number, offset: CommittedOffset]> {
    for (const table of this.#pending.values()) yield* table
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
    else this.#tableOf(producerId).set(groupId, topic, partition, { ...value, recordOffset })
  }

  /** Commits what the producer had pending, unless something was committed after it; or forgets it. */
  replayTransactionEnd(producerId: number, outcome: TransactionOutcome): void {
    const pending = this.#pending.get(producerId)
    if (pending === undefined) return
    this.#pending.delete(producerId)
    if (outcome === 'abort') return
    for (const [groupId, topic, partition, offset] of pending) {
      const existing = this.committed.get(groupId, topic, partition)
      if (existing === undefined || offset.recordOffset > existing.recordOffset) {
        this.committed.set(groupId, topic, partition, offset)
      }
    }
  }

  #tableOf(producerId: number): OffsetTable {
    if (producerId === noProducerId) return this.committed
    let table = this.#pending.get(producerId)
    if (table === undefined) {
      table = new OffsetTable()
      this.#pending.set(producerId, table)
    }
    return table
  }

  #forget(groupId: string, topic: string, partition: number): void {
    this.committed.delete(groupId, topic, partition)
    for (const table of this.#pending.values()) table.delete(groupId, topic, partition)
  }
}
