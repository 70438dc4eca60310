/** What one pass over the records of a batch found. */
export interface RecordWalk {
  /** Why the records cannot be read; the other fields then mean nothing. */
  readonly error: string | undefined
  /** Over the records that have a timestamp at all; +∞ where none has. */
  readonly minTimestamp: number
  /** -1 where no record has a timestamp. */
  readonly maxTimestamp: number
  readonly keylessCount: number
  /** The offset deltas are 0, 1, 2 … */
  readonly hasSequentialOffsets: boolean
}

/**
 * Reads through the records in `bytes` from `start` to `end` (`DefaultRecord.readFrom`): lengths, varints, header
 * counts and the declared `recordCount` must agree to the byte. No object is made per record, since this runs over
 * every record a client sends; the varints are read in place for the same reason.
 *
 * ```
 * record: length varint | attributes int8 | timestampDelta varlong | offsetDelta varint
 *         | keyLength varint | key | valueLength varint | value | headerCount varint | headers
 * header: keyLength varint | key | valueLength varint | value        (a length of -1 is null)
 * ```
 *
 * A varint that runs beyond `end` reads whatever follows, or zeros, and is caught by the next check of `position`.
 */
export function walkRecords(
  bytes: Uint8Array,
  start: number,
  end: number,
  recordCount: number,
  baseTimestamp: number,
): RecordWalk {
  let position = start
  let minDelta = Number.POSITIVE_INFINITY
  let maxDelta = Number.NEGATIVE_INFINITY
  let keylessCount = 0
  let untimedCount = 0
  let hasSequentialOffsets = true
  // A record whose timestamp comes out as -1 has none.
  const untimedDelta = -1 - baseTimestamp

  for (let index = 0; index < recordCount; index++) {
    // length
    let byte = bytes[position++]!
    let raw = byte & 0x7f
    if (byte >= 0x80) {
      byte = bytes[position++]!
      raw |= (byte & 0x7f) << 7
      if (byte >= 0x80) {
        byte = bytes[position++]!
        raw |= (byte & 0x7f) << 14
        if (byte >= 0x80) {
          byte = bytes[position++]!
          raw |= (byte & 0x7f) << 21
          if (byte >= 0x80) {
            byte = bytes[position++]!
            raw |= byte << 28
            if (byte >= 0x80) return broken(index, 'its length is not a varint')
          }
        }
      }
    }
    const length = (raw >>> 1) ^ -(raw & 1)
    const recordEnd = position + length
    if (length < 0 || recordEnd > end) return broken(index, `its length ${length} is not within the batch`)

    // attributes: unused, one byte
    position++

    // timestampDelta
    byte = bytes[position++]!
    let delta: number
    if (byte < 0x80) {
      delta = (byte >>> 1) ^ -(byte & 1)
    } else {
      raw = byte & 0x7f
      byte = bytes[position++]!
      raw |= (byte & 0x7f) << 7
      if (byte >= 0x80) {
        byte = bytes[position++]!
        raw |= (byte & 0x7f) << 14
        if (byte >= 0x80) {
          byte = bytes[position++]!
          raw |= (byte & 0x7f) << 21
        }
      }
      if (byte < 0x80) {
        delta = (raw >>> 1) ^ -(raw & 1)
      } else {
        // Beyond 28 bits in doubles: exact up to 2^53, which is all a comparison asks for.
        let value = raw
        let scale = 0x1000_0000
        do {
          if (scale > 0x8000_0000_0000_0000) return broken(index, 'its timestamp delta is not a varlong')
          byte = bytes[position++]!
          value += (byte & 0x7f) * scale
          scale *= 0x80
        } while (byte >= 0x80)
        delta = (raw & 1) === 0 ? value / 2 : -(value + 1) / 2
      }
    }
    if (delta === untimedDelta) untimedCount++
    else {
      if (delta < minDelta) minDelta = delta
      if (delta > maxDelta) maxDelta = delta
    }

    // offsetDelta
    byte = bytes[position++]!
    raw = byte & 0x7f
    if (byte >= 0x80) {
      byte = bytes[position++]!
      raw |= (byte & 0x7f) << 7
      if (byte >= 0x80) {
        byte = bytes[position++]!
        raw |= (byte & 0x7f) << 14
        if (byte >= 0x80) {
          byte = bytes[position++]!
          raw |= (byte & 0x7f) << 21
          if (byte >= 0x80) {
            byte = bytes[position++]!
            raw |= byte << 28
            if (byte >= 0x80) return broken(index, 'its offset delta is not a varint')
          }
        }
      }
    }
    if (((raw >>> 1) ^ -(raw & 1)) !== index) hasSequentialOffsets = false

    // key
    byte = bytes[position++]!
    raw = byte & 0x7f
    if (byte >= 0x80) {
      byte = bytes[position++]!
      raw |= (byte & 0x7f) << 7
      if (byte >= 0x80) {
        byte = bytes[position++]!
        raw |= (byte & 0x7f) << 14
        if (byte >= 0x80) {
          byte = bytes[position++]!
          raw |= (byte & 0x7f) << 21
          if (byte >= 0x80) {
            byte = bytes[position++]!
            raw |= byte << 28
            if (byte >= 0x80) return broken(index, 'its key length is not a varint')
          }
        }
      }
    }
    if ((raw & 1) === 0) position += raw >>> 1
    else keylessCount++
    if (position > recordEnd) return broken(index, 'its key runs beyond it')

    // value
    byte = bytes[position++]!
    raw = byte & 0x7f
    if (byte >= 0x80) {
      byte = bytes[position++]!
      raw |= (byte & 0x7f) << 7
      if (byte >= 0x80) {
        byte = bytes[position++]!
        raw |= (byte & 0x7f) << 14
        if (byte >= 0x80) {
          byte = bytes[position++]!
          raw |= (byte & 0x7f) << 21
          if (byte >= 0x80) {
            byte = bytes[position++]!
            raw |= byte << 28
            if (byte >= 0x80) return broken(index, 'its value length is not a varint')
          }
        }
      }
    }
    if ((raw & 1) === 0) position += raw >>> 1
    if (position > recordEnd) return broken(index, 'its value runs beyond it')

    // headers: seldom there
    byte = bytes[position++]!
    if (byte !== 0) {
      position = walkHeaders(bytes, position - 1, recordEnd)
      if (position < 0) return broken(index, 'its headers are not as they claim')
    }
    if (position !== recordEnd) return broken(index, `${position - recordEnd + length} bytes were read of ${length}`)
  }
  if (position !== end) return broken(recordCount, `${end - position} bytes follow the last record`)

  return {
    error: undefined,
    minTimestamp: baseTimestamp + minDelta,
    maxTimestamp: untimedCount === recordCount ? -1 : Math.max(-1, baseTimestamp + maxDelta),
    keylessCount,
    hasSequentialOffsets,
  }
}

