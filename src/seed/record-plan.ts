import { partitionOfKey } from '../client/murmur2.ts'
import type { LoadedRecord } from './loaded-seed.ts'

/**
 * The records of each partition, in order. The same seed gives the same, however often: without a partition of its own
 * a record goes by its key, as with Kafka's producers, and without a key to each partition in turn.
 */
export function recordsByPartition(records: readonly LoadedRecord[], partitionCount: number): LoadedRecord[][] {
  const partitions = Array.from({ length: partitionCount }, (): LoadedRecord[] => [])
  let turn = 0
  for (const record of records) {
    const { partition, key } = record
    const chosen = partition ?? (key === null ? turn++ % partitionCount : partitionOfKey(key, partitionCount))
    partitions[chosen]!.push(record)
  }
  return partitions
}

/** What a partition's log holds already: from the first offset to before the last. */
export interface LogExtent {
  readonly startOffset: number
  readonly endOffset: number
}

/**
 * What becomes of a partition's `count` records. A log that the seed began to fill holds a beginning of them, its
 * batches being written in order and each as a whole; `compare` is to find out whether that is what it holds.
 */
export function appendDecision(
  count: number,
  { startOffset, endOffset }: LogExtent,
): 'all' | 'none' | 'compare' | 'other' {
  if (count === 0 || endOffset >= count) return 'none'
  if (endOffset === 0) return 'all'
  // Somebody has deleted records: what they were cannot be known.
  return startOffset > 0 ? 'other' : 'compare'
}

export interface StoredRecord {
  readonly offset: number
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers: readonly { readonly key: string; readonly value: Uint8Array | null }[]
}

/** Whether a stored record is the one the seed has at its offset; when it was written does not matter. */
export function isRecordOf(records: readonly LoadedRecord[], stored: StoredRecord): boolean {
  const expected = records[stored.offset]
  return (
    expected !== undefined &&
    isSame(expected.key, stored.key) &&
    isSame(expected.value, stored.value) &&
    expected.headers.length === stored.headers.length &&
    expected.headers.every((header, index) => {
      const other = stored.headers[index]!
      return header.key === other.key && isSame(header.value, other.value)
    })
  )
}

function isSame(a: Uint8Array | null, b: Uint8Array | null): boolean {
  if (a === null || b === null) return a === b
  return a.length === b.length && a.every((byte, index) => byte === b[index])
}
