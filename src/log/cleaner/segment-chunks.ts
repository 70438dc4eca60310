import {
  BatchField,
  batchOverheadBytes,
  batchSizeAt,
  currentMagic,
  logOverheadBytes,
} from '../../protocol/records/record-batch.ts'
import type { LogState } from '../log-state.ts'
import type { Segment } from '../segment.ts'
import { UncleanableError } from './uncleanable-error.ts'

/**
 * Reads a segment from `from`, where a batch begins, in pieces of whole batches, each in a buffer of its own. A piece
 * has about `chunkBytes`, or one batch that is larger. It ends early where `visit` says false.
 */
export async function forEachChunk(
  segment: Segment,
  from: number,
  chunkBytes: number,
  { environment, logDir }: LogState,
  visit: (bytes: Uint8Array) => Promise<boolean>,
): Promise<void> {
  const end = segment.writtenBytes
  let position = from
  let wanted = chunkBytes
  while (position < end) {
    const bytes = new Uint8Array(Math.min(Math.max(wanted, batchOverheadBytes), end - position))
    const length = await logDir.guard(() => environment.filePool.with(segment.file, file => file.read(bytes, position)))
    const { wholeBytes, cutBatchBytes } = measure(bytes, length)
    const isBroken = length < bytes.length || position + cutBatchBytes > end || cutBatchBytes < 0
    if (wholeBytes === 0 && (isBroken || cutBatchBytes <= bytes.length)) {
      throw new UncleanableError(`${segment.file.path} holds no batch at ${position}`)
    }
    if (wholeBytes === 0) {
      wanted = cutBatchBytes
      continue
    }
    if (!(await visit(bytes.subarray(0, wholeBytes)))) return
    position += wholeBytes
    wanted = chunkBytes
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
