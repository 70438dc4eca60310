import { readInt16, readInt32, readInt64, writeInt16, writeInt32, writeInt64 } from './int64.ts'

/**
 * Where the fields of a batch of magic 2 lie, counted from its first byte (`DefaultRecordBatch`). Integers are
 * big-endian. The CRC-32C covers everything from `attributes` on, so base offset and leader epoch may be stamped
 * without computing it again.
 *
 * ```
 *  0 baseOffset int64            8 batchLength int32 (bytes after this field)
 * 12 partitionLeaderEpoch int32 16 magic int8           17 crc uint32
 * 21 attributes int16           23 lastOffsetDelta int32
 * 27 baseTimestamp int64        35 maxTimestamp int64
 * 43 producerId int64           51 producerEpoch int16  53 baseSequence int32
 * 57 recordCount int32          61 records
 * ```
 */
export const BatchField = {
  BASE_OFFSET: 0,
  BATCH_LENGTH: 8,
  PARTITION_LEADER_EPOCH: 12,
  MAGIC: 16,
  CRC: 17,
  ATTRIBUTES: 21,
  LAST_OFFSET_DELTA: 23,
  BASE_TIMESTAMP: 27,
  MAX_TIMESTAMP: 35,
  PRODUCER_ID: 43,
  PRODUCER_EPOCH: 51,
  BASE_SEQUENCE: 53,
  RECORD_COUNT: 57,
  RECORDS: 61,
} as const

/** Base offset and batch length: what every magic has in common, and what `batchLength` does not count. */
export const logOverheadBytes = BatchField.PARTITION_LEADER_EPOCH

/** The least size of a batch of magic 2 (`RECORD_BATCH_OVERHEAD`). */
export const batchOverheadBytes = BatchField.RECORDS

export const currentMagic = 2

/** Bits of `attributes`; the three lowest are the compression type. */
export const BatchAttribute = {
  COMPRESSION_MASK: 0x07,
  LOG_APPEND_TIME: 0x08,
  TRANSACTIONAL: 0x10,
  CONTROL: 0x20,
  /** `baseTimestamp` holds the time from which tombstones and markers of the batch may go (KIP-534). */
  DELETE_HORIZON: 0x40,
} as const

export const noTimestamp = -1
export const noProducerId = -1
export const noProducerEpoch = -1
export const noSequence = -1
export const noPartitionLeaderEpoch = -1

/** The size of the batch at `position`, whose first 12 bytes are there. Negative or tiny where the bytes are garbage. */
export function batchSizeAt(bytes: Uint8Array, position: number): number {
  return logOverheadBytes + readInt32(bytes, position + BatchField.BATCH_LENGTH)
}

/**
 * One batch of magic 2 where it lies: a view of `sizeInBytes` bytes of `bytes` from `position` on, of which nothing
 * is checked beyond its size. Setters write through.
 */
export class RecordBatch {
  readonly bytes: Uint8Array
  readonly position: number
  readonly sizeInBytes: number

  constructor(bytes: Uint8Array, position: number, sizeInBytes: number) {
    this.bytes = bytes
    this.position = position
    this.sizeInBytes = sizeInBytes
  }

  /** First offset; 0 in what clients send. */
  get baseOffset(): number {
    return readInt64(this.bytes, this.position + BatchField.BASE_OFFSET)
  }

  set baseOffset(offset: number) {
    writeInt64(this.bytes, this.position + BatchField.BASE_OFFSET, offset)
  }

  /** Not necessarily the offset of the last record: compaction keeps it when that record goes. */
  get lastOffset(): number {
    return this.baseOffset + this.lastOffsetDelta
  }

  get nextOffset(): number {
    return this.lastOffset + 1
  }

  get partitionLeaderEpoch(): number {
    return readInt32(this.bytes, this.position + BatchField.PARTITION_LEADER_EPOCH)
  }

  set partitionLeaderEpoch(epoch: number) {
    writeInt32(this.bytes, this.position + BatchField.PARTITION_LEADER_EPOCH, epoch)
  }

  get magic(): number {
    return (this.bytes[this.position + BatchField.MAGIC]! << 24) >> 24
  }

  get crc(): number {
    return readInt32(this.bytes, this.position + BatchField.CRC) >>> 0
  }

  get attributes(): number {
    return readInt16(this.bytes, this.position + BatchField.ATTRIBUTES)
  }

  /** 0–7; see `isCompressionType`. */
  get compressionId(): number {
    return this.attributes & BatchAttribute.COMPRESSION_MASK
  }

