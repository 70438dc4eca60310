import { decodeMetadataRecord, type MetadataRecord } from '../controller/metadata-record.ts'
import type { Checksum } from '../ports.ts'
import { type ControlRecordType, controlRecordType } from '../protocol/records/control-record.ts'
import { recordsOf } from '../protocol/records/record.ts'
import { batchesOf, type RecordBatch } from '../protocol/records/record-batch.ts'
import type { QuorumControlRecord } from './snapshot-format.ts'

/** What one batch of the metadata log, or of a snapshot, says. */
export interface MetadataBatch {
  readonly records: readonly MetadataRecord[]
  readonly controls: readonly QuorumControlRecord[]
  readonly lastOffset: number
  readonly epoch: number
  readonly timestampMs: number
  readonly sizeInBytes: number
}

/** A metadata log or snapshot that cannot be read. The node cannot start: nothing else knows what it holds. */
export class MetadataCorruptionError extends Error {
  override readonly name = 'MetadataCorruptionError'
}

/** `source` names the bytes in errors. Views into `bytes` stay in the records. */
export function* readMetadataBatches(
  bytes: Uint8Array,
  source: string,
  checksum: Checksum,
): IterableIterator<MetadataBatch> {
  for (const batch of batchesOf(bytes)) {
    if (checksum.crc32c(batch.checkedBytes) !== batch.crc) {
      throw new MetadataCorruptionError(`${source}: the batch at offset ${batch.baseOffset} is damaged`)
    }
    try {
      yield readBatch(batch)
    } catch (cause) {
      throw new MetadataCorruptionError(
        `${source}: the batch at offset ${batch.baseOffset} cannot be read: ${(cause as Error).message}`,
        { cause },
      )
    }
  }
}

function readBatch(batch: RecordBatch): MetadataBatch {
  const records: MetadataRecord[] = []
  const controls: QuorumControlRecord[] = []
  for (const { key, value } of recordsOf(batch)) {
    if (!batch.isControl) records.push(decodeMetadataRecord(value ?? new Uint8Array(0)))
    else controls.push({ type: controlRecordType(key) as ControlRecordType, value: value ?? new Uint8Array(0) })
  }
  return {
    records,
    controls,
    lastOffset: batch.lastOffset,
    epoch: batch.partitionLeaderEpoch,
    timestampMs: batch.maxTimestamp,
    sizeInBytes: batch.sizeInBytes,
  }
}
