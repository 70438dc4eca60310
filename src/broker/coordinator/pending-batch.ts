import type { Checksum, Compression } from '../../ports.ts'
import {
  type BatchOptions,
  type RecordToWrite,
  uncompressedBatchBytes,
  writeBatch,
} from '../../protocol/records/batch-writer.ts'
import { CompressionType } from '../../protocol/records/compression-type.ts'
import { batchOverheadBytes } from '../../protocol/records/record-batch.ts'

/** By how much a record's varints may grow when it stands further back in a batch. */
const recordGrowthBytesMax = 4 + 5

/** Coordinators do not number what they write; this is what Kafka's write there, in transactions and outside. */
const baseSequence = 0

export interface PendingBatchOptions {
  readonly compressionType: CompressionType
  readonly checksum: Checksum
  readonly compression: Compression
}

/** Records that are replayed and not yet appended: one batch in the making. */
export class PendingBatch {
  readonly #options: PendingBatchOptions
  #records: RecordToWrite[] = []
  /** An upper bound, uncompressed. */
  #bytes = batchOverheadBytes

  constructor(options: PendingBatchOptions) {
    this.#options = options
  }

  get recordCount(): number {
    return this.#records.length
  }

  hasRoomFor(records: readonly RecordToWrite[], bytesMax: number): boolean {
    return this.#bytes + growthOf(records) <= bytesMax
  }

  add(records: readonly RecordToWrite[]): void {
    this.#bytes += growthOf(records)
    for (const record of records) this.#records.push(record)
  }

  /** The batch; this one is empty again. */
  take(): Uint8Array {
    const records = this.#records
    this.#records = []
    this.#bytes = batchOverheadBytes
    return this.#write(records)
  }

  /** What these records take as a batch of their own, compressed if that is what it needs to fit. */
  bytesAlone(records: readonly RecordToWrite[], bytesMax: number): number {
    const bytes = uncompressedBatchBytes(records)
    if (bytes <= bytesMax || this.#options.compressionType === CompressionType.NONE) return bytes
    return this.#write(records).length
  }

  /** A batch of these records alone, of a producer's transaction. */
  ofTransaction(records: readonly RecordToWrite[], producerId: number, producerEpoch: number): Uint8Array {
    return this.#write(records, { producerId, producerEpoch, isTransactional: true })
  }

  #write(records: readonly RecordToWrite[], producer?: BatchOptions): Uint8Array {
    const { compressionType, checksum, compression } = this.#options
    const tools = {
      crc32c: (bytes: Uint8Array) => checksum.crc32c(bytes),
      compress: (type: CompressionType, bytes: Uint8Array) => compression.compress(type, bytes),
    }
    return writeBatch(records, { compressionType, baseSequence, ...producer }, tools)
  }
}

function growthOf(records: readonly RecordToWrite[]): number {
  return uncompressedBatchBytes(records) - batchOverheadBytes + recordGrowthBytesMax * records.length
}
