import {
  BatchVerdict,
  type FilterBatches,
  type FilteredBatches,
} from '../../protocol/records/compaction/filter-batches.ts'
import { KeyOffsetMap } from '../../protocol/records/compaction/key-offset-map.ts'
import type { MapKeys, MappedKeys } from '../../protocol/records/compaction/map-keys.ts'
import { batchesOf, type RecordBatch } from '../../protocol/records/record-batch.ts'
import type { LogState } from '../log-state.ts'
import type { ProducerEntry } from '../producer-entry.ts'
import type { CompletedTransaction } from '../producer-state.ts'
import type { Segment } from '../segment.ts'
import { ChunkBuffers } from './chunk-buffers.ts'
import { type CleanableRange, segmentsBetween } from './cleanable-range.ts'
import { CleanedSegment } from './cleaned-segment.ts'
import { CleanedTransactions } from './cleaned-transactions.ts'
import { CleanerPace } from './cleaner-pace.ts'
import { readChunks } from './segment-chunks.ts'
import { groupSegments, type MeasuredSegment } from './segment-groups.ts'
import { replaceSegments } from './segment-swap.ts'
import type { Throttle } from './throttle.ts'
import { CleaningAbortedError } from './uncleanable-error.ts'

export interface CompactionOptions {
  readonly throttle: Throttle
  /** Of the map of keys. */
  readonly dedupeBufferBytes: number
  readonly dedupeBufferLoadFactor: number
  /** Read at a time; there are three such buffers for reading and three for writing at most. */
  readonly chunkBytes: number
  readonly isAborted: () => boolean
}

export interface CompactionResult {
  /** Up to here the log is clean now. */
  readonly endOffset: number
  readonly bytesRead: number
  readonly bytesKept: number
  readonly recordsRead: number
  readonly recordsKept: number
}

/**
 * Compacts one log once (`Cleaner.doClean`): learns the latest offset of each key in the dirty part, as far as memory
 * allows, then writes the segments from the beginning up to there anew, without what has a later successor.
 *
 * The loop only reads, writes and looks at batch headers; records are taken apart on another thread, piece by piece.
 */
export class LogCompaction {
  readonly #state: LogState
  readonly #range: CleanableRange
  readonly #options: CompactionOptions
  readonly #nowMs: number
  readonly #map: SharedArrayBuffer
  readonly #buffers: ChunkBuffers
  readonly #pace: CleanerPace
  readonly #transactions = new CleanedTransactions()
  #latestOffset = -1
  #bytesRead = 0
  #bytesKept = 0
  #recordsRead = 0
  #recordsKept = 0

  constructor(state: LogState, range: CleanableRange, options: CompactionOptions) {
    this.#state = state
    this.#range = range
    this.#options = options
    this.#buffers = new ChunkBuffers(options.chunkBytes)
    const { clock, served } = state.environment
    this.#pace = new CleanerPace(clock, () => served.count)
    this.#nowMs = clock.nowMs()
    const keys = range.firstUncleanableOffset - range.firstDirtyOffset
    this.#map = KeyOffsetMap.allocate(keys, options.dedupeBufferLoadFactor, options.dedupeBufferBytes)
  }

