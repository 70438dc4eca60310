import { varintBytes, varlongBytes, writeVarint, writeVarlong } from '../batch-writer.ts'
import { type CompressionType, isCompressionType } from '../compression-type.ts'
import { writeInt16, writeInt32, writeInt64 } from '../int64.ts'
import {
  BatchAttribute,
  BatchField,
  batchesOf,
  batchOverheadBytes,
  logOverheadBytes,
  noTimestamp,
  type RecordBatch,
} from '../record-batch.ts'
import { KeyOffsetMap } from './key-offset-map.ts'
import { RecordCursor } from './record-cursor.ts'
import { type CompactionTools, plainRecords } from './tools.ts'

/** What becomes of a batch; bits (`RecordFilter.checkBatchRetention`). */
export const BatchVerdict = {
  /** Goes, without a look at its records. */
  DROP: 1,
  /** Stays where no record of it does: its header carries an offset or a producer's state that is needed. */
  KEEP_EMPTY: 2,
  /** None of its records stays. */
  DROP_RECORDS: 4,
  /** A marker whose transaction has no records left: from its delete horizon on it may go. */
  MARKER_OF_NOTHING: 8,
} as const

/** One piece of work: a stretch of a log that is compacted. Can be sent to another thread. */
export interface FilterBatches {
  readonly map: SharedArrayBuffer
  /** The map knows records up to here; later ones stay. */
  readonly latestOffset: number
  /** Whole batches. */
  readonly bytes: Uint8Array
  /** Memory for those that stay, which need not be enough. */
  readonly output: Uint8Array
  /** `BatchVerdict`s of each. */
  readonly verdicts: Uint8Array
  readonly nowMs: number
  /** `delete.retention.ms` */
  readonly deleteRetentionMs: number
  readonly decompressedBytesMax: number
}

export interface FilteredBatches {
  /** The batches that stay, in a buffer of their own. */
  readonly bytes: Uint8Array
  /** The stretch, whose memory may be used again. */
  readonly input: Uint8Array
  readonly recordsRead: number
  readonly recordsKept: number
}

/** Keeps what is the latest of its key, and tombstones until their horizon (`MemoryRecords.filterTo`, KIP-534). */
export function filterBatches(work: FilterBatches, tools: CompactionTools): FilteredBatches {
  return new BatchFilter(work, tools).run()
}

class BatchFilter {
  readonly #work: FilterBatches
  readonly #tools: CompactionTools
  readonly #map: KeyOffsetMap
  #output: Uint8Array
  #outputBytes = 0
  /** Records that are to be compressed. */
  #scratch = new Uint8Array(0)
  #recordsRead = 0
  #recordsKept = 0

  constructor(work: FilterBatches, tools: CompactionTools) {
    this.#work = work
    this.#tools = tools
    this.#map = new KeyOffsetMap(work.map)
    this.#output = work.output
  }

