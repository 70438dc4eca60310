import { CompressionType } from './compression-type.ts'
import { writeInt16, writeInt32, writeInt64 } from './int64.ts'
import type { RecordHeader } from './record.ts'
import {
  BatchAttribute,
  BatchField,
  currentMagic,
  logOverheadBytes,
  noPartitionLeaderEpoch,
  noProducerEpoch,
  noProducerId,
  noSequence,
} from './record-batch.ts'

export interface RecordToWrite {
  readonly timestamp: number
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers?: readonly RecordHeader[]
  /** Counted from the batch's base offset; the record's index where left out. */
  readonly offsetDelta?: number
}

export interface BatchOptions {
  readonly baseOffset?: number
  readonly partitionLeaderEpoch?: number
  readonly compressionType?: CompressionType
  /** Given: every record's timestamp is this time, and the batch says LogAppendTime. */
  readonly logAppendTimeMs?: number
  readonly producerId?: number
  readonly producerEpoch?: number
  readonly baseSequence?: number
  readonly isTransactional?: boolean
  readonly isControl?: boolean
  /** As compaction leaves it: the batch ends at a later offset than its last record. */
  readonly lastOffsetDelta?: number
  /** The delete horizon of a compacted batch, written in place of the base timestamp. */
  readonly deleteHorizonMs?: number
}

/** What writing a batch needs of the world; `Checksum` and `Compression` of the ports fit. */
export interface BatchTools {
  crc32c(bytes: Uint8Array): number
  compress?(type: CompressionType, bytes: Uint8Array): Uint8Array
}

const utf8 = new TextEncoder()

/**
 * One batch of magic 2 holding `records`, at least one. The first record's timestamp is the base one, as in Kafka's
 * `MemoryRecordsBuilder`.
 */
export function writeBatch(
  records: readonly RecordToWrite[],
  options: BatchOptions,
  tools: BatchTools,
): Uint8Array<ArrayBuffer> {
  const baseTimestamp = options.deleteHorizonMs ?? records[0]?.timestamp ?? -1
  const compressionType = options.compressionType ?? CompressionType.NONE
  const prepared = records.map((record, index) => prepare(record, index, baseTimestamp))
  const recordsBytes = prepared.reduce((sum, { bodyBytes }) => sum + varintBytes(bodyBytes) + bodyBytes, 0)

  let batch: Uint8Array<ArrayBuffer>
  if (compressionType === CompressionType.NONE) {
    batch = new Uint8Array(BatchField.RECORDS + recordsBytes)
    writeRecords(prepared, batch, BatchField.RECORDS)
  } else {
    if (tools.compress === undefined) throw new TypeError('A compressed batch needs a compressor')
    const uncompressed = new Uint8Array(recordsBytes)
    writeRecords(prepared, uncompressed, 0)
    const compressed = tools.compress(compressionType, uncompressed)
    batch = new Uint8Array(BatchField.RECORDS + compressed.length)
    batch.set(compressed, BatchField.RECORDS)
  }

  let attributes: number = compressionType
  if (options.logAppendTimeMs !== undefined) attributes |= BatchAttribute.LOG_APPEND_TIME
  if (options.isTransactional === true) attributes |= BatchAttribute.TRANSACTIONAL
  if (options.isControl === true) attributes |= BatchAttribute.CONTROL
  if (options.deleteHorizonMs !== undefined) attributes |= BatchAttribute.DELETE_HORIZON
  const maxTimestamp = options.logAppendTimeMs ?? records.reduce((max, { timestamp }) => Math.max(max, timestamp), -1)

  writeInt64(batch, BatchField.BASE_OFFSET, options.baseOffset ?? 0)
  writeInt32(batch, BatchField.BATCH_LENGTH, batch.length - logOverheadBytes)
  writeInt32(batch, BatchField.PARTITION_LEADER_EPOCH, options.partitionLeaderEpoch ?? noPartitionLeaderEpoch)
  batch[BatchField.MAGIC] = currentMagic
  writeInt16(batch, BatchField.ATTRIBUTES, attributes)
  writeInt32(
    batch,
    BatchField.LAST_OFFSET_DELTA,
    options.lastOffsetDelta ?? prepared[prepared.length - 1]?.offsetDelta ?? 0,
  )
  writeInt64(batch, BatchField.BASE_TIMESTAMP, baseTimestamp)
  writeInt64(batch, BatchField.MAX_TIMESTAMP, maxTimestamp)
  writeInt64(batch, BatchField.PRODUCER_ID, options.producerId ?? noProducerId)
  writeInt16(batch, BatchField.PRODUCER_EPOCH, options.producerEpoch ?? noProducerEpoch)
  writeInt32(batch, BatchField.BASE_SEQUENCE, options.baseSequence ?? noSequence)
  writeInt32(batch, BatchField.RECORD_COUNT, records.length)
  writeInt32(batch, BatchField.CRC, tools.crc32c(batch.subarray(BatchField.ATTRIBUTES)))
  return batch
}

