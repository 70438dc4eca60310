/** Bits 0–2 of a batch's attributes (`CompressionType`). Ids 5–7 mean nothing yet. */
export const CompressionType = {
  NONE: 0,
  GZIP: 1,
  SNAPPY: 2,
  LZ4: 3,
  ZSTD: 4,
} as const

export type CompressionType = (typeof CompressionType)[keyof typeof CompressionType]

/** Kafka's names, by id. */
export const compressionTypeNames = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const

export type CompressionTypeName = (typeof compressionTypeNames)[number]

export function isCompressionType(id: number): id is CompressionType {
  return id >= CompressionType.NONE && id <= CompressionType.ZSTD
}
