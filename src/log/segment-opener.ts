import type { Checksum } from '../ports.ts'
import { readInt32, readInt64 } from '../protocol/records/int64.ts'
import { scanBatches } from './batch-scan.ts'
import { emptySegment } from './empty-log.ts'
import { type SegmentFileSuffix, segmentFileName } from './file-names.ts'
import type { LeaderEpochCache } from './leader-epoch-cache.ts'
import type { LogConfig } from './log-config.ts'
import type { LogEnvironment } from './log-environment.ts'
import { OffsetIndex } from './offset-index.ts'
import { readSnapshot } from './producer-recovery.ts'
import type { ProducerStates } from './producer-state.ts'
import type { Segment } from './segment.ts'
import { TimeIndex } from './time-index.ts'
import { TransactionIndex } from './transaction-index.ts'
import { writeWholeFile } from './whole-file.ts'

export interface SegmentOpenerOptions {
  readonly environment: LogEnvironment
  /** The partition's own. */
  readonly directory: string
  readonly config: LogConfig
  /** Of the files in it; kept true. */
  readonly names: Set<string>
  /** What scanned batches say goes into these two. */
  readonly epochs: LeaderEpochCache
  readonly producers: ProducerStates
}

/** Makes the segments of a log usable when it is loaded: as they are where they can be trusted, else batch by batch. */
export class SegmentOpener {
  readonly #environment: LogEnvironment
  readonly #directory: string
  readonly #config: LogConfig
  readonly #names: Set<string>
  readonly #epochs: LeaderEpochCache
  readonly #producers: ProducerStates

  constructor(options: SegmentOpenerOptions) {
    this.#environment = options.environment
    this.#directory = options.directory
    this.#config = options.config
    this.#names = options.names
    this.#epochs = options.epochs
    this.#producers = options.producers
  }

