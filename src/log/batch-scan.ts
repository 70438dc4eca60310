import type { Checksum, DiskFile } from '../ports.ts'
import {
  batchOverheadBytes,
  batchSizeAt,
  currentMagic,
  logOverheadBytes,
  RecordBatch,
} from '../protocol/records/record-batch.ts'

const readBytes = 1024 * 1024

export interface ScanEnd {
  /** Behind the last batch that was visited. */
  readonly position: number
  /** Why the scan ended before the end of the range; `undefined` where it did not. */
  readonly stoppedBy: string | undefined
}

/**
 * Visits the batches of a segment file between two positions, reading large pieces. It ends at the first batch that is
 * cut short or cannot be one, with `checksum` also at the first whose CRC is wrong, or when `visit` returns false.
 * The batch's bytes are good during the visit only.
 */
export async function scanBatches(
  file: DiskFile,
  from: number,
  to: number,
  visit: (batch: RecordBatch, position: number) => boolean | undefined,
  checksum?: Checksum,
): Promise<ScanEnd> {
  let buffer = new Uint8Array(Math.min(readBytes, Math.max(logOverheadBytes, to - from)))
  let position = from
  while (position < to) {
    const wanted = Math.min(buffer.length, to - position)
    const length = await file.read(buffer.subarray(0, wanted), position)
    let at = 0
    let needed = 0
    while (at + logOverheadBytes <= length) {
      const sizeInBytes = batchSizeAt(buffer, at)
      if (sizeInBytes < batchOverheadBytes || position + at + sizeInBytes > to) {
        return { position: position + at, stoppedBy: `a batch of ${sizeInBytes} bytes` }
      }
      if (at + sizeInBytes > length) {
        needed = sizeInBytes
        break
      }
      const batch = new RecordBatch(buffer, at, sizeInBytes)
      const fault = faultOf(batch, checksum)
      if (fault !== undefined) return { position: position + at, stoppedBy: fault }
      if (visit(batch, position + at) === false) return { position: position + at, stoppedBy: undefined }
      at += sizeInBytes
    }
    if (at === 0 && needed <= buffer.length) return { position, stoppedBy: 'a batch cut short' }
    if (needed > buffer.length) buffer = new Uint8Array(needed)
    position += at
  }
  return { position, stoppedBy: undefined }
}

function faultOf(batch: RecordBatch, checksum: Checksum | undefined): string | undefined {
  if (batch.magic !== currentMagic) return `a batch of magic ${batch.magic}`
  if (batch.lastOffsetDelta < 0) return `a batch with last offset delta ${batch.lastOffsetDelta}`
  if (checksum !== undefined && checksum.crc32c(batch.checkedBytes) !== batch.crc) return 'a batch whose CRC is wrong'
  return undefined
}
