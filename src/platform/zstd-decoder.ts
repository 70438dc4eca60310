import { corrupt, tooLarge } from '../protocol/records/compression/compression-fault.ts'

/** What is kept between calls: room for a batch of the default `max.message.bytes`, mostly. */
const outputBytesKept = 1024 * 1024
const outputBytesMin = 64 * 1024

/** The parts of a zlib stream that Node's types leave out. */
interface ZstdStream {
  readonly _handle?: ZstdHandle | null
  /** Bytes of output that are free, and of input that are left, after a write. */
  readonly _writeState?: Uint32Array
}

interface ZstdHandle {
  onerror: (message: string, errno: number, code: string) => void
  writeSync(
    flush: number,
    input: Uint8Array,
    inputOffset: number,
    inputBytes: number,
    output: Uint8Array,
    outputOffset: number,
    outputBytes: number,
  ): void
  reset(): void
}

/**
 * Decompresses zstd with one context, over and over. `zlib.zstdDecompressSync` makes one for each call, and each tells
 * V8 of a hundred kilobytes outside its heap: at some hundred batches a second the garbage collector did nothing but
 * mark the whole heap (480 batches of 64 KiB a second instead of thousands).
 */
export class ZstdDecoder {
  readonly #flushEnd = process.getBuiltinModule('node:zlib').constants.ZSTD_e_end
  readonly #handle: ZstdHandle
  readonly #state: Uint32Array
  #output = new Uint8Array(outputBytesMin)
  #failure: string | undefined

  /** `undefined` where Node's inside does not look like that any more. */
  static create(): ZstdDecoder | undefined {
    const { _handle: handle, _writeState: state } = process
      .getBuiltinModule('node:zlib')
      .createZstdDecompress() as unknown as ZstdStream
    if (typeof handle?.writeSync !== 'function' || typeof handle.reset !== 'function') return undefined
    return state instanceof Uint32Array ? new ZstdDecoder(handle, state) : undefined
  }

  private constructor(handle: ZstdHandle, state: Uint32Array) {
    this.#handle = handle
    this.#state = state
    handle.onerror = message => {
      this.#failure = message
    }
  }

  /** A view of the decoder's memory, good until the next call. Throws a `CompressionFault`. */
  decompress(bytes: Uint8Array, bytesMax: number): Uint8Array {
    this.#handle.reset()
    this.#failure = undefined
    let output = this.#output
    let inputOffset = 0
    let outputOffset = 0
    while (true) {
      const inputBytes = bytes.length - inputOffset
      const outputBytes = output.length - outputOffset
      const flush = this.#flushEnd
      this.#handle.writeSync(flush, bytes, inputOffset, inputBytes, output, outputOffset, outputBytes)
      if (this.#failure !== undefined) throw corrupt(this.#failure)
      const [outputLeft = 0, inputLeft = 0] = this.#state
      inputOffset = bytes.length - inputLeft
      outputOffset = output.length - outputLeft
      if (outputOffset > bytesMax) {
        throw tooLarge(bytesMax)
      }
      if (outputLeft > 0) return output.subarray(0, outputOffset)
      const larger = new Uint8Array(Math.min(2 * output.length, bytesMax + 1))
      larger.set(output)
      output = larger
      if (output.length <= outputBytesKept) this.#output = output
    }
  }
}
