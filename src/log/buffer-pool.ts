const sizeClasses = [64 * 1024, 256 * 1024, 1024 * 1024 + 64 * 1024, 4 * 1024 * 1024 + 64 * 1024] as const

/** A buffer on loan. */
export interface Lease {
  readonly bytes: Uint8Array
  /** Gives it back; a second call does nothing. */
  release(): void
}

/**
 * Buffers for reads from disk, used over and over: a fresh megabyte costs more in page faults than the page cache
 * takes to fill it. Whoever forgets to give one back leaves it to the garbage collector.
 */
export class BufferPool {
  readonly #idleBytesMax: number
  readonly #idle: Uint8Array[][] = sizeClasses.map(() => [])
  #idleBytes = 0

  constructor(idleBytesMax: number) {
    this.#idleBytesMax = idleBytesMax
  }

  /** At least `sizeInBytes` long. */
  lease(sizeInBytes: number): Lease {
    const sizeClass = sizeClasses.findIndex(size => size >= sizeInBytes)
    if (sizeClass < 0) return { bytes: Buffer.allocUnsafeSlow(sizeInBytes), release: () => undefined }
    const idle = this.#idle[sizeClass]!
    const reused = idle.pop()
    if (reused !== undefined) this.#idleBytes -= reused.length
    const bytes = reused ?? Buffer.allocUnsafeSlow(sizeClasses[sizeClass]!)
    let isReleased = false
    return {
      bytes,
      release: () => {
        if (isReleased) return
        isReleased = true
        if (this.#idleBytes + bytes.length > this.#idleBytesMax) return
        this.#idleBytes += bytes.length
        idle.push(bytes)
      },
    }
  }
}
