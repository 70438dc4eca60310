import type { RecordBatch } from './record-batch.ts'
import { type Cursor, readVarint, readVarlong } from './record-walk.ts'

export interface RecordHeader {
  readonly key: string
  readonly value: Uint8Array | null
}

/** One record as an object: for internal topics, tools and tests. Byte fields are views. */
export interface Record {
  readonly offset: number
  /** Milliseconds since the epoch; the batch's own where its timestamps are LogAppendTime. */
  readonly timestamp: number
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers: readonly RecordHeader[]
}

/** The bytes do not hold the records the batch header promises. */
export class InvalidRecordError extends Error {
  override readonly name = 'InvalidRecordError'
}

const utf8 = new TextDecoder()

/**
 * The records of `batch` in order. `recordBytes` are its records after decompression; uncompressed batches hold them
 * themselves. Throws `InvalidRecordError`.
 */
export function recordsOf(batch: RecordBatch, recordBytes: Uint8Array = batch.recordBytes): Record[] {
  const records: Record[] = []
  const cursor: Cursor = { bytes: recordBytes, position: 0, end: recordBytes.length }
  const baseOffset = batch.baseOffset
  const baseTimestamp = batch.baseTimestamp
  const logAppendTimeMs = batch.isLogAppendTime ? batch.maxTimestamp : undefined
  for (let index = 0; index < batch.recordCount; index++) {
    const length = int(readVarint(cursor))
    const recordEnd = cursor.position + length
    if (length < 0 || recordEnd > cursor.end) throw new InvalidRecordError(`Record ${index} is cut short`)
    cursor.position++
    const timestampDelta = int(readVarlong(cursor))
    const offsetDelta = int(readVarint(cursor))
    const key = readNullableBytes(cursor)
    const value = readNullableBytes(cursor)
    const headers = readHeaders(cursor)
    if (cursor.position !== recordEnd) throw new InvalidRecordError(`Record ${index} is not as long as it claims`)
    records.push({
      offset: baseOffset + offsetDelta,
      timestamp: logAppendTimeMs ?? baseTimestamp + timestampDelta,
      key,
      value,
      headers,
    })
  }
  if (cursor.position !== cursor.end) throw new InvalidRecordError('Bytes follow the last record')
  return records
}

function readHeaders(cursor: Cursor): RecordHeader[] {
  const count = int(readVarint(cursor))
  if (count < 0 || count > cursor.end - cursor.position) throw new InvalidRecordError(`${count} headers cannot be`)
  const headers: RecordHeader[] = []
  for (let index = 0; index < count; index++) {
    const key = readNullableBytes(cursor)
    if (key === null) throw new InvalidRecordError('A header has no key')
    headers.push({ key: utf8.decode(key), value: readNullableBytes(cursor) })
  }
  return headers
}

function readNullableBytes(cursor: Cursor): Uint8Array | null {
  const length = int(readVarint(cursor))
  if (length < 0) return null
  const from = cursor.position
  if (from + length > cursor.end) throw new InvalidRecordError('A field runs beyond its batch')
  cursor.position += length
  return cursor.bytes.subarray(from, from + length)
}

function int(value: number): number {
  if (Number.isNaN(value)) throw new InvalidRecordError('A varint does not end')
  return value
}
