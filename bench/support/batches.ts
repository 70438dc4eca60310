import { createHash } from 'node:crypto'
import { createChecksum } from '../../src/platform/checksum.ts'
import { createCompression } from '../../src/platform/compression.ts'
import { writeBatch } from '../../src/protocol/records/batch-writer.ts'
import { CompressionType } from '../../src/protocol/records/compression-type.ts'

const BATCH_OVERHEAD_BYTES = 61
const RECORD_OVERHEAD_BYTES = 10

export interface BatchShape {
  readonly recordBytes: number
  /** 0: a batch of one record. Counted before compression. */
  readonly batchBytes: number
  readonly compression: 'none' | 'lz4' | 'zstd'
}

/** A batch of values that compress about as well as JSON does: half of each is noise in base64. */
export function buildBatch(shape: BatchShape): { batch: Uint8Array; records: number } {
  const each = shape.recordBytes + RECORD_OVERHEAD_BYTES
  const records = Math.max(1, Math.floor((shape.batchBytes - BATCH_OVERHEAD_BYTES) / each))
  const timestamp = Date.now()
  const batch = writeBatch(
    Array.from({ length: records }, (_, index) => ({ timestamp, key: null, value: value(index, shape.recordBytes) })),
    { compressionType: compressionTypes[shape.compression] },
    { ...createChecksum(), compress: (type, bytes) => createCompression().compress(type, bytes) },
  )
  return { batch, records }
}

const compressionTypes = {
  none: CompressionType.NONE,
  lz4: CompressionType.LZ4,
  zstd: CompressionType.ZSTD,
} as const

/** Values that compress about as well as JSON does. */
export function valuesLikeJson(count: number, bytes: number): Uint8Array[] {
  return Array.from({ length: count }, (_, index) => value(index, bytes))
}

function value(seed: number, bytes: number): Uint8Array {
  const text = Buffer.alloc(bytes, '{"name":"value","flag":true}')
  let noise = createHash('sha256').update(String(seed)).digest('base64')
  for (let at = 0; at < bytes; at += noise.length * 2) {
    text.write(noise, at)
    noise = createHash('sha256').update(noise).digest('base64')
  }
  return text
}
