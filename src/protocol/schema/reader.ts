import type { Uuid } from '../uuid.ts'
import type { RawTaggedField } from './field.ts'
import { ProtocolError } from './protocol-error.ts'

/**
 * What one message may make of itself in memory. An array of tiny structs takes up to fifty times its bytes once
 * decoded, so that a full frame of them could end the process; a message is refused before its next array would pass
 * this. It is counted with the estimates of `sizes.ts`; record sets and other byte fields are views and count nothing.
 */
export const DECODED_HEAP_BYTES_MAX = 128 * 1024 * 1024

/** Objects and the array around them, for one tag that the declaration does not know. */
const UNKNOWN_TAG_HEAP_BYTES = 256

const STRING_BYTES_MAX = 0x7fff

/** At ±2^53 a number stops telling neighbours apart; there int53 saturates. */
export const INT53_MAX: number = 2 ** 53

/** Reads Kafka's primitive types off one span of bytes, and fails with `ProtocolError` rather than read past its end. */
export class Reader {
  readonly #source: Uint8Array
  /** The same once more, made when there is first something to read that only a Buffer can. */
  #buffer: Buffer | undefined
  readonly #end: number
  #position: number
  #heapBytesLeft = DECODED_HEAP_BYTES_MAX

  constructor(bytes: Uint8Array, position = 0) {
    this.#source = bytes
    this.#end = bytes.length
    this.#position = position
  }

  get position(): number {
    return this.#position
  }

  get remaining(): number {
    return this.#end - this.#position
  }

  fail(what: string): never {
    throw new ProtocolError(`${what} (at byte ${this.#position} of ${this.#end})`)
  }

  #asBuffer(): Buffer {
    const { buffer, byteOffset } = this.#source
    this.#buffer ??= Buffer.from(buffer, byteOffset, this.#end)
    return this.#buffer
  }

  #take(length: number): number {
    const start = this.#position
    const next = start + length
    if (next > this.#end) this.fail(`${length} bytes expected where ${this.#end - start} are left`)
    this.#position = next
    return start
  }

  int8(): number {
    const at = this.#take(1)
    return ((this.#source[at] as number) << 24) >> 24
  }

  bool(): boolean {
    return this.#source[this.#take(1)] !== 0
  }

  int16(): number {
    const at = this.#take(2)
    const source = this.#source
    return (((source[at] as number) << 24) | ((source[at + 1] as number) << 16)) >> 16
  }

  uint16(): number {
    const at = this.#take(2)
    const source = this.#source
    return ((source[at] as number) << 8) | (source[at + 1] as number)
  }

  int32(): number {
    const at = this.#take(4)
    const source = this.#source
    return (
      ((source[at] as number) << 24) |
      ((source[at + 1] as number) << 16) |
      ((source[at + 2] as number) << 8) |
      (source[at + 3] as number)
    )
  }

  uint32(): number {
    return this.int32() >>> 0
  }

  int53(): number {
    const high = this.int32()
    const low = this.int32() >>> 0
    if (high > 0x1fffff) return INT53_MAX
    if (high < -0x200000) return -INT53_MAX
    return high * 0x1_0000_0000 + low
  }

  int64(): bigint {
    return this.#asBuffer().readBigInt64BE(this.#take(8))
  }

  float64(): number {
    return this.#asBuffer().readDoubleBE(this.#take(8))
  }

  uuid(): Uuid {
    const at = this.#take(16)
    return this.#asBuffer().toString('base64url', at, at + 16) as Uuid
  }

  /** At most five bytes; bits beyond the 32nd are dropped and the result is signed, as in Kafka's `ByteUtils`. */
  unsignedVarint(): number {
    const first = this.#source[this.#take(1)] as number
    if (first < 0x80) return first
    let value = first & 0x7f
    for (let shift = 7; shift < 35; shift += 7) {
      const byte = this.#source[this.#take(1)] as number
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
    return this.fail('an unsigned varint of more than five bytes')
  }

  string(field: string): string {
    return this.#string(this.int16(), field)
  }

  compactString(field: string): string {
    return this.#string(this.unsignedVarint() - 1, field)
  }

  nullableString(field: string): string | null {
    const length = this.int16()
    return length < 0 ? null : this.#string(length, field)
  }

  compactNullableString(field: string): string | null {
    const length = this.unsignedVarint() - 1
    return length < 0 ? null : this.#string(length, field)
  }

  #string(length: number, field: string): string {
    if (length < 0) this.fail(`${field} is null where it may not be`)
    if (length > STRING_BYTES_MAX) this.fail(`${field} is a string of ${length} bytes`)
    const at = this.#take(length)
    return this.#asBuffer().toString('utf8', at, at + length)
  }

  bytes(field: string): Uint8Array {
    return this.#bytes(this.int32(), field)
  }

  compactBytes(field: string): Uint8Array {
    return this.#bytes(this.unsignedVarint() - 1, field)
  }

  nullableBytes(field: string): Uint8Array | null {
    const length = this.int32()
    return length < 0 ? null : this.#bytes(length, field)
  }

  compactNullableBytes(field: string): Uint8Array | null {
    const length = this.unsignedVarint() - 1
    return length < 0 ? null : this.#bytes(length, field)
  }

  #bytes(length: number, field: string): Uint8Array {
    if (length < 0) this.fail(`${field} is null where it may not be`)
    const at = this.#take(length)
    return this.#view(at, length)
  }

  /** No Buffer, as a part of one would be: whose `slice` is no copy. */
  #view(at: number, length: number): Uint8Array {
    return new Uint8Array(this.#source.buffer, this.#source.byteOffset + at, length)
  }

  /** Negative for null. Fails when the elements cannot fit in what is left, so that nothing is allocated for them. */
  arrayLength(elementBytesMin: number, elementHeapBytes: number, field: string): number {
    return this.#elements(this.int32(), elementBytesMin, elementHeapBytes, field)
  }

  compactArrayLength(elementBytesMin: number, elementHeapBytes: number, field: string): number {
    return this.#elements(this.unsignedVarint() - 1, elementBytesMin, elementHeapBytes, field)
  }

  #elements(count: number, bytesMin: number, heapBytes: number, field: string): number {
    if (count * bytesMin > this.#end - this.#position) {
      this.fail(`${field} claims ${count} elements where ${this.#end - this.#position} bytes are left`)
    }
    if (count > 0) this.#reserve(count * heapBytes, field)
    return count
  }

  #reserve(heapBytes: number, field: string): void {
    this.#heapBytesLeft -= heapBytes
    if (this.#heapBytesLeft < 0) {
      this.fail(`${field} takes the decoded message beyond ${DECODED_HEAP_BYTES_MAX} bytes`)
    }
  }

  /** How many tagged fields follow. */
  taggedFieldCount(): number {
    const count = this.unsignedVarint()
    if (count < 0 || count * 2 > this.#end - this.#position) this.fail(`a claim of ${count} tagged fields`)
    return count
  }

  /** The size of the tagged field that begins here; gives the position where it must end. */
  taggedFieldEnd(): number {
    const size = this.unsignedVarint()
    if (size < 0 || size > this.#end - this.#position) this.fail(`a tagged field of ${size} bytes`)
    return this.#position + size
  }

  unknownTaggedField(tag: number, end: number): RawTaggedField {
    this.#reserve(UNKNOWN_TAG_HEAP_BYTES, 'a tagged field')
    const at = this.#take(end - this.#position)
    return { tag: tag >>> 0, data: this.#view(at, end - at) }
  }
}
