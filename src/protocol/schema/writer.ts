import { type Uuid, ZERO_UUID } from '../uuid.ts'
import type { RawTaggedField } from './field.ts'
import { EncodeError } from './protocol-error.ts'
import { INT53_MAX } from './reader.ts'

const INITIAL_BYTES = 256

/** Below this a copy costs less than one more element of a vectored write. */
const SEPARATE_CHUNK_BYTES_MIN = 1024

const STRING_BYTES_MAX = 0x7fff

/** Longer strings are left to the native encoder. */
const COPIED_CHARACTERS_MAX = 48

/**
 * Writes Kafka's primitive types into a list of chunks. Byte fields from a kilobyte up become chunks of their own and
 * are never copied: whoever sends the list must not change them before it is sent.
 */
export class Writer {
  #buffer = Buffer.allocUnsafe(INITIAL_BYTES)
  /** Where in `#buffer` the chunk being written begins; what lies before it is in `#chunks`. */
  #start = 0
  #position = 0
  readonly #chunks: Uint8Array[] = []
  #chunkBytes = 0
  /** Inside a tagged field nothing is split off, since its size is put before it afterwards. */
  #taggedDepth = 0

  /** Bytes written so far. */
  get length(): number {
    return this.#chunkBytes + this.#position - this.#start
  }

  finish(): Uint8Array[] {
    this.#closeChunk()
    return this.#chunks
  }

