import type { Checksum, Compression } from '../ports.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { writeBatch } from '../protocol/records/batch-writer.ts'
import { type CompressedRecords, type CompressedWalk, walkCompressed } from '../protocol/records/compressed-records.ts'
import { CompressionType, compressionTypeNames, isCompressionType } from '../protocol/records/compression-type.ts'
import { readInt32 } from '../protocol/records/int64.ts'
import { type Record, recordsOf } from '../protocol/records/record.ts'
import {
  BatchAttribute,
  BatchField,
  batchOverheadBytes,
  batchSizeAt,
  currentMagic,
  logOverheadBytes,
  noProducerEpoch,
  noProducerId,
  noTimestamp,
  RecordBatch,
} from '../protocol/records/record-batch.ts'
import { type RecordWalk, walkRecords } from '../protocol/records/record-walk.ts'
import type { LogConfig } from './log-config.ts'
import type { RecordError } from './partition-log.ts'
import { collectRecordErrors, unsaturated } from './record-errors.ts'

/** The least size a batch of any magic has after its first 12 bytes (`LegacyRecord.RECORD_OVERHEAD_V0`). */
const smallestBatchLength = 14

export interface ValidationTools {
  readonly checksum: Checksum
  readonly compression: Compression
  /** What a compressed batch may become. */
  readonly decompressedBatchBytesMax: number
}

export interface ValidationContext extends ValidationTools {
  /** `topic-partition`, for messages. */
  readonly name: string
  readonly config: LogConfig
  readonly nowMs: number
}

export type ValidationResult =
  /** In place, or a new batch where it had to be written anew. Offsets and epoch are not stamped yet. */
  | { readonly isValid: true; readonly batch: RecordBatch; readonly logAppendTimeMs: number }
  | (Rejection & { readonly isValid: false })

export interface Rejection {
  readonly errorCode: number
  /** Why, for the log; where `isReported`, for the client too. */
  readonly errorMessage: string
  readonly isReported: boolean
  readonly recordErrors: readonly RecordError[]
  /** Kafka leaves the log start offset out of some answers. */
  readonly namesLogStartOffset: boolean
}

/**
 * The checks of a client's batch that depend on nothing but the batch, the topic's configuration and the time, in the
 * order of Kafka's (`ProduceRequest.validateRecords`, `UnifiedLog.analyzeAndValidateRecords`, `LogValidator`), and
 * what they stamp: timestamp type, max timestamp, CRC. The batch's bytes are changed in place. `walkedElsewhere` is what
 * another thread has found in `recordsToOffload`.
 */
export function validateProduced(
  records: Uint8Array,
  context: ValidationContext,
  walkedElsewhere?: CompressedWalk,
): ValidationResult {
  const { config, name } = context
  const batch = onlyBatch(records)
  if (!(batch instanceof RecordBatch)) return batch
  if (batch.baseOffset !== 0) {
    return invalid(
      `The baseOffset of the record batch in the append to ${name} should be 0, but it is ${batch.baseOffset}`,
    )
  }
  if (batch.sizeInBytes > config.maxMessageBytes) return tooLarge(name, batch.sizeInBytes, config)
  if (batch.sizeInBytes < batchOverheadBytes || context.checksum.crc32c(batch.checkedBytes) !== batch.crc) {
    return refuse(
      ErrorCode.CORRUPT_MESSAGE,
      `Record is corrupt (stored crc = ${batch.crc}) in topic partition ${name}`,
      false,
    )
  }
  const headerFault = faultOfHeader(batch, name)
  if (headerFault !== undefined) return invalid(headerFault)
  const sourceType = batch.compressionId
  if (!isCompressionType(sourceType)) {
    return refuse(ErrorCode.UNKNOWN_SERVER_ERROR, `Unknown compression type id: ${sourceType}`, true)
  }

  let recordBytes = sourceType === CompressionType.NONE ? batch.recordBytes : undefined
  let walk: RecordWalk
  if (recordBytes !== undefined) {
    walk = walkRecords(recordBytes, 0, recordBytes.length, batch.recordCount, batch.baseTimestamp)
  } else {
    const walked =
      walkedElsewhere ??
      walkCompressed(compressedRecords(batch, sourceType, context), context.compression, bytes => {
        recordBytes = bytes
      })
    if ('failure' in walked) {
      const errorCode = walked.failure === 'TOO_LARGE' ? ErrorCode.MESSAGE_TOO_LARGE : ErrorCode.UNKNOWN_SERVER_ERROR
      return refuse(errorCode, `${walked.message} in topic partition ${name}`, walked.failure !== 'TOO_LARGE')
    }
    walk = walked.walk
  }
  if (walk.error !== undefined) return invalid(`${walk.error} in topic partition ${name}`)
  const readRecords = () => recordsOf(batch, recordBytes ?? decompress(batch, sourceType, context))
  if (mayHaveFaultyRecord(batch, walk, context)) {
    const rejection = collectRecordErrors(batch, readRecords(), context)
    if (rejection !== undefined) return { isValid: false, ...rejection }
  }

  const targetType = targetCompression(config, sourceType)
  const isLogAppendTime = config.messageTimestampType === 'LogAppendTime'
  const maxTimestamp = isLogAppendTime ? context.nowMs : batch.isLogAppendTime ? batch.maxTimestamp : walk.maxTimestamp
  const logAppendTimeMs = isLogAppendTime ? context.nowMs : -1
  if (sourceType !== targetType) {
    const rewritten = rewrite(batch, readRecords(), targetType, isLogAppendTime, context)
    if (rewritten === undefined) {
      return refuse(ErrorCode.UNKNOWN_SERVER_ERROR, `A batch that cannot be written anew in ${name}`, true)
    }
    if (rewritten.sizeInBytes > config.maxMessageBytes) return tooLarge(name, rewritten.sizeInBytes, config)
    return { isValid: true, batch: rewritten, logAppendTimeMs }
  }
  // Kafka sets out to write such a batch anew, from records whose contents it has skipped, and fails.
  if (sourceType !== CompressionType.NONE && !walk.hasSequentialOffsets) {
    return refuse(ErrorCode.UNKNOWN_SERVER_ERROR, `Offsets with gaps in a compressed batch in ${name}`, true)
  }
  if (batch.isLogAppendTime !== isLogAppendTime || batch.maxTimestamp !== maxTimestamp) {
    batch.setTimestamps(isLogAppendTime, maxTimestamp)
    batch.crc = context.checksum.crc32c(batch.checkedBytes)
  }
  return { isValid: true, batch, logAppendTimeMs }
}

