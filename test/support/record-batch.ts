import { deflateRawSync, gzipSync, zstdCompressSync } from 'node:zlib'
import CRC32C from 'crc-32/crc32c.js'

/** A record batch as data, with room to be wrong: every header field can be overridden. */
export interface BatchSpec {
  readonly records: readonly RecordSpec[]
  readonly codec?: 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd'
  readonly producerId?: number | string
  readonly producerEpoch?: number
  readonly baseSequence?: number
  readonly baseOffset?: number
  readonly partitionLeaderEpoch?: number
  readonly magic?: number
  /** Bits beside those of the codec: 8 log append time, 16 transactional, 32 control, 64 delete horizon. */
  readonly attributes?: number
  readonly lastOffsetDelta?: number
  readonly baseTimestamp?: number
  readonly maxTimestamp?: number
  readonly recordCount?: number
  readonly length?: number
  readonly crc?: number
}

export interface RecordSpec {
  readonly key?: string | null
  readonly value?: string | null
  /** Milliseconds since the epoch; 1 700 000 000 000 where it is left out. */
  readonly timestamp?: number
  readonly headers?: readonly (readonly [string | null, string | null])[]
  readonly offsetDelta?: number
  /** Repeats the value that often. */
  readonly times?: number
  readonly attributes?: number
}

export const someTimestamp = 1_700_000_000_000

const codecBits = { none: 0, gzip: 1, snappy: 2, lz4: 3, zstd: 4 } as const

export function recordBatch(spec: BatchSpec): Buffer {
  const baseTimestamp = spec.baseTimestamp ?? spec.records[0]?.timestamp ?? someTimestamp
  const timestamps = spec.records.map(record => record.timestamp ?? someTimestamp)
  const body = compressed(
    spec.codec ?? 'none',
    Buffer.concat(spec.records.map((record, index) => recordBytes(record, index, baseTimestamp))),
  )
  const header = Buffer.alloc(61)
  header.writeBigInt64BE(BigInt(spec.baseOffset ?? 0), 0)
  header.writeInt32BE(spec.length ?? 49 + body.length, 8)
  header.writeInt32BE(spec.partitionLeaderEpoch ?? -1, 12)
  header.writeInt8(spec.magic ?? 2, 16)
  header.writeInt16BE(codecBits[spec.codec ?? 'none'] | (spec.attributes ?? 0), 21)
  header.writeInt32BE(spec.lastOffsetDelta ?? spec.records.length - 1, 23)
  header.writeBigInt64BE(BigInt(baseTimestamp), 27)
  header.writeBigInt64BE(BigInt(spec.maxTimestamp ?? Math.max(-1, ...timestamps)), 35)
  header.writeBigInt64BE(BigInt(spec.producerId ?? -1), 43)
  header.writeInt16BE(spec.producerEpoch ?? -1, 51)
  header.writeInt32BE(spec.baseSequence ?? -1, 53)
  header.writeInt32BE(spec.recordCount ?? spec.records.length, 57)
  header.writeInt32BE(spec.crc ?? CRC32C.buf(Buffer.concat([header.subarray(21), body])), 17)
  return Buffer.concat([header, body])
}

function recordBytes(record: RecordSpec, index: number, baseTimestamp: number): Buffer {
  const value = record.value === null ? null : Buffer.from((record.value ?? 'value').repeat(record.times ?? 1))
  const headers = record.headers ?? []
  const body = Buffer.concat([
    Buffer.from([record.attributes ?? 0]),
    varint((record.timestamp ?? someTimestamp) - baseTimestamp),
    varint(record.offsetDelta ?? index),
    sized(record.key === undefined || record.key === null ? null : Buffer.from(record.key)),
    sized(value),
    varint(headers.length),
    ...headers.flatMap(([name, headerValue]) => [
      sized(name === null ? null : Buffer.from(name)),
      sized(headerValue === null ? null : Buffer.from(headerValue)),
    ]),
  ])
  return Buffer.concat([varint(body.length), body])
}