  get isCompressed(): boolean {
    return this.compressionId !== 0
  }

  get isLogAppendTime(): boolean {
    return (this.attributes & BatchAttribute.LOG_APPEND_TIME) !== 0
  }

  get isTransactional(): boolean {
    return (this.attributes & BatchAttribute.TRANSACTIONAL) !== 0
  }

  get isControl(): boolean {
    return (this.attributes & BatchAttribute.CONTROL) !== 0
  }

  get hasDeleteHorizon(): boolean {
    return (this.attributes & BatchAttribute.DELETE_HORIZON) !== 0
  }

  get lastOffsetDelta(): number {
    return readInt32(this.bytes, this.position + BatchField.LAST_OFFSET_DELTA)
  }

  get baseTimestamp(): number {
    return readInt64(this.bytes, this.position + BatchField.BASE_TIMESTAMP)
  }

  get maxTimestamp(): number {
    return readInt64(this.bytes, this.position + BatchField.MAX_TIMESTAMP)
  }

  /** Of its records: none where compaction has left nothing but a header, whatever that says. */
  get recordsMaxTimestamp(): number {
    return this.recordCount === 0 ? noTimestamp : this.maxTimestamp
  }

  get producerId(): number {
    return readInt64(this.bytes, this.position + BatchField.PRODUCER_ID)
  }

  get hasProducerId(): boolean {
    return this.producerId > noProducerId
  }

  get producerEpoch(): number {
    return readInt16(this.bytes, this.position + BatchField.PRODUCER_EPOCH)
  }

  get baseSequence(): number {
    return readInt32(this.bytes, this.position + BatchField.BASE_SEQUENCE)
  }

  /** Sequence numbers wrap from 2^31-1 to 0. */
  get lastSequence(): number {
    const baseSequence = this.baseSequence
    return baseSequence === noSequence ? noSequence : incrementSequence(baseSequence, this.lastOffsetDelta)
  }

  get recordCount(): number {
    return readInt32(this.bytes, this.position + BatchField.RECORD_COUNT)
  }

  /** The whole batch; a view. */
  toBytes(): Uint8Array {
    return this.bytes.subarray(this.position, this.position + this.sizeInBytes)
  }

  /** What the CRC covers; a view. */
  get checkedBytes(): Uint8Array {
    return this.bytes.subarray(this.position + BatchField.ATTRIBUTES, this.position + this.sizeInBytes)
  }

  /** The records as written, compressed or not; a view. */
  get recordBytes(): Uint8Array {
    return this.bytes.subarray(this.position + BatchField.RECORDS, this.position + this.sizeInBytes)
  }

  /** Attributes and max timestamp lie under the CRC: whoever sets them sets the CRC next. */
  setTimestamps(isLogAppendTime: boolean, maxTimestampMs: number): void {
    const attributes = this.attributes & 0xff
    writeInt16(
      this.bytes,
      this.position + BatchField.ATTRIBUTES,
      isLogAppendTime ? attributes | BatchAttribute.LOG_APPEND_TIME : attributes & ~BatchAttribute.LOG_APPEND_TIME,
    )
    writeInt64(this.bytes, this.position + BatchField.MAX_TIMESTAMP, maxTimestampMs)
  }

  set crc(crc: number) {
    writeInt32(this.bytes, this.position + BatchField.CRC, crc)
  }
}

/** Adds to a sequence number, from 2^31-1 on to 0. */
export function incrementSequence(sequence: number, increment: number): number {
  return sequence > 0x7fff_ffff - increment ? increment - (0x7fff_ffff - sequence) - 1 : sequence + increment
}

/** Takes from a sequence number, from 0 back to 2^31-1. */
export function decrementSequence(sequence: number, decrement: number): number {
  return sequence < decrement ? 0x7fff_ffff - (decrement - sequence) + 1 : sequence - decrement
}

/**
 * The whole batches of `bytes`, in order. It ends quietly before a batch that is cut short, as what a Fetch response
 * holds may be, and before one whose size cannot be true.
 */
export function* batchesOf(bytes: Uint8Array, from = 0): Generator<RecordBatch, void, void> {
  let position = from
  while (position + logOverheadBytes <= bytes.length) {
    const sizeInBytes = batchSizeAt(bytes, position)
    if (sizeInBytes < batchOverheadBytes || position + sizeInBytes > bytes.length) return
    yield new RecordBatch(bytes, position, sizeInBytes)
    position += sizeInBytes
  }
}