/**
 * A compressed batch from here on is checked on another thread: decompressing it would hold the loop for a millisecond
 * or more. Below, the way there and back costs more than it spares.
 */
const offloadBytesMin = 128 * 1024

/** What another thread is to decompress and walk of `records`, as a copy; `undefined` where that is not worth it. */
export function recordsToOffload(records: Uint8Array, tools: ValidationTools): CompressedRecords | undefined {
  if (records.length < offloadBytesMin || records[BatchField.MAGIC] !== currentMagic) return undefined
  const sizeInBytes = batchSizeAt(records, 0)
  if (sizeInBytes < offloadBytesMin || sizeInBytes > records.length) return undefined
  const batch = new RecordBatch(records, 0, sizeInBytes)
  const { compressionId } = batch
  if (compressionId === CompressionType.NONE || !isCompressionType(compressionId)) return undefined
  const offloaded = compressedRecords(batch, compressionId, tools)
  return { ...offloaded, bytes: new Uint8Array(offloaded.bytes) }
}

function compressedRecords(batch: RecordBatch, type: CompressionType, tools: ValidationTools): CompressedRecords {
  return {
    compressionType: type,
    bytes: batch.recordBytes,
    recordCount: batch.recordCount,
    baseTimestamp: batch.baseTimestamp,
    decompressedBytesMax: tools.decompressedBatchBytesMax,
  }
}

function decompress(batch: RecordBatch, type: CompressionType, tools: ValidationTools): Uint8Array {
  return tools.compression.decompress(type, batch.recordBytes, tools.decompressedBatchBytesMax)
}

/** The one whole batch a partition's `records` hold; what follows it and is less than a batch is left out. */
function onlyBatch(records: Uint8Array): RecordBatch | ValidationResult {
  const sizeInBytes = wholeBatchSizeAt(records, 0)
  if (typeof sizeInBytes !== 'number') return sizeInBytes
  if (sizeInBytes === 0) return malformed('Produce requests must have at least one record batch per partition')
  if (records[BatchField.MAGIC] !== currentMagic) {
    return malformed('Produce requests are only allowed to contain record batches with magic version 2')
  }
  const secondSize = wholeBatchSizeAt(records, sizeInBytes)
  if (typeof secondSize !== 'number') return secondSize
  if (secondSize !== 0) {
    return malformed('Produce requests are only allowed to contain exactly one record batch per partition')
  }
  return new RecordBatch(records, 0, sizeInBytes)
}

/** 0 where no whole batch lies at `position` (`ByteBufferLogInputStream.nextBatch`). */
function wholeBatchSizeAt(records: Uint8Array, position: number): number | ValidationResult {
  const remaining = records.length - position
  if (remaining < logOverheadBytes) return 0
  const batchLength = readInt32(records, position + BatchField.BATCH_LENGTH)
  if (batchLength < smallestBatchLength) {
    return refuse(
      ErrorCode.CORRUPT_MESSAGE,
      `Record size ${batchLength} is less than the minimum record overhead (${smallestBatchLength})`,
      false,
    )
  }
  if (remaining <= BatchField.MAGIC) return 0
  const magic = records[position + BatchField.MAGIC]!
  if (magic > currentMagic) {
    return refuse(ErrorCode.CORRUPT_MESSAGE, `Invalid magic found in record: ${(magic << 24) >> 24}`, false)
  }
  const sizeInBytes = batchSizeAt(records, position)
  return sizeInBytes > remaining ? 0 : sizeInBytes
}

