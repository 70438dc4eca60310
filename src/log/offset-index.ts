import { readInt32, writeInt32 } from '../protocol/records/int64.ts'

const entryBytes = 8
const firstCapacity = 8

/**
 * The sparse index of one segment: for some batches their last offset and position (`OffsetIndex`). In memory two
 * uint32 an entry, relative offset and position; in the file the same, big-endian.
 */
export class OffsetIndex {
  readonly baseOffset: number
  #entries: Uint32Array
  #count = 0

  constructor(baseOffset: number, capacity = firstCapacity) {
    this.baseOffset = baseOffset
    this.#entries = new Uint32Array(2 * capacity)
  }

  /**
   * Reads an index file. Entries must rise in both columns and lie within the segment: the zeros of a preallocated
   * file, and whatever else does not fit, end it. An index that breaks off early only makes lookups scan further.
   */
  static parse(bytes: Uint8Array, baseOffset: number, segmentBytes: number): OffsetIndex {
    const index = new OffsetIndex(baseOffset, Math.max(1, Math.floor(bytes.length / entryBytes)))
    let lastRelativeOffset = -1
    let lastPosition = -1
    for (let at = 0; at + entryBytes <= bytes.length; at += entryBytes) {
      const relativeOffset = readInt32(bytes, at)
      const position = readInt32(bytes, at + 4)
      if (relativeOffset <= lastRelativeOffset || position <= lastPosition || position >= segmentBytes) break
      index.append(baseOffset + relativeOffset, position)
      lastRelativeOffset = relativeOffset
      lastPosition = position
    }
    return index
  }

  toBytes(): Uint8Array {
    const bytes = new Uint8Array(this.#count * entryBytes)
    for (let word = 0; word < 2 * this.#count; word++) writeInt32(bytes, 4 * word, this.#entries[word]!)
    return bytes
  }

  get count(): number {
    return this.#count
  }

  get sizeInBytes(): number {
    return this.#count * entryBytes
  }

  get heapBytes(): number {
    return this.#entries.byteLength
  }

  isFull(indexBytesMax: number): boolean {
    return this.#count >= Math.floor(indexBytesMax / entryBytes)
  }

  /** `lastOffset` is that of the batch at `position`. */
  append(lastOffset: number, position: number): void {
    if (2 * this.#count === this.#entries.length) {
      const larger = new Uint32Array(2 * this.#entries.length)
      larger.set(this.#entries)
      this.#entries = larger
    }
    this.#entries[2 * this.#count] = lastOffset - this.baseOffset
    this.#entries[2 * this.#count + 1] = position
    this.#count++
  }

  /** A position not behind the batch that holds `offset`: that of the last indexed batch ending at or before it. */
  floorPosition(offset: number): number {
    const entry = this.#lastEntryNotAbove(0, offset - this.baseOffset)
    return entry < 0 ? 0 : this.#entries[2 * entry + 1]!
  }

  /** A position not before the batch that holds `offset`: that of the first indexed batch ending there or later. */
  ceilingPosition(offset: number, otherwise: number): number {
    const entry = this.#lastEntryNotAbove(0, offset - 1 - this.baseOffset) + 1
    return entry < this.#count ? this.#entries[2 * entry + 1]! : otherwise
  }

  /** The last indexed position not behind `position`; a batch begins there. */
  floorOfPosition(position: number): number {
    const entry = this.#lastEntryNotAbove(1, position)
    return entry < 0 ? 0 : this.#entries[2 * entry + 1]!
  }

  /** The first indexed position at or behind `position`; `otherwise` where there is none. */
  ceilingOfPosition(position: number, otherwise: number): number {
    const entry = this.#lastEntryNotAbove(1, position - 1) + 1
    return entry < this.#count ? this.#entries[2 * entry + 1]! : otherwise
  }

  /** The last offset of the first indexed batch at or behind `position`; `undefined` where there is none. */
  offsetFromPosition(position: number): number | undefined {
    const entry = this.#lastEntryNotAbove(1, position - 1) + 1
    return entry < this.#count ? this.baseOffset + this.#entries[2 * entry]! : undefined
  }

  /** The position of the last entry; 0 in an empty index. */
  get lastPosition(): number {
    return this.#count === 0 ? 0 : this.#entries[2 * this.#count - 1]!
  }

  /** Forgets batches whose last offset is `offset` or more. */
  truncateTo(offset: number): void {
    this.#count = this.#lastEntryNotAbove(0, offset - 1 - this.baseOffset) + 1
  }

  #lastEntryNotAbove(column: 0 | 1, value: number): number {
    let low = 0
    let high = this.#count
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#entries[2 * middle + column]! <= value) low = middle + 1
      else high = middle
    }
    return low - 1
  }
}
