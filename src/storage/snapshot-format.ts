import { encodeMetadataRecord, type MetadataRecord } from '../controller/metadata-record.ts'
import type { Checksum } from '../ports.ts'
import { SnapshotFooterRecord } from '../protocol/control/snapshot-footer-record.ts'
import { SnapshotHeaderRecord } from '../protocol/control/snapshot-header-record.ts'
import { writeBatch } from '../protocol/records/batch-writer.ts'
import { ControlRecordType, controlRecordKey } from '../protocol/records/control-record.ts'

/** A control record of the quorum (KRAFT_VERSION, KRAFT_VOTERS) as it stands in the log. */
export interface QuorumControlRecord {
  readonly type: ControlRecordType
  readonly value: Uint8Array
}

export interface SnapshotOptions {
  /** When the last record that the snapshot contains was appended. */
  readonly lastContainedLogTimeMs: number
  readonly nowMs: number
  /** Of every batch. */
  readonly epoch: number
  /** Follow the header, where the quorum has any. */
  readonly quorumRecords?: readonly QuorumControlRecord[]
}

/** Kafka puts at most this many records into one batch (`RecordsSnapshotWriter` is fed in batches of 1024). */
const recordsPerBatch = 1024

/**
 * The batches of a `.checkpoint` file, in order: a control batch that begins it, the records, a control batch that
 * ends it (KIP-630). Offsets count from 0, whatever the log's are. Lazy: a snapshot of many topics is written in slices.
 */
export function* snapshotBatches(
  records: Iterable<MetadataRecord>,
  options: SnapshotOptions,
  checksum: Checksum,
): IterableIterator<Uint8Array> {
  const { epoch, nowMs } = options
  const header = SnapshotHeaderRecord.encodeContiguous(
    { version: 0, lastContainedLogTimestamp: options.lastContainedLogTimeMs },
    0,
  )
  const opening = [{ type: ControlRecordType.SNAPSHOT_HEADER, value: header }, ...(options.quorumRecords ?? [])]
  yield controlBatch(opening, { offset: 0, epoch, timestampMs: nowMs }, checksum)
  let offset = opening.length
  let values: Uint8Array[] = []
  const batch = () => {
    const written = dataBatch(values, { offset, epoch, timestampMs: nowMs }, checksum)
    offset += values.length
    values = []
    return written
  }
  for (const record of records) {
    values.push(encodeMetadataRecord(record))
    if (values.length === recordsPerBatch) yield batch()
  }
  if (values.length > 0) yield batch()
  const footer = SnapshotFooterRecord.encodeContiguous({ version: 0 }, 0)
  yield controlBatch(
    [{ type: ControlRecordType.SNAPSHOT_FOOTER, value: footer }],
    { offset, epoch, timestampMs: nowMs },
    checksum,
  )
}

export interface BatchPlace {
  readonly offset: number
  readonly epoch: number
  readonly timestampMs: number
}

export function dataBatch(values: readonly Uint8Array[], place: BatchPlace, checksum: Checksum): Uint8Array {
  const records = values.map(value => ({ timestamp: place.timestampMs, key: null, value }))
  return writeBatch(records, { baseOffset: place.offset, partitionLeaderEpoch: place.epoch }, checksum)
}

export function controlBatch(
  controls: readonly QuorumControlRecord[],
  place: BatchPlace,
  checksum: Checksum,
): Uint8Array {
  const records = controls.map(({ type, value }) => ({
    timestamp: place.timestampMs,
    key: controlRecordKey(type),
    value,
  }))
  const options = { baseOffset: place.offset, partitionLeaderEpoch: place.epoch, isControl: true }
  return writeBatch(records, options, checksum)
}