function faultOfHeader(batch: RecordBatch, name: string): string | undefined {
  const { lastOffsetDelta, recordCount } = batch
  if (lastOffsetDelta < 0) {
    return `Batch has an invalid offset range: [0, ${lastOffsetDelta}] in topic partition ${name}`
  }
  if (recordCount <= 0) return `Invalid reported count for record batch: ${recordCount} in topic partition ${name}`
  if (lastOffsetDelta + 1 !== recordCount) {
    return `Inconsistent batch offset range [0, ${lastOffsetDelta}] and count of records ${recordCount} in topic partition ${name}`
  }
  if (batch.isControl) return `Clients are not allowed to write control records in topic partition ${name}`
  if (batch.hasProducerId && batch.baseSequence < 0) {
    return `Invalid sequence number ${batch.baseSequence} in record batch with producerId ${batch.producerId} in topic partition ${name}`
  }
  return undefined
}

function mayHaveFaultyRecord(batch: RecordBatch, walk: RecordWalk, { config, nowMs }: ValidationContext): boolean {
  if (config.isCompacted && walk.keylessCount > 0) return true
  if (config.messageTimestampType === 'LogAppendTime') return batch.isLogAppendTime
  if (batch.isLogAppendTime) return true
  return (
    nowMs - walk.minTimestamp > unsaturated(config.messageTimestampBeforeMaxMs) ||
    walk.maxTimestamp - nowMs > unsaturated(config.messageTimestampAfterMaxMs)
  )
}

function targetCompression(config: LogConfig, sourceType: CompressionType): CompressionType {
  if (config.compressionType === 'producer') return sourceType
  if (config.compressionType === 'uncompressed') return CompressionType.NONE
  return compressionTypeNames.indexOf(config.compressionType) as CompressionType
}

/**
 * The same records in a new batch: another compression, offsets without gaps. `undefined` where Kafka's builder refuses
 * what the checks have let pass.
 */
function rewrite(
  batch: RecordBatch,
  records: readonly Record[],
  compressionType: CompressionType,
  isLogAppendTime: boolean,
  { checksum, compression, config, nowMs }: ValidationContext,
): RecordBatch | undefined {
  if (!canBeRewritten(batch, records)) return undefined
  const level = compressionLevel(config, compressionType)
  const bytes = writeBatch(
    records,
    {
      compressionType,
      ...(isLogAppendTime ? { logAppendTimeMs: nowMs } : {}),
      producerId: batch.producerId,
      producerEpoch: batch.producerEpoch,
      baseSequence: batch.baseSequence,
      isTransactional: (batch.attributes & BatchAttribute.TRANSACTIONAL) !== 0,
    },
    {
      crc32c: bytes => checksum.crc32c(bytes),
      compress: (type, uncompressed) => compression.compress(type, uncompressed, level),
    },
  )
  return new RecordBatch(bytes, 0, bytes.length)
}

/** `MemoryRecordsBuilder.validateProducerState` and `appendWithOffset`. */
function canBeRewritten(batch: RecordBatch, records: readonly Record[]): boolean {
  const { producerId } = batch
  if (producerId === noProducerId) {
    if (batch.isTransactional) return false
  } else if (batch.producerEpoch === noProducerEpoch || batch.baseSequence < 0) return false
  return records.every(({ timestamp }) => timestamp >= noTimestamp)
}

function compressionLevel(config: LogConfig, type: CompressionType): number | undefined {
  switch (type) {
    case CompressionType.GZIP:
      return config.compressionGzipLevel
    case CompressionType.LZ4:
      return config.compressionLz4Level
    case CompressionType.ZSTD:
      return config.compressionZstdLevel
    default:
      return undefined
  }
}

function tooLarge(name: string, sizeInBytes: number, config: LogConfig): ValidationResult {
  return refuse(
    ErrorCode.MESSAGE_TOO_LARGE,
    `The record batch size in the append to ${name} is ${sizeInBytes} bytes which exceeds the maximum configured value of ${config.maxMessageBytes}`,
    false,
  )
}

function invalid(errorMessage: string): ValidationResult {
  return refuse(ErrorCode.INVALID_RECORD, errorMessage, true)
}

/** Found before a log is looked at, so that no log start offset is answered. */
function malformed(errorMessage: string): ValidationResult {
  return refuse(ErrorCode.INVALID_RECORD, errorMessage, false)
}

function refuse(errorCode: number, errorMessage: string, namesLogStartOffset: boolean): ValidationResult {
  return { isValid: false, errorCode, errorMessage, isReported: false, recordErrors: [], namesLogStartOffset }
}
