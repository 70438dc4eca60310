import {
  BatchField,
  batchOverheadBytes,
  batchSizeAt,
  currentMagic,
  logOverheadBytes,
} from '../../protocol/records/record-batch.ts'
import type { LogState } from '../log-state.ts'
import type { Segment } from '../segment.ts'
import type { ChunkBuffers } from './chunk-buffers.ts'
import { UncleanableError } from './uncleanable-error.ts'

/**
 * Reads a segment from `from`, where a batch begins, in pieces of whole batches, each in a buffer of its own: about
 * as much as `buffers` say, or one batch that is larger. While one is being looked at the next one is read.
 */
export async function* readChunks(
  segment: Segment,
  from: number,
  buffers: ChunkBuffers,
  state: LogState,
): AsyncGenerator<Uint8Array, void, void> {
  const reader = new ChunkReader(segment, from, buffers, state)
  let ahead = reader.next()
  try {
    for (let bytes = await ahead; bytes !== undefined; bytes = await ahead) {
      ahead = reader.next()
      // Looked at when its turn comes.
      ahead.catch(() => undefined)
      yield bytes
    }
  } finally {
    // Nobody reads from the file any more once this has ended.
    await ahead.catch(() => undefined)
  }
}

class ChunkReader {
  readonly #segment: Segment
  readonly #buffers: ChunkBuffers
  readonly #state: LogState
  readonly #end: number
  #position: number

  constructor(segment: Segment, from: number, buffers: ChunkBuffers, state: LogState) {
    this.#segment = segment
    this.#buffers = buffers
    this.#state = state
    this.#position = from
    this.#end = segment.writtenBytes
  }

  /** `undefined` at the end. */
  async next(): Promise<Uint8Array | undefined> {
    const { environment, logDir } = this.#state
    const { file } = this.#segment
    const position = this.#position
    let wanted = this.#buffers.chunkBytes
    while (position < this.#end) {
      const buffer = this.#buffers.take(Math.max(wanted, batchOverheadBytes))
      const bytes = buffer.subarray(0, Math.min(Math.max(wanted, batchOverheadBytes), this.#end - position))
      const length = await logDir.guard(() => environment.filePool.with(file, open => open.read(bytes, position)))
      const { wholeBytes, cutBatchBytes } = measure(bytes, length)
      const isBroken = length < bytes.length || position + cutBatchBytes > this.#end || cutBatchBytes < 0
      if (wholeBytes === 0 && (isBroken || cutBatchBytes <= bytes.length)) {
        throw new UncleanableError(`${file.path} holds no batch at ${position}`)
      }
      if (wholeBytes > 0) {
        this.#position += wholeBytes
        return bytes.subarray(0, wholeBytes)
      }
      this.#buffers.give(buffer)
      wanted = cutBatchBytes
    }
    return undefined
  }
}

/** How much of `bytes` is whole batches, and how large the one behind them is; -1 where it is none. */
function measure(bytes: Uint8Array, length: number): { wholeBytes: number; cutBatchBytes: number } {
  let position = 0
  while (position + logOverheadBytes <= length) {
    const sizeInBytes = batchSizeAt(bytes, position)
    if (sizeInBytes < batchOverheadBytes) return { wholeBytes: position, cutBatchBytes: -1 }
    if (position + sizeInBytes > length) return { wholeBytes: position, cutBatchBytes: sizeInBytes }
    if (bytes[position + BatchField.MAGIC] !== currentMagic) return { wholeBytes: position, cutBatchBytes: -1 }
    position += sizeInBytes
  }
  return { wholeBytes: position, cutBatchBytes: 0 }
}