  /**
   * Everything in one piece: a view of the only chunk where there is but one. Like all small chunks it may lie in Node's
   * pool of buffers, so that what is beneath it must not be transferred to another thread.
   */
  finishContiguous(): Uint8Array {
    const chunks = this.finish()
    return chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks)
  }

  /** Like `finish`, with the number of bytes after them put into the first four, which must have been written. */
  finishFrame(): Uint8Array[] {
    const chunks = this.finish()
    const size = this.#chunkBytes - 4
    const first = chunks[0] as Uint8Array
    first[0] = size >> 24
    first[1] = size >> 16
    first[2] = size >> 8
    first[3] = size
    return chunks
  }

  #closeChunk(): void {
    if (this.#position === this.#start) return
    this.#chunks.push(this.#buffer.subarray(this.#start, this.#position))
    this.#chunkBytes += this.#position - this.#start
    this.#start = this.#position
  }

  #reserve(length: number): number {
    const at = this.#position
    if (at + length > this.#buffer.length) return this.#grow(length)
    this.#position = at + length
    return at
  }

  #grow(length: number): number {
    const pending = this.#position - this.#start
    const grown = Buffer.allocUnsafe(Math.max(2 * (pending + length), 2 * INITIAL_BYTES))
    this.#buffer.copy(grown, 0, this.#start, this.#position)
    this.#buffer = grown
    this.#start = 0
    this.#position = pending + length
    return pending
  }

  int8(value: number, field: string): void {
    if ((value << 24) >> 24 !== value) outOfRange(field, 'int8', value)
    const at = this.#reserve(1)
    this.#buffer[at] = value
  }

  bool(value: boolean, field: string): void {
    if (typeof value !== 'boolean') outOfRange(field, 'bool', value)
    const at = this.#reserve(1)
    this.#buffer[at] = value ? 1 : 0
  }

  int16(value: number, field: string): void {
    if ((value << 16) >> 16 !== value) outOfRange(field, 'int16', value)
    const at = this.#reserve(2)
    this.#buffer[at] = value >> 8
    this.#buffer[at + 1] = value
  }

  uint16(value: number, field: string): void {
    if ((value & 0xffff) !== value) outOfRange(field, 'uint16', value)
    const at = this.#reserve(2)
    this.#buffer[at] = value >> 8
    this.#buffer[at + 1] = value
  }

  int32(value: number, field: string): void {
    if ((value | 0) !== value) outOfRange(field, 'int32', value)
    this.#int32(value)
  }

  uint32(value: number, field: string): void {
    if (value >>> 0 !== value) outOfRange(field, 'uint32', value)
    this.#int32(value)
  }

  /** The low 32 bits of `value`. */
  #int32(value: number): void {
    const at = this.#reserve(4)
    const buffer = this.#buffer
    buffer[at] = value >> 24
    buffer[at + 1] = value >> 16
    buffer[at + 2] = value >> 8
    buffer[at + 3] = value
  }

  int53(value: number, field: string): void {
    if (Number.isSafeInteger(value)) {
      this.#int32(Math.floor(value / 0x1_0000_0000))
      this.#int32(value >>> 0)
    } else if (value === INT53_MAX) {
      this.#int32(0x7fffffff)
      this.#int32(-1)
    } else if (value === -INT53_MAX) {
      this.#int32(-0x80000000)
      this.#int32(0)
    } else outOfRange(field, 'int53', value)
  }

  int64(value: bigint, field: string): void {
    if (typeof value !== 'bigint' || BigInt.asIntN(64, value) !== value) outOfRange(field, 'int64', value)
    const at = this.#reserve(8)
    this.#buffer.writeBigInt64BE(value, at)
  }

  float64(value: number, field: string): void {
    if (typeof value !== 'number') outOfRange(field, 'float64', value)
    const at = this.#reserve(8)
    this.#buffer.writeDoubleBE(value, at)
  }

  uuid(value: Uuid, field: string): void {
    if (typeof value !== 'string' || value.length !== 22) outOfRange(field, 'uuid', value)
    const at = this.#reserve(16)
    if (value === ZERO_UUID) this.#buffer.fill(0, at, at + 16)
    else if (this.#buffer.write(value, at, 16, 'base64url') !== 16) outOfRange(field, 'uuid', value)
  }

  unsignedVarint(value: number): void {
    let at = this.#reserve(1)
    let rest = value >>> 0
    while (rest >= 0x80) {
      this.#buffer[at] = (rest & 0x7f) | 0x80
      rest >>>= 7
      at = this.#reserve(1)
    }
    this.#buffer[at] = rest
  }

  string(value: string, field: string): void {
    if (value === null) nullNotAllowed(field)
    this.#string(value, false, field)
  }

  compactString(value: string, field: string): void {
    if (value === null) nullNotAllowed(field)
    this.#string(value, true, field)
  }

  nullableString(value: string | null, field: string): void {
    if (value === null) this.int16(-1, field)
    else this.#string(value, false, field)
  }

  compactNullableString(value: string | null, field: string): void {
    if (value === null) this.unsignedVarint(0)
    else this.#string(value, true, field)
  }

  #string(value: string, isCompact: boolean, field: string): void {
    if (typeof value !== 'string') outOfRange(field, 'string', value)
    const characters = value.length
    if (characters <= COPIED_CHARACTERS_MAX && isAscii(value)) {
      if (isCompact) this.unsignedVarint(characters + 1)
      else this.int16(characters, field)
      const at = this.#reserve(characters)
      const buffer = this.#buffer
      for (let i = 0; i < characters; i++) buffer[at + i] = value.charCodeAt(i)
      return
    }
    const length = Buffer.byteLength(value)
    if (length > STRING_BYTES_MAX) throw new EncodeError(`${field} is a string of ${length} bytes, too long to be sent`)
    if (isCompact) this.unsignedVarint(length + 1)
    else this.int16(length, field)
    const at = this.#reserve(length)
    this.#buffer.write(value, at, length, 'utf8')
  }

  bytes(value: Uint8Array, field: string): void {
    if (value === null) nullNotAllowed(field)
    this.int32(value.length, field)
    this.raw(value)
  }

  compactBytes(value: Uint8Array, field: string): void {
    if (value === null) nullNotAllowed(field)
    this.unsignedVarint(value.length + 1)
    this.raw(value)
  }

  nullableBytes(value: Uint8Array | null, field: string): void {
    if (value === null) this.int32(-1, field)
    else this.bytes(value, field)
  }

  compactNullableBytes(value: Uint8Array | null, field: string): void {
    if (value === null) this.unsignedVarint(0)
    else this.compactBytes(value, field)
  }

  records(value: Uint8Array | readonly Uint8Array[], field: string): void {
    if (value === null) nullNotAllowed(field)
    this.int32(lengthOf(value), field)
    this.#pieces(value)
  }

  compactRecords(value: Uint8Array | readonly Uint8Array[], field: string): void {
    if (value === null) nullNotAllowed(field)
    this.unsignedVarint(lengthOf(value) + 1)
    this.#pieces(value)
  }

  nullableRecords(value: Uint8Array | readonly Uint8Array[] | null, field: string): void {
    if (value === null) this.int32(-1, field)
    else this.records(value, field)
  }

  compactNullableRecords(value: Uint8Array | readonly Uint8Array[] | null, field: string): void {
    if (value === null) this.unsignedVarint(0)
    else this.compactRecords(value, field)
  }

  #pieces(value: Uint8Array | readonly Uint8Array[]): void {
    if (value instanceof Uint8Array) this.raw(value)
    else for (const piece of value) this.raw(piece)
  }

  /** The bytes alone, without a length. */
  raw(bytes: Uint8Array): void {
    if (bytes.length >= SEPARATE_CHUNK_BYTES_MIN && this.#taggedDepth === 0) {
      this.#closeChunk()
      this.#chunks.push(bytes)
      this.#chunkBytes += bytes.length
      return
    }
    const at = this.#reserve(bytes.length)
    this.#buffer.set(bytes, at)
  }

  nullArray(): void {
    this.#int32(-1)
  }

  nullNotAllowed(field: string): never {
    return nullNotAllowed(field)
  }

  arrayLength(length: number, field: string): void {
    this.int32(length, field)
  }

  /** Tag and a place for the size. Gives a mark for `endTagged`. */
  beginTagged(tag: number): number {
    this.unsignedVarint(tag)
    this.#taggedDepth++
    this.#reserve(1)
    return this.#position - this.#start
  }

  endTagged(mark: number): void {
    this.#taggedDepth--
    const size = this.#position - this.#start - mark
    let extraBytes = 0
    for (let rest = size >>> 7; rest > 0; rest >>>= 7) extraBytes++
    if (extraBytes > 0) {
      this.#reserve(extraBytes)
      const contentAt = this.#start + mark
      this.#buffer.copyWithin(contentAt + extraBytes, contentAt, contentAt + size)
    }
    let at = this.#start + mark - 1
    let rest = size
    for (; rest >= 0x80; rest >>>= 7) this.#buffer[at++] = (rest & 0x7f) | 0x80
    this.#buffer[at] = rest
  }

  /** The unknown tagged fields with tags from `from` up to, but not including, `to`; the list is in ascending order. */
  rawTaggedFields(fields: readonly RawTaggedField[], from: number, to: number): void {
    for (const { tag, data } of fields) {
      if (tag < from || tag >= to) continue
      this.unsignedVarint(tag)
      this.unsignedVarint(data.length)
      this.raw(data)
    }
  }
}

function lengthOf(value: Uint8Array | readonly Uint8Array[]): number {
  if (value instanceof Uint8Array) return value.length
  let length = 0
  for (const piece of value) length += piece.length
  return length
}

function isAscii(value: string): boolean {
  for (let i = 0; i < value.length; i++) if (value.charCodeAt(i) > 0x7f) return false
  return true
}

function outOfRange(field: string, kind: string, value: unknown): never {
  const shown = typeof value === 'string' ? JSON.stringify(value.slice(0, 64)) : String(value)
  throw new EncodeError(`${field} cannot be ${shown}: it is ${kind}`)
}

function nullNotAllowed(field: string): never {
  throw new EncodeError(`${field} is null where it may not be`)
}