  async run(): Promise<CompactionResult> {
    await this.#mapKeys()
    const endOffset = this.#latestOffset + 1
    const segments = segmentsBetween(this.#state.segments, 0, endOffset)
    for (const group of await this.#groups(segments)) await this.#clean(group)
    return {
      endOffset,
      bytesRead: this.#bytesRead,
      bytesKept: this.#bytesKept,
      recordsRead: this.#recordsRead,
      recordsKept: this.#recordsKept,
    }
  }

  async #mapKeys(): Promise<void> {
    const { environment, segments } = this.#state
    const { firstDirtyOffset, firstUncleanableOffset } = this.#range
    const dirty = segmentsBetween(segments, firstDirtyOffset, firstUncleanableOffset)
    const transactions = new CleanedTransactions()
    transactions.add(this.#abortedBetween(firstDirtyOffset, firstUncleanableOffset))
    const keysMax = Math.floor(new KeyOffsetMap(this.#map).slots * this.#options.dedupeBufferLoadFactor)
    let isFull = false
    for (const [index, segment] of dirty.entries()) {
      await this.#guard(() => environment.indexCache.load(segment))
      const from = segment.offsetIndex!.floorPosition(firstDirtyOffset)
      const map = (bytes: Uint8Array) => {
        const isSkipped = Uint8Array.from(batchesOf(bytes), batch => {
          const isDiscardable = transactions.isDiscardable(batch)
          return batch.isControl || isDiscardable ? 1 : 0
        })
        const work: MapKeys = {
          map: this.#map,
          bytes,
          isSkipped,
          startOffset: firstDirtyOffset,
          keysMax,
          decompressedBytesMax: environment.validation.decompressedBatchBytesMax,
        }
        return environment.offload.run<MappedKeys>('mapKeys', work, [bytes.buffer as ArrayBuffer])
      }
      await this.#forEachChunk(segment, from, map, async mapped => {
        this.#latestOffset = Math.max(this.#latestOffset, mapped.latestOffset)
        isFull = mapped.isFull
        return !isFull
      })
      if (isFull) return
      // Offsets at the segment's end may have gone in an earlier compaction.
      this.#latestOffset = (dirty[index + 1]?.baseOffset ?? firstUncleanableOffset) - 1
    }
  }

  async #groups(segments: readonly Segment[]): Promise<Segment[][]> {
    const { config, environment } = this.#state
    const measured: MeasuredSegment[] = []
    for (const segment of segments) {
      await this.#guard(() => environment.indexCache.load(segment))
      const { offsetIndex, timeIndex } = segment
      measured.push({
        segment,
        offsetIndexBytes: offsetIndex!.sizeInBytes,
        timeIndexBytes: timeIndex!.sizeInBytes,
      })
    }
    return groupSegments(measured, {
      segmentBytes: config.segmentBytes,
      segmentIndexBytes: config.segmentIndexBytes,
      endOffset: this.#range.firstUncleanableOffset,
    })
  }

  /** Writes the segments of a group anew, as one, which takes their place. */
  async #clean(group: readonly Segment[]): Promise<void> {
    const state = this.#state
    const cleaned = new CleanedSegment(state, group)
    try {
      await this.#guard(() => cleaned.open())
      const producers = new Map([...state.producers.entries].map(entry => [entry.producerId, entry]))
      for (const segment of group) {
        const next = state.segmentAfter(segment)
        this.#transactions.add(this.#abortedBetween(segment.baseOffset, next?.baseOffset ?? state.nextOffset))
        const filter = (bytes: Uint8Array) => this.#filter(bytes, producers)
        await this.#forEachChunk(segment, 0, filter, filtered => this.#keep(filtered, cleaned))
      }
      await this.#guard(() => cleaned.finish(this.#transactions.takeKept()))
      this.#stopIfAborted()
    } catch (error) {
      await cleaned.discard().catch(() => undefined)
      throw error
    }
    await replaceSegments(state, group, cleaned)
  }

  #filter(bytes: Uint8Array, producers: ReadonlyMap<number, ProducerEntry>): Promise<FilteredBatches> {
    const { environment, config } = this.#state
    const verdicts = Uint8Array.from(batchesOf(bytes), batch => this.#judge(batch, producers))
    this.#bytesRead += bytes.length
    const output = this.#buffers.take(bytes.length)
    const work: FilterBatches = {
      map: this.#map,
      latestOffset: this.#latestOffset,
      bytes,
      output,
      verdicts,
      nowMs: this.#nowMs,
      deleteRetentionMs: config.deleteRetentionMs,
      decompressedBytesMax: environment.validation.decompressedBatchBytesMax,
    }
    return environment.offload.run<FilteredBatches>('filterBatches', work, [
      bytes.buffer as ArrayBuffer,
      output.buffer as ArrayBuffer,
    ])
  }

