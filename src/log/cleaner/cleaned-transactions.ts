import { ControlRecordType, controlRecordType } from '../../protocol/records/control-record.ts'
import { recordsOf } from '../../protocol/records/record.ts'
import type { RecordBatch } from '../../protocol/records/record-batch.ts'
import type { CompletedTransaction } from '../producer-state.ts'

interface OngoingAborted {
  readonly transaction: CompletedTransaction
  hasBatches: boolean
}

/**
 * Which batches belong to aborted transactions, told on the way through a log (`CleanedTransactionMetadata`): their
 * records may go at once, a marker only when nothing of its transaction is left.
 */
export class CleanedTransactions {
  /** By first offset; those before the current batch are in `#aborted`. */
  #upcoming: CompletedTransaction[] = []
  readonly #aborted = new Map<number, OngoingAborted>()
  /** Producers of whose open, later committed transaction a batch was seen. */
  readonly #committed = new Set<number>()
  #kept: CompletedTransaction[] = []

  /** Found in the transaction index for what comes next; one already known does no harm. */
  add(transactions: readonly CompletedTransaction[]): void {
    if (transactions.length === 0) return
    this.#upcoming = [...this.#upcoming, ...transactions].sort((a, b) => a.firstOffset - b.firstOffset)
  }

  /** The aborted transactions whose marker stayed since the last call: the new segment's index. */
  takeKept(): CompletedTransaction[] {
    const kept = this.#kept
    this.#kept = []
    return kept
  }

  /** Whether nothing of the batch is needed by readers. */
  isDiscardable(batch: RecordBatch): boolean {
    this.#reach(batch.lastOffset)
    return batch.isControl ? this.#endsNothing(batch) : this.#isAborted(batch)
  }

  #reach(offset: number): void {
    while (this.#upcoming.length > 0 && this.#upcoming[0]!.firstOffset <= offset) {
      const transaction = this.#upcoming.shift()!
      const { producerId } = transaction
      if (!this.#aborted.has(producerId)) this.#aborted.set(producerId, { transaction, hasBatches: false })
    }
  }

  #isAborted(batch: RecordBatch): boolean {
    if (!batch.isTransactional) return false
    const aborted = this.#aborted.get(batch.producerId)
    if (aborted === undefined) {
      this.#committed.add(batch.producerId)
      return false
    }
    aborted.hasBatches = true
    return true
  }

  #endsNothing(marker: RecordBatch): boolean {
    // It was emptied before, and stays only for a producer's state.
    if (marker.recordCount === 0) return true
    const { producerId } = marker
    const type = controlRecordType(recordsOf(marker)[0]!.key)
    if (type === ControlRecordType.COMMIT) return !this.#committed.delete(producerId)
    if (type !== ControlRecordType.ABORT) return false
    const aborted = this.#aborted.get(producerId)
    this.#aborted.delete(producerId)
    if (aborted?.hasBatches !== true) return true
    this.#kept.push(aborted.transaction)
    return false
  }
}
