import { ErrorCode } from '../../protocol/errors.ts'
import { CompressionType } from '../../protocol/records/compression-type.ts'
import { readInt32 } from '../../protocol/records/int64.ts'
import { BatchField, currentMagic, logOverheadBytes, RecordBatch } from '../../protocol/records/record-batch.ts'

/** The least a batch of any magic holds after its length (`LegacyRecord.RECORD_OVERHEAD_V0`). */
const batchLengthMin = 14
const headerUpToMagicBytes = BatchField.MAGIC + 1
const zstdSince = 7

/** The bytes do not begin with a batch at all. The text is Kafka's, for the client that sent them. */
export interface CorruptFraming {
  readonly corruption: string
}

/**
 * The batch that begins at `position`; `undefined` where the bytes end before it does, as Kafka's
 * `ByteBufferLogInputStream` reads them.
 */
export function batchAt(records: Uint8Array, position: number): RecordBatch | CorruptFraming | undefined {
  const available = records.length - position
  if (available < logOverheadBytes) return undefined
  const length = readInt32(records, position + BatchField.BATCH_LENGTH)
  if (length < batchLengthMin) {
    return { corruption: `Record size ${length} is less than the minimum record overhead (${batchLengthMin})` }
  }
  if (available < headerUpToMagicBytes) return undefined
  const magic = (records[position + BatchField.MAGIC]! << 24) >> 24
  if (magic < 0 || magic > currentMagic) return { corruption: `Invalid magic found in record: ${magic}` }
  const sizeInBytes = logOverheadBytes + length
  return available < sizeInBytes ? undefined : new RecordBatch(records, position, sizeInBytes)
}

/**
 * Whether the protocol allows these records in a Produce request of that version: exactly one batch of magic 2, and
 * zstd only for clients that say they know it. Kafka's `ProduceRequest.validateRecords`; 0 or the error code.
 */
export function framingErrorCode(records: Uint8Array, version: number): number {
  const first = batchAt(records, 0)
  if (first === undefined) return ErrorCode.INVALID_RECORD
  if ('corruption' in first) return ErrorCode.CORRUPT_MESSAGE
  if (first.magic !== currentMagic) return ErrorCode.INVALID_RECORD
  if (version < zstdSince && first.compressionId === CompressionType.ZSTD) {
    return ErrorCode.UNSUPPORTED_COMPRESSION_TYPE
  }
  if (first.sizeInBytes === records.length) return 0
  const second = batchAt(records, first.sizeInBytes)
  if (second === undefined) return 0
  return 'corruption' in second ? ErrorCode.CORRUPT_MESSAGE : ErrorCode.INVALID_RECORD
}
