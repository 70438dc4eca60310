import { FRAME_SIZE_BYTES } from '../protocol/frame.ts'
import type { FrameBuffer, FramePool } from './frame-pool.ts'

/** Produce, whose frames are recycled: they are most of the bytes, and only its handler looks into them. */
export const produceKey = 0

/** A frame's size and its API key: what must be known before any of it is taken. */
const prefixBytes = FRAME_SIZE_BYTES + 2
/** From here on the rest of a frame is received in place; less than this comes along with what follows it. */
const inPlaceBytesMin = 16_384
/** In front of the shared receive buffer, for the beginning of a frame that the read before ended with. */
const headroomBytes = 8
const windowBytesMax = 524_288
const windowBytesMin = 4096
/** A Produce of this size is expected to be followed by another. Below it, a read(2) costs more than the copy. */
const largeFrameBytesMin = 262_144
/** Enough of a large frame to know its size: all the rest of it is received in place. */
const beginningBytes = 512

/** Whom an assembler works for. */
export interface FrameOwner {
  /**
   * Whether the next frame may be taken, of which only size and API key are known. After `false` the assembler keeps
   * what it has and asks again in `proceed`.
   */
  mayTake(length: number, apiKey: number): boolean
  /** A whole frame without its size. Only frames with a `buffer` are recycled; it is retained once for the owner. */
  take(frame: Uint8Array, buffer: FrameBuffer | undefined): void
  /** The stream makes no sense from here on; nothing more is taken. */
  malformed(reason: string): void
}

/**
 * The buffer every connection of a broker receives into while it is between frames. One is enough: a read is worked
 * off before the next begins, and so an idle connection holds no memory.
 *
 * What a connection receives but may not go on with yet it keeps, at most two windows of it. So the window shrinks as
 * connections come, which bounds what all of them keep together.
 */
export class SharedReceiveBuffer {
  readonly bytes: Uint8Array
  /** The window while the next frame is expected to be large: the first bytes of it only. */
  readonly beginning: Uint8Array
  readonly #windowBytesMax: number
  #window: Uint8Array

