import { readInt32, readInt64 } from '../protocol/records/int64.ts'
import { BatchField, logOverheadBytes } from '../protocol/records/record-batch.ts'

/** Where in a stretch of bytes the batches lie that a read may return. */
export interface BatchRange {
  /** Of the first batch; equal to `end` where none qualifies. */
  readonly start: number
  readonly end: number
  /** One past the last offset in the range; -1 where it is empty. */
  readonly nextOffset: number
  /**
   * The size of the first batch that qualifies but does not lie whole within the bytes; 0 where all of it does or
   * none qualifies.
   */
  readonly cutBatchBytes: number
}

export interface RangeLimits {
  /** The first batch wanted is the one that holds this offset, or the next. */
  readonly startOffset: number
  /** Batches that reach this offset or begin behind it are not wanted. */
  readonly maxOffset: number
  readonly maxBytes: number
  /** Take the first batch even where it is larger than `maxBytes`. */
  readonly minOneBatch: boolean
}

/**
 * Walks the batch headers in `bytes` from `from`, where a batch begins, to `to`. `skipTo` tells of a place further on
 * where a batch begins too, so that the walk need not visit all in between; nothing up to it exceeds the limits.
 */
export function findBatchRange(
  bytes: Uint8Array,
  from: number,
  to: number,
  limits: RangeLimits,
  skipTo?: (start: number) => number,
): BatchRange {
  let position = from
  while (true) {
    if (position + BatchField.MAGIC > to) return { start: to, end: to, nextOffset: -1, cutBatchBytes: 0 }
    const sizeInBytes = logOverheadBytes + readInt32(bytes, position + BatchField.BATCH_LENGTH)
    if (position + sizeInBytes > to) {
      return { start: position, end: position, nextOffset: -1, cutBatchBytes: sizeInBytes }
    }
    if (lastOffsetAt(bytes, position) >= limits.startOffset) break
    position += sizeInBytes
  }
  const start = position
  let nextOffset = -1
  const skipped = skipTo?.(start) ?? start
  // The offset behind what is skipped is the base offset of whatever comes next: that must be among the bytes.
  if (skipped > start && skipped + BatchField.MAGIC <= to) {
    position = skipped
    nextOffset = readInt64(bytes, position)
  }
  while (position + BatchField.MAGIC <= to) {
    const sizeInBytes = logOverheadBytes + readInt32(bytes, position + BatchField.BATCH_LENGTH)
    if (lastOffsetAt(bytes, position) >= limits.maxOffset) break
    const isFirst = position === start
    if (position + sizeInBytes > to)
      return { start, end: position, nextOffset, cutBatchBytes: isFirst ? sizeInBytes : 0 }
    if (position + sizeInBytes - start > limits.maxBytes && !(isFirst && limits.minOneBatch)) break
    nextOffset = lastOffsetAt(bytes, position) + 1
    position += sizeInBytes
  }
  return { start, end: position, nextOffset, cutBatchBytes: 0 }
}

function lastOffsetAt(bytes: Uint8Array, position: number): number {
  return readInt64(bytes, position) + readInt32(bytes, position + BatchField.LAST_OFFSET_DELTA)
}
