/**
 * The buffers of one compaction, used again and again: memory that is new to the process costs as much as what is done
 * with it. As in Kafka one half of `log.cleaner.io.buffer.size` is for reading and one for writing; here each is there
 * three times: worked on, waiting for that, and being read or written.
 */
export class ChunkBuffers {
  /** What is read at a time, unless a batch is larger. */
  readonly chunkBytes: number
  readonly #free: ArrayBuffer[] = []

  constructor(chunkBytes: number) {
    this.chunkBytes = chunkBytes
  }

  /** At least that large; what is in it is of no meaning. */
  take(sizeInBytes: number): Uint8Array {
    const index = this.#free.findIndex(({ byteLength }) => byteLength >= sizeInBytes)
    const [free] = index < 0 ? [] : this.#free.splice(index, 1)
    return new Uint8Array(free ?? new ArrayBuffer(Math.max(sizeInBytes, this.chunkBytes)))
  }

  /** Nobody uses it any more. */
  give({ buffer }: Uint8Array): void {
    // One that was made for an unusually large batch is not kept.
    if (buffer instanceof ArrayBuffer && buffer.byteLength === this.chunkBytes) this.#free.push(buffer)
  }
}
