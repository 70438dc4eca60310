import type { Deadline, Deadlines } from '../timers/deadlines.ts'

/** Frames up to this size share slabs; larger ones have a buffer each. */
const slabFrameBytesMax = 32_768
const slabBytes = 262_144
/** What may lie ready for the next frames. */
const freeBytesMax = 32 * 1024 * 1024
/** Larger buffers are not kept. */
const keptBytesMax = 8 * 1024 * 1024
/** How often what lies ready is given back; under load it is there again at once. */
const trimIntervalMs = 10_000

/** Memory that frames are received into, counted by who still looks at it. */
export class FrameBuffer {
  readonly bytes: Uint8Array
  #references = 0
  readonly #pool: FramePool

  constructor(pool: FramePool, bytes: Uint8Array) {
    this.#pool = pool
    this.bytes = bytes
  }

  retain(): void {
    this.#references++
  }

  release(): void {
    if (--this.#references === 0) this.#pool.recycle(this)
  }
}

/** Room for one frame, in a buffer that it may share with others. */
export interface FrameSpace {
  readonly buffer: FrameBuffer
  readonly bytes: Uint8Array
}

/**
 * Recycles the memory of frames. At a gigabyte a second fresh memory costs more than all the rest of receiving: every
 * page of it is first zeroed by the kernel.
 */
export class FramePool {
  readonly #free = new Map<number, FrameBuffer[]>()
  #freeBytes = 0
  #slab: FrameBuffer | undefined
  #slabUsed = 0
  readonly #trim: Deadline
  readonly #now: () => number

  constructor(deadlines: Deadlines, now: () => number) {
    this.#now = now
    this.#trim = deadlines.unset(() => {
      this.#free.clear()
      this.#freeBytes = 0
    })
  }

  get freeBytes(): number {
    return this.#freeBytes
  }

  /** Room for a frame of `length` bytes, retained once for the caller. */
  take(length: number): FrameSpace {
    if (length > slabFrameBytesMax) {
      const buffer = this.#take(capacityFor(length))
      buffer.retain()
      return { buffer, bytes: buffer.bytes.subarray(0, length) }
    }
    if (this.#slab === undefined || this.#slabUsed + length > slabBytes) {
      this.#slab?.release()
      this.#slab = this.#take(slabBytes)
      this.#slabUsed = 0
      // The pool's own, while it still cuts frames from it.
      this.#slab.retain()
    }
    const buffer = this.#slab
    const bytes = buffer.bytes.subarray(this.#slabUsed, this.#slabUsed + length)
    this.#slabUsed += length
    buffer.retain()
    return { buffer, bytes }
  }

  /** @internal FrameBuffer tells that nobody looks at it any more. */
  recycle(buffer: FrameBuffer): void {
    const capacity = buffer.bytes.length
    if (capacity > keptBytesMax || this.#freeBytes + capacity > freeBytesMax) return
    const free = this.#free.get(capacity)
    if (free === undefined) this.#free.set(capacity, [buffer])
    else free.push(buffer)
    this.#freeBytes += capacity
    if (!this.#trim.isSet) this.#trim.set(this.#now() + trimIntervalMs)
  }

  #take(capacity: number): FrameBuffer {
    const buffer = this.#free.get(capacity)?.pop()
    if (buffer === undefined) return new FrameBuffer(this, new Uint8Array(capacity))
    this.#freeBytes -= capacity
    return buffer
  }
}

/** Four sizes to each doubling: a buffer fits many frames, and at most a quarter of it lies idle. */
function capacityFor(length: number): number {
  const step = 2 ** Math.max(13, Math.floor(Math.log2(length)) - 2)
  return Math.ceil(length / step) * step
}