  run(): FilteredBatches {
    let index = 0
    for (const batch of batchesOf(this.#work.bytes)) this.#filter(batch, this.#work.verdicts[index++]!)
    return {
      bytes: this.#output.subarray(0, this.#outputBytes),
      input: this.#work.bytes,
      recordsRead: this.#recordsRead,
      recordsKept: this.#recordsKept,
    }
  }

  #filter(batch: RecordBatch, verdict: number): void {
    if ((verdict & BatchVerdict.DROP) !== 0) return
    const count = batch.recordCount
    this.#recordsRead += count
    const records = plainRecords(batch, this.#work.decompressedBytesMax, this.#tools)
    const keeps = new Uint8Array(count)
    let kept = 0
    let hasTombstones = false
    if ((verdict & BatchVerdict.DROP_RECORDS) === 0) {
      const cursor = new RecordCursor(records, 0, records.length)
      for (let record = 0; record < count; record++) {
        cursor.next()
        if (!batch.isControl && !this.#staysRecord(batch, cursor)) continue
        keeps[record] = 1
        kept++
        if (!cursor.hasValue) hasTombstones = true
      }
    }
    this.#recordsKept += kept
    if (kept === 0) {
      if ((verdict & BatchVerdict.KEEP_EMPTY) !== 0) this.#writeEmpty(batch)
      return
    }
    const isMarkerOfNothing = (verdict & BatchVerdict.MARKER_OF_NOTHING) !== 0
    const needsHorizon = (hasTombstones || isMarkerOfNothing) && !batch.hasDeleteHorizon
    if (kept === count && !needsHorizon) {
      this.#copy(batch)
      return
    }
    let horizonMs: number | undefined
    if (needsHorizon) horizonMs = this.#work.nowMs + this.#work.deleteRetentionMs
    else if (batch.hasDeleteHorizon) horizonMs = batch.baseTimestamp
    this.#rewrite(batch, records, keeps, kept, horizonMs)
  }

  #staysRecord(batch: RecordBatch, cursor: RecordCursor): boolean {
    const offset = batch.baseOffset + cursor.offsetDelta
    if (offset > this.#work.latestOffset) return true
    if (cursor.keyLength < 0) return false
    const latest = this.#map.get(cursor.bytes, cursor.keyStart, cursor.keyStart + cursor.keyLength)
    if (offset < latest) return false
    return cursor.hasValue || !batch.hasDeleteHorizon || this.#work.nowMs < batch.baseTimestamp
  }

  #copy(batch: RecordBatch): void {
    const at = this.#reserve(batch.sizeInBytes)
    this.#output.set(batch.toBytes(), at)
    this.#outputBytes += batch.sizeInBytes
  }

  /** Offsets, epochs and sequence numbers stay as they were: the log's end and the producer's next number follow. */
  #writeEmpty(batch: RecordBatch): void {
    const attributes =
      batch.attributes & (BatchAttribute.LOG_APPEND_TIME | BatchAttribute.TRANSACTIONAL | BatchAttribute.CONTROL)
    const at = this.#reserve(batchOverheadBytes)
    this.#finish(batch, at, batchOverheadBytes, attributes, noTimestamp, batch.maxTimestamp, 0)
  }

  #rewrite(
    batch: RecordBatch,
    records: Uint8Array,
    keeps: Uint8Array,
    kept: number,
    horizonMs: number | undefined,
  ): void {
    const { compressionId, isLogAppendTime, maxTimestamp: appendTime, baseTimestamp: oldBase } = batch
    // As MemoryRecordsBuilder does, deltas count from the first record that stays, or from the horizon.
    let base = horizonMs
    let maxTimestamp = noTimestamp
    const isCompressed = compressionId !== 0 && isCompressionType(compressionId)
    // Timestamps may take more room than before.
    const plainBytesMax = records.length + kept * 10
    const at = this.#reserve(batchOverheadBytes + (isCompressed ? 0 : plainBytesMax))
    // What is not compressed is written where it stays.
    const start = isCompressed ? 0 : at + BatchField.RECORDS
    const plain = isCompressed ? this.#scratchOf(plainBytesMax) : this.#output
    let position = start
    const cursor = new RecordCursor(records, 0, records.length)
    for (const keep of keeps) {
      cursor.next()
      if (keep === 0) continue
      const timestamp = isLogAppendTime ? appendTime : oldBase + cursor.timestampDelta
      base ??= timestamp
      if (timestamp > maxTimestamp) maxTimestamp = timestamp
      position = copyRecord(cursor, timestamp - base, plain, position)
    }
    let bodyBytes = position - start
    if (isCompressed) {
      const body = this.#tools.compress(compressionId as CompressionType, plain.subarray(0, position))
      bodyBytes = body.length
      this.#reserve(batchOverheadBytes + bodyBytes)
      this.#output.set(body, at + BatchField.RECORDS)
    }
    const sizeInBytes = batchOverheadBytes + bodyBytes
    let attributes = batch.attributes & ~BatchAttribute.DELETE_HORIZON
    if (horizonMs !== undefined) attributes |= BatchAttribute.DELETE_HORIZON
    this.#finish(batch, at, sizeInBytes, attributes, base!, isLogAppendTime ? appendTime : maxTimestamp, kept)
  }

  /** The header of a batch whose records are in place. */
  #finish(
    batch: RecordBatch,
    at: number,
    sizeInBytes: number,
    attributes: number,
    baseTimestamp: number,
    maxTimestamp: number,
    recordCount: number,
  ): void {
    const output = this.#output
    output.set(batch.bytes.subarray(batch.position, batch.position + batchOverheadBytes), at)
    writeInt32(output, at + BatchField.BATCH_LENGTH, sizeInBytes - logOverheadBytes)
    writeInt16(output, at + BatchField.ATTRIBUTES, attributes)
    writeInt64(output, at + BatchField.BASE_TIMESTAMP, baseTimestamp)
    writeInt64(output, at + BatchField.MAX_TIMESTAMP, maxTimestamp)
    writeInt32(output, at + BatchField.RECORD_COUNT, recordCount)
    const crc = this.#tools.crc32c(output.subarray(at + BatchField.ATTRIBUTES, at + sizeInBytes))
    writeInt32(output, at + BatchField.CRC, crc)
    this.#outputBytes += sizeInBytes
  }

  #scratchOf(bytes: number): Uint8Array {
    if (this.#scratch.length < bytes) this.#scratch = new Uint8Array(bytes)
    return this.#scratch
  }

  /** Room for that many bytes more; where they go. */
  #reserve(sizeInBytes: number): number {
    const needed = this.#outputBytes + sizeInBytes
    if (needed > this.#output.length) {
      // Compressed anew, a batch may become larger than it was.
      const larger = new Uint8Array(Math.max(needed, 2 * this.#output.length))
      larger.set(this.#output.subarray(0, this.#outputBytes))
      this.#output = larger
    }
    return this.#outputBytes
  }
}

/** Returns the position behind the copy. */
function copyRecord(record: RecordCursor, timestampDelta: number, into: Uint8Array, position: number): number {
  const { bytes } = record
  if (timestampDelta === record.timestampDelta) {
    into.set(bytes.subarray(record.start, record.end), position)
    return position + record.end - record.start
  }
  const tailBytes = record.end - record.keyField
  const bodyBytes = 1 + varlongBytes(timestampDelta) + varintBytes(record.offsetDelta) + tailBytes
  let at = writeVarint(into, position, bodyBytes)
  into[at++] = bytes[record.bodyStart]!
  at = writeVarlong(into, at, timestampDelta)
  at = writeVarint(into, at, record.offsetDelta)
  into.set(bytes.subarray(record.keyField, record.end), at)
  return at + tailBytes
}
