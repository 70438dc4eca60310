import { type Compression, CompressionError } from '../ports.ts'
import { CompressionFault } from '../protocol/records/compression/compression-fault.ts'
import { Lz4Decoder } from '../protocol/records/compression/lz4-decoder.ts'
import { compressLz4Frame } from '../protocol/records/compression/lz4-frame.ts'
import { compressSnappy, decompressSnappy } from '../protocol/records/compression/xerial-snappy.ts'
import { CompressionType } from '../protocol/records/compression-type.ts'
import { errorCode } from './error-code.ts'
import { ZstdDecoder } from './zstd-decoder.ts'

/**
 * gzip and zstd by Node's zlib; snappy and LZ4 by our own code, since the native packages were slower
 * (docs/decisions/0021-lz4-and-snappy-in-our-own-code.md).
 */
export function createCompression(): Compression {
  // Loaded with the first of them: a short command needs none.
  const zlib = process.getBuiltinModule('node:zlib')
  const lz4 = new Lz4Decoder()
  /** Made when first needed; `null` where it cannot be had. */
  let zstd: ZstdDecoder | null | undefined
  return {
    compress(type, bytes, level) {
      switch (type) {
        case CompressionType.NONE:
          return bytes
        case CompressionType.GZIP:
          return zlib.gzipSync(bytes, level === undefined ? {} : { level })
        case CompressionType.SNAPPY:
          return compressSnappy(bytes)
        case CompressionType.LZ4:
          return compressLz4Frame(bytes, level)
        case CompressionType.ZSTD: {
          const params = level === undefined ? {} : { [zlib.constants.ZSTD_c_compressionLevel]: level }
          return zlib.zstdCompressSync(bytes, { params })
        }
      }
    },

    decompress(type, bytes, bytesMax, isTransient = false) {
      try {
        switch (type) {
          case CompressionType.NONE:
            return bytes
          case CompressionType.GZIP:
            return zlib.gunzipSync(bytes, { maxOutputLength: bytesMax, chunkSize: chunkBytes(bytes) })
          case CompressionType.SNAPPY:
            return decompressSnappy(bytes, bytesMax)
          case CompressionType.LZ4: {
            const decompressed = lz4.decompress(bytes, bytesMax)
            return isTransient ? decompressed : decompressed.slice()
          }
          case CompressionType.ZSTD: {
            zstd ??= ZstdDecoder.create() ?? null
            if (zstd !== null) {
              const decompressed = zstd.decompress(bytes, bytesMax)
              return isTransient ? decompressed : decompressed.slice()
            }
            return zlib.zstdDecompressSync(bytes, { maxOutputLength: bytesMax, chunkSize: chunkBytes(bytes) })
          }
        }
      } catch (cause) {
        throw compressionError(cause, bytesMax)
      }
    },
  }
}

/** How much zlib makes at a time: about all of it for a batch of usual size. Its own 16 KiB cost half as much again. */
function chunkBytes(bytes: Uint8Array): number {
  return Math.min(256 * 1024, Math.max(16 * 1024, 4 * bytes.length))
}

function compressionError(cause: unknown, bytesMax: number): CompressionError {
  if (cause instanceof CompressionFault) return new CompressionError(cause.code, cause.message)
  if (errorCode(cause) === 'ERR_BUFFER_TOO_LARGE') {
    return new CompressionError('TOO_LARGE', `Decompressed size is more than ${bytesMax} bytes`)
  }
  return new CompressionError('CORRUPT', 'Failed to decompress record stream', cause)
}