  /** `bytesMax`: what is taken from a connection at a time, as far as windows go. */
  constructor(bytesMax = windowBytesMax) {
    this.#windowBytesMax = 2 ** Math.floor(Math.log2(Math.min(windowBytesMax, Math.max(windowBytesMin, bytesMax))))
    this.bytes = new Uint8Array(headroomBytes + this.#windowBytesMax)
    this.#window = this.bytes.subarray(headroomBytes)
    this.beginning = this.bytes.subarray(headroomBytes, headroomBytes + beginningBytes)
  }

  get window(): Uint8Array {
    return this.#window
  }

  /** `connectionCount` windows together shall hold no more than `bytesMax`, as far as windows can shrink. */
  share(bytesMax: number, connectionCount: number): void {
    const share = bytesMax / Math.max(1, connectionCount)
    const windowBytes = 2 ** Math.floor(Math.log2(Math.min(this.#windowBytesMax, Math.max(windowBytesMin, share))))
    if (windowBytes === this.#window.length) return
    this.#window = this.bytes.subarray(headroomBytes, headroomBytes + windowBytes)
  }
}

/** Cuts a stream of bytes into frames. */
export class FrameAssembler {
  readonly #owner: FrameOwner
  readonly #pool: FramePool
  readonly #shared: SharedReceiveBuffer
  readonly #frameBytesMax: number
  /** The frame of which only the first `#filled` bytes are here. */
  #partial: Uint8Array | undefined
  #partialBuffer: FrameBuffer | undefined
  #filled = 0
  /** Bytes the owner does not want yet, or fewer than tell what they begin. */
  #kept: Uint8Array | undefined
  #isInPlace = false
  #isLargeExpected = false
  #isMalformed = false

  constructor(owner: FrameOwner, pool: FramePool, shared: SharedReceiveBuffer, frameBytesMax: number) {
    this.#owner = owner
    this.#pool = pool
    this.#shared = shared
    this.#frameBytesMax = frameBytesMax
  }

  /** Whether the stream stands in the middle of a frame. */
  get isMidFrame(): boolean {
    return this.#partial !== undefined || this.#kept !== undefined
  }

  /** Bytes held for a frame that is not complete. */
  get partialBytes(): number {
    return this.#partial?.length ?? 0
  }

  receiveBuffer(): Uint8Array {
    const partial = this.#partial
    if (partial === undefined) return this.#isLargeExpected ? this.#shared.beginning : this.#shared.window
    this.#isInPlace = this.#isLargeExpected || partial.length - this.#filled >= inPlaceBytesMin
    return this.#isInPlace ? partial.subarray(this.#filled) : this.#shared.window
  }

  received(length: number): void {
    if (this.#isMalformed) return
    if (this.#isInPlace) {
      this.#filled += length
      if (this.#filled === this.#partial!.length) this.#complete()
      return
    }
    const { bytes } = this.#shared
    const end = headroomBytes + length
    const kept = this.#kept
    if (kept === undefined) this.#consume(bytes, headroomBytes, end)
    else if (kept.length <= headroomBytes) {
      this.#kept = undefined
      bytes.set(kept, headroomBytes - kept.length)
      this.#consume(bytes, headroomBytes - kept.length, end)
    } else {
      const joined = new Uint8Array(kept.length + length)
      joined.set(kept)
      joined.set(bytes.subarray(headroomBytes, end), kept.length)
      this.#kept = undefined
      this.#consume(joined, 0, joined.length)
    }
  }

  /** The owner may take frames again. */
  proceed(): void {
    const kept = this.#kept
    if (kept === undefined || this.#isMalformed) return
    this.#kept = undefined
    this.#consume(kept, 0, kept.length)
  }

  /** Lets go of everything. */
  close(): void {
    this.#isMalformed = true
    this.#partialBuffer?.release()
    this.#partial = undefined
    this.#partialBuffer = undefined
    this.#kept = undefined
  }

  #consume(bytes: Uint8Array, start: number, end: number): void {
    let at = start
    if (this.#partial !== undefined) at = this.#fill(bytes, at, end)
    while (at < end) {
      const left = end - at
      const length = left >= FRAME_SIZE_BYTES ? readInt32(bytes, at) : 0
      if (left >= FRAME_SIZE_BYTES && !this.#isLengthValid(length)) return
      if (left < prefixBytes) break
      if (!this.#owner.mayTake(length, readInt16(bytes, at + FRAME_SIZE_BYTES))) break
      at = this.#begin(bytes, at, end, length)
      if (this.#isMalformed) return
    }
    if (at < end) this.#kept = bytes.slice(at, end)
  }

  #isLengthValid(length: number): boolean {
    if (length >= 2 && length <= this.#frameBytesMax) return true
    const limit = length < 2 ? '' : ` larger than ${this.#frameBytesMax}`
    this.#isMalformed = true
    this.#owner.malformed(`Invalid receive (size = ${length}${limit})`)
    return false
  }

  /** Takes a frame that begins at `at`, or what there is of it. Returns where the bytes after it begin. */
  #begin(bytes: Uint8Array, at: number, end: number, length: number): number {
    const from = at + FRAME_SIZE_BYTES
    const isProduce = readInt16(bytes, from) === produceKey
    this.#isLargeExpected = isProduce && length >= largeFrameBytesMin
    if (!isProduce && from + length <= end) {
      this.#owner.take(bytes.slice(from, from + length), undefined)
      return from + length
    }
    const space = isProduce ? this.#pool.take(length) : undefined
    this.#partial = space?.bytes ?? new Uint8Array(length)
    this.#partialBuffer = space?.buffer
    this.#filled = 0
    return this.#fill(bytes, from, end)
  }

  #fill(bytes: Uint8Array, at: number, end: number): number {
    const partial = this.#partial!
    const length = Math.min(partial.length - this.#filled, end - at)
    partial.set(bytes.subarray(at, at + length), this.#filled)
    this.#filled += length
    if (this.#filled === partial.length) this.#complete()
    return at + length
  }

  #complete(): void {
    const frame = this.#partial!
    const buffer = this.#partialBuffer
    this.#partial = undefined
    this.#partialBuffer = undefined
    this.#isInPlace = false
    this.#owner.take(frame, buffer)
  }
}

function readInt32(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!
}

function readInt16(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) >> 16) | bytes[at + 1]!
}