function sized(bytes: Buffer | null): Buffer {
  return bytes === null ? varint(-1) : Buffer.concat([varint(bytes.length), bytes])
}

/** Zigzag, up to 64 bits. */
function varint(value: number): Buffer {
  let rest = BigInt.asUintN(64, (BigInt(value) << 1n) ^ (BigInt(value) >> 63n))
  const bytes: number[] = []
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80)
    rest >>= 7n
  }
  return Buffer.from([...bytes, Number(rest)])
}

function compressed(codec: keyof typeof codecBits, bytes: Buffer): Buffer {
  switch (codec) {
    case 'none':
      return bytes
    case 'gzip':
      return gzipSync(bytes)
    case 'zstd':
      return zstdCompressSync(bytes)
    case 'lz4':
      return lz4Stored(bytes)
    case 'snappy':
      return xerial(snappyLiteral(bytes))
  }
}

/**
 * An LZ4 frame of one stored block of up to 64 KiB. Its header: magic, independent blocks without checksums, blocks of at most 64 KiB,
 * and the checksum of just these two bytes.
 */
function lz4Stored(bytes: Buffer): Buffer {
  const size = Buffer.alloc(4)
  size.writeUInt32LE((bytes.length | 0x80000000) >>> 0)
  return Buffer.concat([Buffer.from('04224d18604082', 'hex'), size, bytes, Buffer.alloc(4)])
}

/** A snappy block that says everything literally: uncompressed length, then one literal of up to 64 KiB. */
function snappyLiteral(bytes: Buffer): Buffer {
  const length = bytes.length
  const size = length < 128 ? Buffer.from([length]) : Buffer.from([(length & 0x7f) | 0x80, length >> 7])
  return Buffer.concat([size, Buffer.from([61 << 2, (length - 1) & 0xff, (length - 1) >> 8]), bytes])
}

/** snappy-java's stream: magic, version, compatible version, then length-prefixed blocks. */
function xerial(block: Buffer): Buffer {
  const header = Buffer.from('82534e41505059000000000100000001', 'hex')
  const length = Buffer.alloc(4)
  length.writeInt32BE(block.length)
  return Buffer.concat([header, length, block])
}

/** Bytes that no decompressor accepts, for batches that lie about their codec. */
export const garbage = deflateRawSync(Buffer.from('not what it says'))

export interface DescribedBatch {
  readonly [field: string]: string | number | boolean
}

/** The batches of a record set, field by field; a batch that is cut short is described as such. */
export function describeBatches(bytes: Buffer): DescribedBatch[] {
  const batches: DescribedBatch[] = []
  for (let position = 0; position < bytes.length; ) {
    const rest = bytes.subarray(position)
    const size = rest.length < 12 ? Number.POSITIVE_INFINITY : 12 + rest.readInt32BE(8)
    if (rest.length < size || size < 61) {
      batches.push({ cutShortAfter: rest.length })
      break
    }
    batches.push(describeBatch(rest.subarray(0, size)))
    position += size
  }
  return batches
}

function describeBatch(batch: Buffer): DescribedBatch {
  return {
    baseOffset: Number(batch.readBigInt64BE(0)),
    batchLength: batch.readInt32BE(8),
    partitionLeaderEpoch: batch.readInt32BE(12),
    magic: batch.readInt8(16),
    crcHolds: batch.readInt32BE(17) === CRC32C.buf(batch.subarray(21)),
    attributes: batch.readInt16BE(21),
    lastOffsetDelta: batch.readInt32BE(23),
    baseTimestamp: Number(batch.readBigInt64BE(27)),
    maxTimestamp: Number(batch.readBigInt64BE(35)),
    producerId: Number(batch.readBigInt64BE(43)),
    producerEpoch: batch.readInt16BE(51),
    baseSequence: batch.readInt32BE(53),
    recordCount: batch.readInt32BE(57),
    records: batch.subarray(61).toString('hex'),
  }
}
