import { createChecksum } from '../../../src/platform/checksum.ts'
import { createCompression } from '../../../src/platform/compression.ts'
import { type BatchOptions, type RecordToWrite, writeBatch } from '../../../src/protocol/records/batch-writer.ts'
import type { CompressionType } from '../../../src/protocol/records/compression-type.ts'
import {
  ControlRecordType,
  controlRecordKey,
  endTransactionMarkerValue,
} from '../../../src/protocol/records/control-record.ts'
import { batchesOf } from '../../../src/protocol/records/record-batch.ts'
import type { Seed } from '../../../src/sim/seed.ts'
import type { ModelBatch } from './partition-model.ts'

export const checksum = createChecksum()
export const compression = createCompression()

const tools = {
  crc32c: (bytes: Uint8Array) => checksum.crc32c(bytes),
  compress: (type: CompressionType, bytes: Uint8Array) => compression.compress(type, bytes),
}

/** A few records drawn from the seed, around the time it is; for a compacted log of few keys, and with tombstones. */
export function drawRecords(seed: Seed, nowMs: number, isCompacted: boolean): RecordToWrite[] {
  return Array.from({ length: seed.between(1, 4) }, () => ({
    timestamp: nowMs - (seed.chance(0.3) ? seed.between(0, 20_000) : 0),
    key: isCompacted ? new Uint8Array([seed.between(0, 11)]) : seed.bytes(seed.between(1, 4)),
    value: isCompacted && seed.chance(0.25) ? null : seed.bytes(seed.between(0, seed.chance(0.1) ? 120 : 20)),
  }))
}

export function batchOf(records: readonly RecordToWrite[], options: BatchOptions): Uint8Array {
  return writeBatch(records, options, tools)
}

export function markerOf(
  kind: 'commit' | 'abort',
  timestamp: number,
  producer: { readonly producerId: number; readonly producerEpoch: number; readonly coordinatorEpoch: number },
): Uint8Array {
  const type = kind === 'commit' ? ControlRecordType.COMMIT : ControlRecordType.ABORT
  const record = { timestamp, key: controlRecordKey(type), value: endTransactionMarkerValue(producer.coordinatorEpoch) }
  const { producerId, producerEpoch } = producer
  return batchOf([record], { producerId, producerEpoch, isTransactional: true, isControl: true })
}

/** What the model remembers of a batch the log has stamped. */
export function modelOf(
  stamped: Uint8Array,
  records: readonly RecordToWrite[],
  appendedMs: number,
  marker?: { readonly kind: 'commit' | 'abort'; readonly coordinatorEpoch: number },
): ModelBatch {
  const [batch] = [...batchesOf(stamped)]
  if (batch === undefined) throw new Error('No batch')
  return {
    baseOffset: batch.baseOffset,
    lastOffset: batch.lastOffset,
    bytes: new Uint8Array(batch.toBytes()),
    leaderEpoch: batch.partitionLeaderEpoch,
    records: records.map(({ timestamp, key, value }) => ({ timestamp, key: textOf(key), value: textOf(value) })),
    maxTimestamp: batch.maxTimestamp,
    producerId: batch.producerId,
    producerEpoch: batch.producerEpoch,
    baseSequence: batch.baseSequence,
    isTransactional: batch.isTransactional,
    marker: marker?.kind,
    coordinatorEpoch: marker?.coordinatorEpoch ?? -1,
    appendedMs,
  }
}

/** So that keys and values can be compared. */
export function textOf(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : Buffer.from(bytes).toString('latin1')
}

export function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}
