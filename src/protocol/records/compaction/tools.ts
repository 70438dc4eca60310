import type { CompressionType } from '../compression-type.ts'
import { isCompressionType } from '../compression-type.ts'
import { InvalidRecordError } from '../record.ts'
import type { RecordBatch } from '../record-batch.ts'

/** What compaction needs of the world; `Checksum` and `Compression` of the ports fit. */
export interface CompactionTools {
  crc32c(bytes: Uint8Array): number
  compress(type: CompressionType, bytes: Uint8Array): Uint8Array
  decompress(type: CompressionType, bytes: Uint8Array, bytesMax: number, isTransient: boolean): Uint8Array
}

/** The batch's records, decompressed where need be; good until the next call. */
export function plainRecords(batch: RecordBatch, bytesMax: number, tools: CompactionTools): Uint8Array {
  const { compressionId } = batch
  if (compressionId === 0) return batch.recordBytes
  if (!isCompressionType(compressionId)) throw new InvalidRecordError(`There is no compression type ${compressionId}`)
  return tools.decompress(compressionId, batch.recordBytes, bytesMax, true)
}
