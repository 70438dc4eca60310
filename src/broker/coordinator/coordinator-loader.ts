import type { CoordinatorShard, RecordSerde } from '../../coordinator/coordinator-shard.ts'
import type { Instant } from '../../coordinator/instant.ts'
import type { Clock, Compression, Logger } from '../../ports.ts'
import { type CompressionType, isCompressionType } from '../../protocol/records/compression-type.ts'
import { ControlRecordType, controlRecordType } from '../../protocol/records/control-record.ts'
import { recordsOf } from '../../protocol/records/record.ts'
import { batchSizeAt, RecordBatch } from '../../protocol/records/record-batch.ts'
import type { CoordinatorPartition } from './coordinator-partition.ts'

export interface CoordinatorLoaderOptions {
  readonly clock: Clock
  readonly compression: Compression
  readonly logger: Logger
  /** Read at a time (`offsets.load.buffer.size`); a larger batch is read whole. */
  readonly bufferBytes: number
  /** What a batch may become when it is decompressed. */
  readonly decompressedBatchBytesMax: number
}

export interface LoadSummary {
  readonly recordCount: number
  readonly byteCount: number
}

/** Between two turns of the loop no more is replayed than this, so that loading holds nobody up for long. */
const turnBytesMax = 64 * 1024

/** How often to look for what the coordinator before, of an earlier epoch, is still writing. */
const unwrittenPollMs = 1

/** Replays a partition into a fresh shard. */
export class CoordinatorLoader<Record> {
  readonly #options: CoordinatorLoaderOptions
  readonly #serde: RecordSerde<Record>

  constructor(serde: RecordSerde<Record>, options: CoordinatorLoaderOptions) {
    this.#serde = serde
    this.#options = options
  }

  /** Reads to the end of the log, or until `isCancelled`. Rejects where a record cannot be understood. */
  async load(
    partition: CoordinatorPartition,
    shard: CoordinatorShard<Record>,
    isCancelled: () => boolean,
  ): Promise<LoadSummary> {
    const { clock, bufferBytes } = this.#options
    const unknownTypes = new Set<number>()
    let recordCount = 0
    let byteCount = 0
    let offset = partition.logStartOffset
    const endOffset = partition.nextOffset
    while (offset < endOffset && !isCancelled()) {
      const chunks = await partition.read(offset, Math.min(bufferBytes, turnBytesMax))
      for (const batch of batchesIn(chunks)) {
        // A read begins with the whole batch that holds the offset.
        if (batch.nextOffset <= offset) continue
        recordCount += this.#replayBatch(shard, batch, unknownTypes)
        byteCount += batch.sizeInBytes
        offset = batch.nextOffset
      }
      // Compaction may have left nothing before the end; else what is missing is on its way to the disk.
      if (chunks.length === 0 && partition.logEndOffset >= endOffset) break
      // Either way others get their turn; a write that is waited for, the time it takes.
      const delayMs = chunks.length === 0 ? unwrittenPollMs : 0
      await new Promise<void>(resolve => clock.schedule(delayMs, resolve))
    }
    return { recordCount, byteCount }
  }

  #replayBatch(shard: CoordinatorShard<Record>, batch: RecordBatch, unknownTypes: Set<number>): number {
    const { clock } = this.#options
    const now: Instant = { wallMs: clock.nowMs(), monotonicMs: clock.monotonicMs() }
    const records = recordsOf(batch, this.#recordBytes(batch))
    for (const { offset, key, value } of records) {
      if (batch.isControl) {
        const type = controlRecordType(key)
        if (type === ControlRecordType.COMMIT) shard.replayTransactionEnd(batch.producerId, 'commit')
        else if (type === ControlRecordType.ABORT) shard.replayTransactionEnd(batch.producerId, 'abort')
        continue
      }
      const record = key === null ? undefined : this.#serde.decode(key, value)
      if (record !== undefined) shard.replay(record, offset, batch.producerId, now)
      else this.#warnOnce(key, unknownTypes)
    }
    return records.length
  }

  #recordBytes(batch: RecordBatch): Uint8Array {
    if (!batch.isCompressed) return batch.recordBytes
    const type = batch.compressionId
    if (!isCompressionType(type)) throw new Error(`Offset ${batch.baseOffset}: compression ${type} is not known`)
    return this.#options.compression.decompress(
      type satisfies CompressionType,
      batch.recordBytes,
      this.#options.decompressedBatchBytesMax,
    )
  }

  /** A record of a kind that is not kept here stays in the log, for whoever keeps it. */
  #warnOnce(key: Uint8Array | null, unknownTypes: Set<number>): void {
    const type = key === null || key.length < 2 ? -1 : (key[0]! << 8) | key[1]!
    if (unknownTypes.has(type)) return
    unknownTypes.add(type)
    this.#options.logger.warn(`Unknown record type ${type} while loading. Ignoring it.`)
  }
}

function* batchesIn(chunks: readonly Uint8Array[]): Generator<RecordBatch> {
  for (const chunk of chunks) {
    let position = 0
    while (position < chunk.length) {
      const size = batchSizeAt(chunk, position)
      yield new RecordBatch(chunk, position, size)
      position += size
    }
  }
}
