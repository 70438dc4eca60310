import { readInt16, readInt64, writeInt64 } from '../protocol/records/int64.ts'
import type { AbortedTransaction } from './partition-log.ts'
import type { CompletedTransaction } from './producer-state.ts'

const entryBytes = 34
const version = 0
const firstCapacity = 4
const nothing = new Uint8Array(0)

/**
 * The aborted transactions whose marker lies in one segment, in the order of the markers (`TransactionIndex`). In memory
 * as in the `.txnindex` file: `version int16 = 0 | producerId | firstOffset | lastOffset | lastStableOffset`, each int64.
 */
export class TransactionIndex {
  #bytes: Uint8Array = nothing
  #count = 0

  static of(aborted: readonly CompletedTransaction[]): TransactionIndex {
    const index = new TransactionIndex()
    for (const transaction of aborted) index.append(transaction)
    return index
  }

  /** `undefined` where the file is damaged and the segment must be scanned. */
  static parse(bytes: Uint8Array, baseOffset: number): TransactionIndex | undefined {
    if (bytes.length % entryBytes !== 0) return undefined
    const index = new TransactionIndex()
    index.#bytes = bytes
    index.#count = bytes.length / entryBytes
    let earlier = baseOffset - 1
    for (let entry = 0; entry < index.#count; entry++) {
      const lastOffset = index.#lastOffset(entry)
      if (readInt16(bytes, entry * entryBytes) > version || lastOffset <= earlier) return undefined
      earlier = lastOffset
    }
    return index
  }

  get count(): number {
    return this.#count
  }

  /** From the entry with that number on. */
  toBytes(from = 0): Uint8Array {
    return this.#bytes.slice(from * entryBytes, this.#count * entryBytes)
  }

  static sizeOf(count: number): number {
    return count * entryBytes
  }

  append({ producerId, firstOffset, lastOffset, lastStableOffset }: CompletedTransaction): void {
    const at = this.#count * entryBytes
    if (at === this.#bytes.length) {
      const larger = new Uint8Array(Math.max(firstCapacity * entryBytes, 2 * at))
      larger.set(this.#bytes)
      this.#bytes = larger
    }
    this.#bytes.fill(0, at, at + 2)
    writeInt64(this.#bytes, at + 2, producerId)
    writeInt64(this.#bytes, at + 10, firstOffset)
    writeInt64(this.#bytes, at + 18, lastOffset)
    writeInt64(this.#bytes, at + 26, lastStableOffset)
    this.#count++
  }

  /** Forgets those that were decided at `offset` or later; returns whether there were any. */
  truncateTo(offset: number): boolean {
    const kept = this.#firstDecidedFrom(offset)
    const isShorter = kept < this.#count
    this.#count = kept
    return isShorter
  }

  /**
   * Adds to `found` those with records in `[startOffset, endOffset)`. True where later segments have none either: what
   * begins before `endOffset` was decided by then.
   */
  collect(startOffset: number, endOffset: number, found: AbortedTransaction[]): boolean {
    for (let entry = this.#firstDecidedFrom(startOffset); entry < this.#count; entry++) {
      const firstOffset = this.#field(entry, 10)
      if (firstOffset < endOffset) found.push({ producerId: this.#field(entry, 2), firstOffset })
      if (this.#field(entry, 26) >= endOffset) return true
    }
    return false
  }

  *entries(): IterableIterator<CompletedTransaction> {
    for (let entry = 0; entry < this.#count; entry++) {
      yield {
        producerId: this.#field(entry, 2),
        firstOffset: this.#field(entry, 10),
        lastOffset: this.#lastOffset(entry),
        isAborted: true,
        lastStableOffset: this.#field(entry, 26),
      }
    }
  }

  /** The number of the first entry whose marker lies at `offset` or later. */
  #firstDecidedFrom(offset: number): number {
    let low = 0
    let high = this.#count
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#lastOffset(middle) < offset) low = middle + 1
      else high = middle
    }
    return low
  }

  #lastOffset(entry: number): number {
    return this.#field(entry, 18)
  }

  #field(entry: number, offset: number): number {
    return readInt64(this.#bytes, entry * entryBytes + offset)
  }
}