/** The size of an uncompressed batch of `records`: what coordinators compare with `max.message.bytes`. */
export function uncompressedBatchBytes(records: readonly RecordToWrite[]): number {
  const baseTimestamp = records[0]?.timestamp ?? -1
  let sum: number = BatchField.RECORDS
  for (const [index, record] of records.entries()) {
    const { bodyBytes } = prepare(record, index, baseTimestamp)
    sum += varintBytes(bodyBytes) + bodyBytes
  }
  return sum
}

interface PreparedHeader {
  readonly key: Uint8Array
  readonly value: Uint8Array | null
}

interface PreparedRecord {
  readonly timestampDelta: number
  readonly offsetDelta: number
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers: readonly PreparedHeader[]
  /** Of what follows the length field. */
  readonly bodyBytes: number
}

function prepare(record: RecordToWrite, index: number, baseTimestamp: number): PreparedRecord {
  const timestampDelta = record.timestamp - baseTimestamp
  const offsetDelta = record.offsetDelta ?? index
  const headers = (record.headers ?? []).map(({ key, value }) => ({ key: utf8.encode(key), value }))
  let bodyBytes = 1 + varlongBytes(timestampDelta) + varintBytes(offsetDelta)
  bodyBytes += nullableBytes(record.key) + nullableBytes(record.value) + varintBytes(headers.length)
  for (const { key, value } of headers) bodyBytes += nullableBytes(key) + nullableBytes(value)
  return { timestampDelta, offsetDelta, key: record.key, value: record.value, headers, bodyBytes }
}

function nullableBytes(bytes: Uint8Array | null): number {
  return bytes === null ? 1 : varintBytes(bytes.length) + bytes.length
}

function writeRecords(records: readonly PreparedRecord[], into: Uint8Array, from: number): void {
  let position = from
  for (const record of records) {
    position = writeVarint(into, position, record.bodyBytes)
    into[position++] = 0
    position = writeVarlong(into, position, record.timestampDelta)
    position = writeVarint(into, position, record.offsetDelta)
    position = writeNullableBytes(into, position, record.key)
    position = writeNullableBytes(into, position, record.value)
    position = writeVarint(into, position, record.headers.length)
    for (const { key, value } of record.headers) {
      position = writeNullableBytes(into, position, key)
      position = writeNullableBytes(into, position, value)
    }
  }
}

function writeNullableBytes(into: Uint8Array, position: number, bytes: Uint8Array | null): number {
  if (bytes === null) return writeVarint(into, position, -1)
  const from = writeVarint(into, position, bytes.length)
  into.set(bytes, from)
  return from + bytes.length
}

/** Writes an int32, zigzag; returns the position after it. */
export function writeVarint(into: Uint8Array, position: number, value: number): number {
  let raw = ((value << 1) ^ (value >> 31)) >>> 0
  while (raw >= 0x80) {
    into[position++] = (raw & 0x7f) | 0x80
    raw >>>= 7
  }
  into[position++] = raw
  return position
}

/** Writes a safe integer, zigzag; returns the position after it. */
export function writeVarlong(into: Uint8Array, position: number, value: number): number {
  if (value >= -0x4000_0000 && value < 0x4000_0000) return writeVarint(into, position, value)
  let raw = zigzag64(value)
  while (raw >= 0x80n) {
    into[position++] = Number(raw & 0x7fn) | 0x80
    raw >>= 7n
  }
  into[position++] = Number(raw)
  return position
}

export function varintBytes(value: number): number {
  let raw = ((value << 1) ^ (value >> 31)) >>> 0
  let bytes = 1
  while (raw >= 0x80) {
    raw >>>= 7
    bytes++
  }
  return bytes
}

export function varlongBytes(value: number): number {
  if (value >= -0x4000_0000 && value < 0x4000_0000) return varintBytes(value)
  let bytes = 1
  for (let raw = zigzag64(value); raw >= 0x80n; raw >>= 7n) bytes++
  return bytes
}

/** Doubling a large safe integer leaves the safe range. */
function zigzag64(value: number): bigint {
  const exact = BigInt(value)
  return exact >= 0n ? exact << 1n : (-exact << 1n) - 1n
}
