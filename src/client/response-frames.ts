import { FRAME_SIZE_BYTES } from '../protocol/frame.ts'

/** Larger than what any request of this client asks for. */
const responseBytesMax = 256 * 1024 * 1024
const readBytes = 64 * 1024

/** Cuts the stream of one connection into responses, without their sizes; each is a buffer of its own. */
export class ResponseFrames {
  readonly #window = new Uint8Array(readBytes)
  readonly #size = new Uint8Array(FRAME_SIZE_BYTES)
  #sizeFilled = 0
  #frame: Uint8Array | undefined
  #filled = 0
  #isInPlace = false

  /** Where the next bytes shall go: into the frame itself once its size is known. */
  receiveBuffer(): Uint8Array {
    this.#isInPlace = this.#frame !== undefined
    return this.#frame === undefined ? this.#window : this.#frame.subarray(this.#filled)
  }

  /** Throws a `RangeError` where a size is impossible. */
  *received(length: number): Generator<Uint8Array> {
    if (this.#isInPlace) {
      this.#filled += length
      if (this.#filled === this.#frame!.length) yield this.#finished()
      return
    }
    for (let at = 0; at < length; ) {
      if (this.#frame === undefined) {
        this.#size[this.#sizeFilled++] = this.#window[at++]!
        if (this.#sizeFilled === FRAME_SIZE_BYTES) this.#begin()
        continue
      }
      const taken = Math.min(length - at, this.#frame.length - this.#filled)
      this.#frame.set(this.#window.subarray(at, at + taken), this.#filled)
      this.#filled += taken
      at += taken
      if (this.#filled === this.#frame.length) yield this.#finished()
    }
  }

  #begin(): void {
    const bytes = new DataView(this.#size.buffer).getInt32(0)
    // A correlation id at the least.
    if (bytes < 4 || bytes > responseBytesMax) throw new RangeError(`a response of ${bytes} bytes`)
    this.#frame = new Uint8Array(bytes)
    this.#filled = 0
    this.#sizeFilled = 0
  }

  #finished(): Uint8Array {
    const frame = this.#frame!
    this.#frame = undefined
    return frame
  }
}
