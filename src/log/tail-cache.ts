/** Slabs grow from one to the other, so that a trickle costs little and a stream few allocations. */
const firstSlabBytes = 4 * 1024
const largestSlabBytes = 256 * 1024

interface Slab {
  readonly bytes: Uint8Array
  usedBytes: number
  /** Of its first byte, in the segment. */
  readonly position: number
}

/**
 * The newest bytes of one active segment, copied, so that what waits at the end of a log is served without the disk
 * and no view pins the request it came in.
 *
 * It fills only while somebody reads the tail: after `idleBytesMax` appended without a read it lets go.
 */
export class Tail {
  readonly #cache: TailCache
  #slabs: Slab[] = []
  #sizeInBytes = 0
  #unreadBytes = Number.POSITIVE_INFINITY

  constructor(cache: TailCache) {
    this.#cache = cache
  }

  get sizeInBytes(): number {
    return this.#sizeInBytes
  }

  /** The position of the first cached byte; +∞ where nothing is cached. */
  get startPosition(): number {
    return this.#slabs[0]?.position ?? Number.POSITIVE_INFINITY
  }

  /** A reader has come to the end of the log. */
  wasRead(): void {
    this.#unreadBytes = 0
  }

  /** `bytes` were written at `position`, right behind what was appended last. */
  append(bytes: Uint8Array, position: number): void {
    this.#unreadBytes += bytes.length
    if (this.#unreadBytes > this.#cache.bytesPerLogMax || bytes.length > this.#cache.bytesPerLogMax) {
      if (this.#slabs.length > 0) this.clear()
      return
    }
    let slab = this.#slabs.at(-1)
    if (slab !== undefined && slab.position + slab.usedBytes !== position) {
      this.clear()
      slab = undefined
    }
    if (slab === undefined || slab.bytes.length - slab.usedBytes < bytes.length) {
      const grown = Math.min(largestSlabBytes, slab === undefined ? firstSlabBytes : 2 * slab.bytes.length)
      slab = { bytes: new Uint8Array(Math.max(grown, bytes.length)), usedBytes: 0, position }
      this.#slabs.push(slab)
      this.#sizeInBytes += slab.bytes.length
      this.#cache.grew(this, slab.bytes.length)
      while (this.#sizeInBytes > this.#cache.bytesPerLogMax && this.#slabs.length > 1) this.dropOldest()
    }
    slab.bytes.set(bytes, slab.usedBytes)
    slab.usedBytes += bytes.length
  }

  /** Views of the cached bytes from `position`, which is cached, to `endPosition`; never cut within an append. */
  slice(position: number, endPosition: number): Uint8Array[] {
    const views: Uint8Array[] = []
    for (const slab of this.#slabs) {
      const slabEnd = slab.position + slab.usedBytes
      if (slabEnd <= position) continue
      if (slab.position >= endPosition) break
      const from = Math.max(position, slab.position) - slab.position
      views.push(slab.bytes.subarray(from, Math.min(endPosition, slabEnd) - slab.position))
    }
    return views
  }

  dropOldest(): void {
    const slab = this.#slabs.shift()
    if (slab === undefined) return
    this.#sizeInBytes -= slab.bytes.length
    this.#cache.shrank(this, slab.bytes.length)
  }

  clear(): void {
    const bytes = this.#sizeInBytes
    this.#sizeInBytes = 0
    this.#slabs = []
    this.#cache.shrank(this, bytes)
  }
}

/** What all tails of a broker may hold together. The log that grew its tail longest ago gives way first. */
export class TailCache {
  readonly bytesMax: number
  readonly bytesPerLogMax: number
  #sizeInBytes = 0
  /** Tails that hold something, the one that grew longest ago first. */
  readonly #tails = new Set<Tail>()

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax
    this.bytesPerLogMax = Math.floor(bytesMax / 4)
  }

  get sizeInBytes(): number {
    return this.#sizeInBytes
  }

  grew(tail: Tail, bytes: number): void {
    this.#tails.delete(tail)
    this.#tails.add(tail)
    this.#sizeInBytes += bytes
    while (this.#sizeInBytes > this.bytesMax) {
      const [oldest] = this.#tails
      if (oldest === undefined || oldest === tail) return
      oldest.dropOldest()
    }
  }

  shrank(tail: Tail, bytes: number): void {
    this.#sizeInBytes -= bytes
    if (tail.sizeInBytes === 0) this.#tails.delete(tail)
  }
}