  async #keep(filtered: FilteredBatches, cleaned: CleanedSegment): Promise<boolean> {
    this.#recordsRead += filtered.recordsRead
    this.#recordsKept += filtered.recordsKept
    this.#bytesKept += filtered.bytes.length
    const give = () => this.#buffers.give(filtered.bytes)
    if (filtered.bytes.length === 0) {
      give()
      return true
    }
    await this.#guard(() => cleaned.append(filtered.bytes, give))
    await this.#options.throttle.took(filtered.bytes.length, this.#options.isAborted)
    return true
  }

  /** `Cleaner.cleanInto`: what becomes of a batch as a whole. */
  #judge(batch: RecordBatch, producers: ReadonlyMap<number, ProducerEntry>): number {
    const isDiscardable = this.#transactions.isDiscardable(batch)
    // A marker stays until its horizon, so that a consumer in the middle of the transaction sees its end.
    const isDue = !batch.isControl || (batch.hasDeleteHorizon && batch.baseTimestamp <= this.#nowMs)
    const dropsRecords = isDiscardable && isDue
    let verdict = 0
    if (this.#isNeededEmpty(batch, producers)) verdict |= BatchVerdict.KEEP_EMPTY
    else if (dropsRecords) verdict |= BatchVerdict.DROP
    if (dropsRecords) verdict |= BatchVerdict.DROP_RECORDS
    if (isDiscardable && batch.isControl) verdict |= BatchVerdict.MARKER_OF_NOTHING
    return verdict
  }

  #isNeededEmpty(batch: RecordBatch, producers: ReadonlyMap<number, ProducerEntry>): boolean {
    // The last batch of a round keeps the log's offsets going on where they were.
    if (batch.nextOffset === this.#range.firstUncleanableOffset) return true
    const entry = batch.hasProducerId ? producers.get(batch.producerId) : undefined
    if (entry === undefined) return false
    // Its last sequence number or, where only a marker is left, its epoch is known from here after a restart.
    if (entry.lastBatch !== undefined) return batch.lastOffset === entry.lastBatch.lastOffset
    return batch.isControl && batch.producerEpoch === entry.producerEpoch
  }

  /**
   * Has a segment's chunks worked on, on another thread, until `take` says false of a result: while one is worked on,
   * the next waits there, the one after it is read, and what became of the one before is written.
   */
  async #forEachChunk<Result extends { readonly input: Uint8Array }>(
    segment: Segment,
    from: number,
    work: (bytes: Uint8Array) => Promise<Result>,
    take: (result: Result) => Promise<boolean>,
  ): Promise<void> {
    const { isAborted, throttle } = this.#options
    const takeFrom = async (working: Promise<Result>) => {
      const result = await working
      this.#buffers.give(result.input)
      const goesOn = await take(result)
      this.#stopIfAborted()
      return goesOn
    }
    let earlier: Promise<Result> | undefined
    try {
      for await (const bytes of readChunks(segment, from, this.#buffers, this.#state)) {
        const { length } = bytes
        this.#stopIfAborted()
        const previous = earlier
        earlier = work(bytes)
        // Looked at when its turn comes.
        earlier.catch(() => undefined)
        if (previous !== undefined && !(await takeFrom(previous))) return
        await throttle.took(length, isAborted)
        await this.#pace.rest(isAborted)
      }
      if (earlier !== undefined) await takeFrom(earlier)
    } finally {
      // The map is free for what comes next.
      await earlier?.catch(() => undefined)
    }
  }

  #abortedBetween(startOffset: number, endOffset: number): CompletedTransaction[] {
    return this.#state.segments
      .flatMap(({ transactionIndex }) => [...transactionIndex.entries()])
      .filter(({ firstOffset, lastOffset }) => lastOffset >= startOffset && firstOffset < endOffset)
  }

  #stopIfAborted(): void {
    if (this.#options.isAborted()) throw new CleaningAbortedError(`Cleaning of ${this.#state.name} is aborted`)
  }

  #guard<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#state.logDir.guard(work)
  }
}
