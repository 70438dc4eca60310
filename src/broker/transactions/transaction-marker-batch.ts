import { writeBatch } from '../../protocol/records/batch-writer.ts'
import {
  ControlRecordType,
  controlRecordKey,
  endTransactionMarkerValue,
} from '../../protocol/records/control-record.ts'
import type { TransactionMarker } from './marker-writer.ts'

/** The control batch of one marker (`MemoryRecords.withEndTransactionMarker`). */
export function transactionMarkerBatch(
  marker: Omit<TransactionMarker, 'partitions'>,
  timestamp: number,
  checksum: { crc32c(bytes: Uint8Array): number },
): Uint8Array<ArrayBuffer> {
  const { producerId, producerEpoch, outcome, coordinatorEpoch } = marker
  const type = outcome === 'commit' ? ControlRecordType.COMMIT : ControlRecordType.ABORT
  const record = { timestamp, key: controlRecordKey(type), value: endTransactionMarkerValue(coordinatorEpoch) }
  return writeBatch([record], { producerId, producerEpoch, isTransactional: true, isControl: true }, checksum)
}