  /** The snapshot at the next segment's base is the last thing written of a segment that is sealed. */
  async isSealed(nextBaseOffset: number): Promise<boolean> {
    if (!this.#names.has(segmentFileName(nextBaseOffset, '.snapshot'))) return false
    return (await readSnapshot(this.#environment, this.#directory, nextBaseOffset)) !== undefined
  }

  hasIndexes(baseOffset: number): boolean {
    return (['.index', '.timeindex'] as const).every(suffix => this.#names.has(segmentFileName(baseOffset, suffix)))
  }

  /** Reads no more of a sealed segment than the end of its time index; returns whether that is as it was written. */
  async trustSealed(segment: Segment): Promise<boolean> {
    const last = await this.#lastTimeEntry(segment.baseOffset)
    if (last !== undefined) {
      segment.maxTimestamp = last.timestamp
      segment.offsetOfMaxTimestamp = segment.baseOffset + last.relativeOffset
    }
    return await this.#readAborted(segment)
  }

  async #lastTimeEntry(baseOffset: number): Promise<{ timestamp: number; relativeOffset: number } | undefined> {
    if (!this.#names.has(segmentFileName(baseOffset, '.timeindex'))) return undefined
    const file = await this.#environment.disk.open(this.path(baseOffset, '.timeindex'), 'read')
    try {
      const count = Math.floor((await file.size()) / 12)
      if (count === 0) return undefined
      const entry = new Uint8Array(12)
      await file.read(entry, (count - 1) * 12)
      return { timestamp: readInt64(entry, 0), relativeOffset: readInt32(entry, 8) }
    } finally {
      await file.close()
    }
  }

  async #readAborted(segment: Segment): Promise<boolean> {
    if (!this.#names.has(segmentFileName(segment.baseOffset, '.txnindex'))) return true
    const path = this.path(segment.baseOffset, '.txnindex')
    const index = TransactionIndex.parse(await this.#environment.disk.readFile(path), segment.baseOffset)
    if (index === undefined) this.#environment.logger.warn(`${path} is damaged; its segment is read instead`)
    else segment.transactionIndex = index
    return index !== undefined
  }

  /**
   * Takes up the active segment of a log that was closed cleanly: reads its indexes and what follows their last entry.
   * Returns the log's end; `undefined` where the file is not as a clean shutdown leaves it.
   */
  async resumeActive(segment: Segment): Promise<number | undefined> {
    const { filePool, indexCache } = this.#environment
    await indexCache.load(segment)
    indexCache.forget(segment)
    if (!(await this.#readAborted(segment))) {
      segment.offsetIndex = undefined
      return undefined
    }
    segment.maxTimestamp = segment.timeIndex!.lastTimestamp
    segment.offsetOfMaxTimestamp = segment.timeIndex!.lastOffset
    const from = segment.offsetIndex!.lastPosition
    let nextOffset = segment.baseOffset
    const { position } = await filePool.with(segment.file, async file => {
      await scanBatches(file, 0, segment.writtenBytes, batch => {
        segment.firstBatchTimestamp = batch.recordsMaxTimestamp
        return false
      })
      return await scanBatches(file, from, segment.writtenBytes, batch => {
        if (batch.recordsMaxTimestamp > segment.maxTimestamp) {
          segment.maxTimestamp = batch.recordsMaxTimestamp
          segment.offsetOfMaxTimestamp = batch.lastOffset
        }
        nextOffset = batch.nextOffset
        return true
      })
    })
    if (position === segment.writtenBytes) {
      segment.resumeAfter(position - from)
      return nextOffset
    }
    this.#environment.logger.warn(`${segment.file.path} is damaged at ${position} although it was closed; recovering`)
    segment.offsetIndex = undefined
    return undefined
  }

  /**
   * Reads a whole segment, checks every batch, rebuilds the indexes and finds out what does not belong. Where the next
   * one begins at `nextBase`, what lies there or behind was cut, and the cut undone by a loss of power.
   */
  async scan(segment: Segment, nextBase = Number.POSITIVE_INFINITY): Promise<{ nextOffset: number; isTorn: boolean }> {
    const { filePool, logger, validation } = this.#environment
    const { baseOffset, writtenBytes } = segment
    segment.offsetIndex = new OffsetIndex(baseOffset)
    segment.timeIndex = new TimeIndex(baseOffset)
    segment.transactionIndex = new TransactionIndex()
    segment.maxTimestamp = -1
    segment.offsetOfMaxTimestamp = baseOffset
    segment.nextPosition = 0
    let nextOffset = baseOffset
    let isCutUndone = false
    const checksum: Checksum = validation.checksum
    const { position, stoppedBy } = await filePool.with(segment.file, file =>
      scanBatches(
        file,
        0,
        writtenBytes,
        batch => {
          if (batch.baseOffset < nextOffset) return false
          isCutUndone = batch.lastOffset >= nextBase
          if (isCutUndone) return false
          segment.add(batch, this.#config.indexIntervalBytes)
          this.#epochs.found(batch.partitionLeaderEpoch, batch.baseOffset, batch.lastOffset)
          if (batch.hasProducerId) {
            const completed = this.#producers.apply(batch)
            if (completed?.isAborted === true) segment.transactionIndex.append(completed)
          }
          nextOffset = batch.nextOffset
          return true
        },
        checksum,
      ),
    )
    const isTorn = position < writtenBytes
    if (isTorn) {
      const lost = writtenBytes - position
      const reason = isCutUndone ? `offsets of the segment at ${nextBase}` : (stoppedBy ?? 'offsets that go back')
      logger.warn(`${segment.file.path}: ${lost} bytes from ${position} on are cut off, beginning with ${reason}`)
    }
    segment.writtenBytes = position
    const aborted = segmentFileName(baseOffset, '.txnindex')
    // What it lists was cut off.
    if (segment.transactionIndex.count === 0 && this.#names.delete(aborted)) {
      await this.#environment.disk.remove(`${this.#directory}/${aborted}`)
    }
    return { nextOffset, isTorn }
  }

  /**
   * A scanned segment that others follow gets its index files again. While one is missing it is scanned by each start:
   * the offset index is, until all the others are there.
   */
  async sealScanned(segment: Segment): Promise<void> {
    segment.seal()
    const offsetIndex = segmentFileName(segment.baseOffset, '.index')
    if (this.#names.delete(offsetIndex)) {
      const { disk } = this.#environment
      await disk.remove(`${this.#directory}/${offsetIndex}`)
      await disk.syncDirectory(this.#directory)
    }
    await this.#saveIndexes(segment)
    this.#environment.indexCache.adopt(segment)
  }

  async #saveIndexes(segment: Segment): Promise<void> {
    const { disk } = this.#environment
    const { baseOffset, offsetIndex, timeIndex, transactionIndex } = segment
    await writeWholeFile(disk, this.path(baseOffset, '.timeindex'), timeIndex!.toBytes(), true)
    if (transactionIndex.count > 0) {
      await writeWholeFile(disk, this.path(baseOffset, '.txnindex'), transactionIndex.toBytes(), true)
    }
    await writeWholeFile(disk, this.path(baseOffset, '.index'), offsetIndex!.toBytes(), true)
  }

  async remove(segment: Segment): Promise<void> {
    const { disk, filePool, indexCache } = this.#environment
    indexCache.forget(segment)
    await filePool.close(segment.file)
    for (const suffix of ['.log', '.index', '.timeindex', '.txnindex', '.snapshot'] as const) {
      const name = segmentFileName(segment.baseOffset, suffix)
      if (this.#names.delete(name)) await disk.remove(`${this.#directory}/${name}`)
    }
  }

  async make(baseOffset: number): Promise<Segment> {
    const segment = emptySegment(this.#environment, this.#directory, baseOffset, this.#config)
    await this.#environment.filePool.with(segment.file, () => undefined)
    await this.#saveIndexes(segment)
    return segment
  }

  path(baseOffset: number, suffix: SegmentFileSuffix): string {
    return `${this.#directory}/${segmentFileName(baseOffset, suffix)}`
  }
}
