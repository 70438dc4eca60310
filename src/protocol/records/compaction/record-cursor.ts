import { InvalidRecordError } from '../record.ts'
import { type Cursor, readVarint, readVarlong } from '../record-walk.ts'

/**
 * Walks the records of one batch where they lie, telling of each what compaction asks: no object per record. Throws
 * `InvalidRecordError` where the bytes are no records.
 */
export class RecordCursor {
  readonly bytes: Uint8Array
  readonly #cursor: Cursor
  /** Of the current record, its length field included. */
  start = 0
  end = 0
  /** Behind the length field: attributes, one byte. */
  bodyStart = 0
  timestampDelta = 0
  offsetDelta = 0
  /** Behind the offset delta. */
  keyField = 0
  keyStart = 0
  /** -1 where the record has no key. */
  keyLength = 0
  hasValue = false

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.bytes = bytes
    this.#cursor = { bytes, position: start, end }
  }

  next(): void {
    const cursor = this.#cursor
    this.start = cursor.position
    const length = readVarint(cursor)
    this.bodyStart = cursor.position
    this.end = cursor.position + length
    if (!(length >= 0) || this.end > cursor.end) throw new InvalidRecordError('A record is cut short')
    cursor.position++
    this.timestampDelta = readVarlong(cursor)
    this.offsetDelta = readVarint(cursor)
    this.keyField = cursor.position
    this.keyLength = readVarint(cursor)
    this.keyStart = cursor.position
    if (this.keyLength > 0) cursor.position += this.keyLength
    this.hasValue = readVarint(cursor) >= 0
    if (!(cursor.position <= this.end)) throw new InvalidRecordError('A record runs beyond its length')
    cursor.position = this.end
  }
}