function broken(index: number, why: string): RecordWalk {
  return {
    error: `Record ${index} of the batch cannot be read: ${why}`,
    minTimestamp: 0,
    maxTimestamp: 0,
    keylessCount: 0,
    hasSequentialOffsets: false,
  }
}

/** Walks the header count at `position` and that many headers; returns where they end, or -1. */
function walkHeaders(bytes: Uint8Array, position: number, recordEnd: number): number {
  const cursor = { bytes, position, end: recordEnd }
  const count = readVarint(cursor)
  if (!(count >= 0) || count > recordEnd - cursor.position) return -1
  for (let header = 0; header < count; header++) {
    const keyLength = readVarint(cursor)
    if (!(keyLength >= 0)) return -1
    cursor.position += keyLength
    const valueLength = readVarint(cursor)
    if (Number.isNaN(valueLength)) return -1
    if (valueLength > 0) cursor.position += valueLength
    if (cursor.position > recordEnd) return -1
  }
  return cursor.position
}

/** Where a reader stands in a range of bytes. */
export interface Cursor {
  readonly bytes: Uint8Array
  position: number
  readonly end: number
}

/** A zigzag int32; `NaN` where the bytes at the cursor are none. */
export function readVarint(cursor: Cursor): number {
  const { bytes, end } = cursor
  let raw = 0
  for (let shift = 0; shift <= 28; shift += 7) {
    if (cursor.position >= end) return Number.NaN
    const byte = bytes[cursor.position++]!
    raw |= (shift === 28 ? byte : byte & 0x7f) << shift
    if (byte < 0x80) return (raw >>> 1) ^ -(raw & 1)
  }
  return Number.NaN
}

/** A zigzag int64 as the nearest double; `NaN` where the bytes at the cursor are none. */
export function readVarlong(cursor: Cursor): number {
  const { bytes, end } = cursor
  let value = 0
  let isNegative = false
  for (let index = 0; index < 10; index++) {
    if (cursor.position >= end) return Number.NaN
    const byte = bytes[cursor.position++]!
    if (index === 0) isNegative = (byte & 1) === 1
    value += (byte & 0x7f) * 2 ** (7 * index)
    if (byte < 0x80) return isNegative ? -(value + 1) / 2 : value / 2
  }
  return Number.NaN
}
