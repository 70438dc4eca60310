import { readInt32, readInt64, writeInt32, writeInt64 } from '../protocol/records/int64.ts'

const entryBytes = 12
const firstCapacity = 8

/**
 * The time index of one segment: the largest timestamp so far, and the last offset of the batch that holds it
 * (`TimeIndex`). Both columns rise, so a batch with a timestamp at or after T lies behind the last entry below T.
 */
export class TimeIndex {
  readonly baseOffset: number
  #timestamps: Float64Array
  #relativeOffsets: Uint32Array
  #count = 0

  constructor(baseOffset: number, capacity = firstCapacity) {
    this.baseOffset = baseOffset
    this.#timestamps = new Float64Array(capacity)
    this.#relativeOffsets = new Uint32Array(capacity)
  }

  /** Reads a time index file; what does not rise ends it, as the zeros of a preallocated file do. */
  static parse(bytes: Uint8Array, baseOffset: number): TimeIndex {
    const index = new TimeIndex(baseOffset, Math.max(1, Math.floor(bytes.length / entryBytes)))
    for (let at = 0; at + entryBytes <= bytes.length; at += entryBytes) {
      const timestamp = readInt64(bytes, at)
      const relativeOffset = readInt32(bytes, at + 8)
      if (timestamp <= index.lastTimestamp || relativeOffset < 0) break
      if (index.#count > 0 && baseOffset + relativeOffset <= index.lastOffset) break
      // An entry of a first timestamp 0 and offset 0 is what zeros look like.
      if (timestamp === 0 && relativeOffset === 0 && index.#count === 0 && isZero(bytes)) break
      index.maybeAppend(timestamp, baseOffset + relativeOffset)
    }
    return index
  }

  toBytes(): Uint8Array {
    const bytes = new Uint8Array(this.#count * entryBytes)
    for (let entry = 0; entry < this.#count; entry++) {
      writeInt64(bytes, entry * entryBytes, this.#timestamps[entry]!)
      writeInt32(bytes, entry * entryBytes + 8, this.#relativeOffsets[entry]!)
    }
    return bytes
  }

  get count(): number {
    return this.#count
  }

  get sizeInBytes(): number {
    return this.#count * entryBytes
  }

  get heapBytes(): number {
    return this.#timestamps.byteLength + this.#relativeOffsets.byteLength
  }

  /** The last slot is kept for the entry written when the segment is rolled. */
  isFull(indexBytesMax: number): boolean {
    return this.#count >= Math.floor(indexBytesMax / entryBytes) - 1
  }

  /** -1 in an empty index. */
  get lastTimestamp(): number {
    return this.#count === 0 ? -1 : this.#timestamps[this.#count - 1]!
  }

  /** The segment's base offset in an empty index. */
  get lastOffset(): number {
    return this.#count === 0 ? this.baseOffset : this.baseOffset + this.#relativeOffsets[this.#count - 1]!
  }

  /** Does nothing unless `timestamp` is larger than all before. */
  maybeAppend(timestamp: number, offset: number): void {
    if (timestamp <= this.lastTimestamp) return
    if (this.#count === this.#timestamps.length) {
      const timestamps = new Float64Array(2 * this.#count)
      timestamps.set(this.#timestamps)
      this.#timestamps = timestamps
      const relativeOffsets = new Uint32Array(2 * this.#count)
      relativeOffsets.set(this.#relativeOffsets)
      this.#relativeOffsets = relativeOffsets
    }
    this.#timestamps[this.#count] = timestamp
    this.#relativeOffsets[this.#count] = offset - this.baseOffset
    this.#count++
  }

  /** An offset below which no record has a timestamp of `timestamp` or later… of those indexed. */
  floorOffset(timestamp: number): number {
    let low = 0
    let high = this.#count
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#timestamps[middle]! <= timestamp) low = middle + 1
      else high = middle
    }
    return low === 0 ? this.baseOffset : this.baseOffset + this.#relativeOffsets[low - 1]!
  }

  truncateTo(offset: number): void {
    while (this.#count > 0 && this.lastOffset >= offset) this.#count--
  }
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.every(byte => byte === 0)
}
