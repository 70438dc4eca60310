import type { CompressionType } from './compression-type.ts'
import { type RecordWalk, walkRecords } from './record-walk.ts'

/** The records of one compressed batch, and what its header says of them. Can be sent to another thread. */
export interface CompressedRecords {
  readonly compressionType: CompressionType
  readonly bytes: Uint8Array
  readonly recordCount: number
  readonly baseTimestamp: number
  /** What they may become. */
  readonly decompressedBytesMax: number
}

/** What came of decompressing and walking. Can be sent back. */
export type CompressedWalk =
  | { readonly walk: RecordWalk }
  | { readonly failure: 'CORRUPT' | 'TOO_LARGE'; readonly message: string }

export interface Decompressor {
  /** Throws an error whose `code` is CORRUPT or TOO_LARGE. */
  decompress(type: CompressionType, bytes: Uint8Array, bytesMax: number, isTransient: boolean): Uint8Array
}

/** Decompresses records and walks them. What they became is given to `decompressed`; it
 * is good until the next decompression. */
export function walkCompressed(
  records: CompressedRecords,
  decompressor: Decompressor,
  decompressed?: (bytes: Uint8Array) => void,
): CompressedWalk {
  let bytes: Uint8Array
  try {
    bytes = decompressor.decompress(records.compressionType, records.bytes, records.decompressedBytesMax, true)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && (error.code === 'CORRUPT' || error.code === 'TOO_LARGE'))) {
      throw error
    }
    return { failure: error.code, message: error.message }
  }
  decompressed?.(bytes)
  return { walk: walkRecords(bytes, 0, bytes.length, records.recordCount, records.baseTimestamp) }
}
