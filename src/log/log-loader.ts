import type { Checksum } from '../ports.ts'
import { readInt32, readInt64 } from '../protocol/records/int64.ts'
import { scanBatches } from './batch-scan.ts'
import { parseEpochCheckpoint } from './checkpoint-file.ts'
import { recoverSwaps } from './cleaner/swap-recovery.ts'
import { emptyLog, emptySegment } from './empty-log.ts'
import { leaderEpochFileName, parseSegmentFileName, type SegmentFileSuffix, segmentFileName } from './file-names.ts'
import { PooledFile } from './file-pool.ts'
import { LeaderEpochCache } from './leader-epoch-cache.ts'
import type { LogConfig } from './log-config.ts'
import type { LogEnvironment } from './log-environment.ts'
import type { LoadedLog } from './log-state.ts'
import { OffsetIndex } from './offset-index.ts'
import { recoverProducers } from './producer-recovery.ts'
import { decodeProducerSnapshot } from './producer-snapshot.ts'
import { ProducerStates } from './producer-state.ts'
import { drawRollJitterMs, Segment } from './segment.ts'
import { TimeIndex } from './time-index.ts'
import { decodeTransactionIndex, encodeTransactionIndex } from './transaction-index.ts'

export interface LoadOptions {
  readonly environment: LogEnvironment
  readonly directory: string
  readonly config: LogConfig
  /** The directory was left by a clean shutdown: nothing is scanned but the end of the active segment. */
  readonly isClean: boolean
  /** From the log directory's checkpoints; 0 where they do not know the partition. */
  readonly recoveryPoint: number
  readonly logStartOffset: number
  readonly highWatermark: number
}

/** Brings back a log from its directory (`LogLoader`), cutting a torn tail and rebuilding what is missing. */
export function loadLog(options: LoadOptions): Promise<LoadedLog> {
  return new LogLoader(options).load()
}

class LogLoader {
  readonly #options: LoadOptions
  readonly #environment: LogEnvironment
  readonly #directory: string
  #names = new Set<string>()
  #epochs = new LeaderEpochCache()
  readonly #producers = new ProducerStates()
  /** The active segment was taken up as a clean shutdown left it. */
  #isResumed = false

  constructor(options: LoadOptions) {
    this.#options = options
    this.#environment = options.environment
    this.#directory = options.directory
  }

  async load(): Promise<LoadedLog> {
    await this.#tidy()
    const storedEpochs = await this.#readEpochs()
    this.#epochs = new LeaderEpochCache(storedEpochs)
    if (this.#isUntouched) {
      await this.#removeStraySnapshots([], 0)
      return emptyLog(this.#environment, this.#directory, this.#options.config)
    }
    let segments = await this.#openSegments()
    let nextOffset = await this.#recover(segments)
    const { isClean, logStartOffset: checkpointed, recoveryPoint } = this.#options
    let keptSnapshotsTo = nextOffset
    if (nextOffset < checkpointed) {
      if (segments.some(({ writtenBytes }) => writtenBytes > 0)) {
        this.#environment.logger.warn(
          `${this.#directory} ends at ${nextOffset}, before its start ${checkpointed}; dropped`,
        )
      }
      for (const segment of segments) await this.#removeSegment(segment)
      segments = [await this.#makeSegment(checkpointed)]
      nextOffset = checkpointed
      // One at the new beginning tells of producers whose records are gone.
      keptSnapshotsTo = checkpointed - 1
      this.#epochs.clear()
      this.#producers.clear()
    }
    await this.#removeStraySnapshots(segments, keptSnapshotsTo)
    const logStartOffset = Math.max(checkpointed, segments[0]!.baseOffset)
    const isSaved = this.#isResumed && (nextOffset === 0 || this.#names.has(segmentFileName(nextOffset, '.snapshot')))
    this.#epochs.truncateFromEnd(nextOffset)
    this.#epochs.truncateFromStart(logStartOffset)
    return {
      segments,
      logStartOffset,
      nextOffset,
      // Cut below it, by a process that was killed before it could sync the cut: only a flush makes that sure.
      recoveryPoint: isClean ? nextOffset : nextOffset < recoveryPoint ? segments.at(-1)!.baseOffset : recoveryPoint,
      isDirectoryDurable: isSaved && nextOffset > 0,
      savedOffset: isSaved ? nextOffset : -1,
      highWatermark: this.#options.highWatermark,
      epochs: this.#epochs,
      areEpochsSaved: JSON.stringify(storedEpochs) === JSON.stringify(this.#epochs.entries),
      producers: this.#producers,
    }
  }

  /** Removes what an interrupted operation left, and indexes without a log. */
  async #tidy(): Promise<void> {
    const { disk } = this.#environment
    const names = (await disk.list(this.#directory)).filter(({ isDirectory }) => !isDirectory).map(({ name }) => name)
    this.#names = new Set(names)
    await recoverSwaps(disk, this.#directory, this.#names)
    let hasLeftOvers = false
    for (const name of [...this.#names]) {
      const parsed = parseSegmentFileName(name)
      if (parsed === undefined) continue
      const isLeftOver = parsed.suffix.endsWith('.deleted')
      const isIndex = parsed.suffix === '.index' || parsed.suffix === '.timeindex' || parsed.suffix === '.txnindex'
      const isOrphan = isIndex && !this.#names.has(segmentFileName(parsed.baseOffset, '.log'))
      // Deleted raft snapshots are the controller's to remove.
      if ((!isLeftOver && !isOrphan) || name.endsWith('.checkpoint.deleted')) continue
      await disk.remove(`${this.#directory}/${name}`)
      this.#names.delete(name)
      hasLeftOvers ||= isLeftOver
    }
    // A segment on its way out must not come back under what recovery makes of the rest.
    if (hasLeftOvers) await disk.syncDirectory(this.#directory)
  }

  /** Of snapshots that belong to no segment's beginning only the latest is of use (`removeStraySnapshots`). */
  async #removeStraySnapshots(segments: readonly Segment[], endOffset: number): Promise<void> {
    const baseOffsets = new Set(segments.map(({ baseOffset }) => baseOffset))
    const snapshots = [...this.#names].map(parseSegmentFileName).filter(name => name?.suffix === '.snapshot')
    const offsets = snapshots.map(name => name!.baseOffset).toSorted((a, b) => a - b)
    const latest = offsets.findLast(offset => offset <= endOffset)
    const stray = offsets.filter(offset => offset > endOffset || (!baseOffsets.has(offset) && offset !== latest))
    for (const offset of stray) {
      this.#names.delete(segmentFileName(offset, '.snapshot'))
      await this.#environment.disk.remove(this.#path(offset, '.snapshot'))
    }
    // One from beyond the end must not come back when the log has grown past it with other records.
    if (stray.some(offset => offset > endOffset)) await this.#environment.disk.syncDirectory(this.#directory)
  }

  async #readEpochs(): Promise<{ epoch: number; startOffset: number }[]> {
    if (!this.#names.has(leaderEpochFileName)) return []
    const bytes = await this.#environment.disk.readFile(`${this.#directory}/${leaderEpochFileName}`)
    return parseEpochCheckpoint(new TextDecoder().decode(bytes)) ?? []
  }

  /** Nothing was ever appended, or nothing of it survived, and the log has not begun anywhere but at 0. */
  get #isUntouched(): boolean {
    return this.#baseOffsets.length === 0 && this.#options.logStartOffset === 0
  }

  /** Of the segments that are there, in order. */
  get #baseOffsets(): number[] {
    return [...this.#names]
      .map(parseSegmentFileName)
      .filter(name => name?.suffix === '.log')
      .map(name => name!.baseOffset)
      .toSorted((a, b) => a - b)
  }

  async #openSegments(): Promise<Segment[]> {
    const { config, environment } = this.#options
    const segments: Segment[] = []
    for (const baseOffset of this.#baseOffsets) {
      const { sizeInBytes, modifiedMs } = await environment.disk.status(this.#path(baseOffset, '.log'))
      segments.push(
        new Segment({
          baseOffset,
          file: new PooledFile(this.#path(baseOffset, '.log'), false),
          sizeInBytes,
          nowMs: environment.clock.nowMs(),
          modifiedMs,
          rollJitterMs: drawRollJitterMs(config, environment.random),
        }),
      )
    }
    return segments.length > 0 ? segments : [await this.#makeSegment(this.#options.logStartOffset)]
  }

  async #makeSegment(baseOffset: number): Promise<Segment> {
    const { config, environment } = this.#options
    const segment = emptySegment(environment, this.#directory, baseOffset, config)
    await environment.filePool.with(segment.file, () => undefined)
    await this.#saveIndexes(segment)
    return segment
  }

  /** Makes every segment usable; drops what follows a damaged one. Returns the log's end. */
  async #recover(segments: Segment[]): Promise<number> {
    const { config, isClean, recoveryPoint } = this.#options
    let producersUpTo = -1
    let nextOffset = segments[0]!.baseOffset
    for (let index = 0; index < segments.length; index++) {
      const segment = segments[index]!
      const nextBase = segments[index + 1]?.baseOffset
      const isFlushed = nextBase !== undefined && nextBase <= recoveryPoint
      const isTrusted = isClean || (isFlushed && (nextBase < recoveryPoint || (await this.#isSealed(nextBase))))
      if (isTrusted && nextBase !== undefined && this.#hasIndexes(segment.baseOffset)) {
        await this.#trustSealed(segment)
        nextOffset = nextBase
        // What producers did in this segment is not in the state that an earlier, scanned one has yielded.
        if (producersUpTo >= 0) this.#producers.clear()
        producersUpTo = -1
        continue
      }
      if (isTrusted && nextBase === undefined) {
        const end = await this.#resumeActive(segment)
        this.#isResumed = end !== undefined
        if (end !== undefined) return await this.#withProducers(segments, end, producersUpTo)
      }
      if (producersUpTo < 0) {
        await this.#recoverProducers(segments.slice(0, index), segment.baseOffset)
      }
      const scan = await this.#scan(segment)
      nextOffset = scan.nextOffset
      producersUpTo = nextOffset
      // Power loss may take a segment's end and leave the next. Compaction leaves gaps too, but below the recovery
      // point, or where Kafka did it, in segments that were sealed.
      const hasGap = !isTrusted && nextBase !== undefined && nextOffset < nextBase
      const isCutShort = hasGap && !(config.isCompacted && (await this.#isSealed(nextBase)))
      if (scan.isTorn || isCutShort) await this.#cutOff(segment, segments.splice(index + 1))
      else if (nextBase !== undefined) await this.#sealScanned(segment)
    }
    return await this.#withProducers(segments, nextOffset, producersUpTo)
  }

  /** The snapshot at the next segment's base is the last thing written of a segment that is sealed. */
  async #isSealed(nextBaseOffset: number): Promise<boolean> {
    if (!this.#names.has(segmentFileName(nextBaseOffset, '.snapshot'))) return false
    const bytes = await this.#environment.disk.readFile(this.#path(nextBaseOffset, '.snapshot'))
    return decodeProducerSnapshot(bytes, this.#environment.validation.checksum) !== undefined
  }

  #hasIndexes(baseOffset: number): boolean {
    return (['.index', '.timeindex'] as const).every(suffix => this.#names.has(segmentFileName(baseOffset, suffix)))
  }

  async #withProducers(segments: Segment[], nextOffset: number, producersUpTo: number): Promise<number> {
    if (producersUpTo === nextOffset) return nextOffset
    this.#producers.clear()
    await this.#recoverProducers(segments, nextOffset)
    return nextOffset
  }

  async #recoverProducers(segments: readonly Segment[], endOffset: number): Promise<void> {
    await recoverProducers(this.#producers, {
      environment: this.#environment,
      directory: this.#directory,
      segments,
      logStartOffset: this.#options.logStartOffset,
      endOffset,
    })
  }

  /** Reads no more of a sealed segment than the end of its time index. */
  async #trustSealed(segment: Segment): Promise<void> {
    const last = await this.#lastTimeEntry(segment.baseOffset)
    if (last !== undefined) {
      segment.maxTimestamp = last.timestamp
      segment.offsetOfMaxTimestamp = segment.baseOffset + last.relativeOffset
    }
    await this.#readAborted(segment)
  }

  async #lastTimeEntry(baseOffset: number): Promise<{ timestamp: number; relativeOffset: number } | undefined> {
    if (!this.#names.has(segmentFileName(baseOffset, '.timeindex'))) return undefined
    const file = await this.#environment.disk.open(this.#path(baseOffset, '.timeindex'), 'read')
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

  async #readAborted(segment: Segment): Promise<void> {
    if (!this.#names.has(segmentFileName(segment.baseOffset, '.txnindex'))) return
    const bytes = await this.#environment.disk.readFile(this.#path(segment.baseOffset, '.txnindex'))
    segment.abortedTransactions = decodeTransactionIndex(bytes, segment.baseOffset) ?? []
  }

  /**
   * Takes up the active segment of a log that was closed cleanly: reads its indexes and what follows their last entry.
   * Returns the log's end; `undefined` where the file is not as a clean shutdown leaves it.
   */
  async #resumeActive(segment: Segment): Promise<number | undefined> {
    const { filePool, indexCache } = this.#environment
    await indexCache.load(segment)
    indexCache.forget(segment)
    await this.#readAborted(segment)
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

  /** What follows the damage goes first, the last segment before the others: a crash in between leaves no gap. */
  async #cutOff(segment: Segment, later: readonly Segment[]): Promise<void> {
    for (const each of later.toReversed()) {
      await this.#removeSegment(each)
      await this.#environment.disk.syncDirectory(this.#directory)
    }
    await this.#environment.filePool.with(segment.file, file => file.truncate(segment.writtenBytes))
  }

  /** Reads a whole segment, checks every batch, rebuilds the indexes and finds out what does not belong. */
  async #scan(segment: Segment): Promise<{ nextOffset: number; isTorn: boolean }> {
    const { filePool, logger, validation } = this.#environment
    const { baseOffset, writtenBytes } = segment
    segment.offsetIndex = new OffsetIndex(baseOffset)
    segment.timeIndex = new TimeIndex(baseOffset)
    segment.abortedTransactions = []
    segment.maxTimestamp = -1
    segment.offsetOfMaxTimestamp = baseOffset
    segment.nextPosition = 0
    let nextOffset = baseOffset
    const checksum: Checksum = validation.checksum
    const { position, stoppedBy } = await filePool.with(segment.file, file =>
      scanBatches(
        file,
        0,
        writtenBytes,
        batch => {
          if (batch.baseOffset < nextOffset) return false
          segment.add(batch, this.#options.config.indexIntervalBytes)
          const { partitionLeaderEpoch } = batch
          // The checkpoint may lack the latest epochs, or hold those of what was cut off before.
          const known = this.#epochs.epochForOffset(batch.baseOffset)
          if (
            partitionLeaderEpoch > this.#epochs.latestEpoch ||
            (known !== partitionLeaderEpoch && partitionLeaderEpoch >= 0)
          ) {
            this.#epochs.assign(partitionLeaderEpoch, batch.baseOffset)
          }
          if (batch.hasProducerId) {
            const completed = this.#producers.apply(batch)
            if (completed?.isAborted === true) segment.abortedTransactions.push(completed)
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
      logger.warn(
        `${segment.file.path}: ${lost} bytes from ${position} on are cut off, beginning with ${stoppedBy ?? 'offsets that go back'}`,
      )
    }
    segment.writtenBytes = position
    const aborted = segmentFileName(baseOffset, '.txnindex')
    // What it lists was cut off.
    if (segment.abortedTransactions.length === 0 && this.#names.delete(aborted)) {
      await this.#environment.disk.remove(`${this.#directory}/${aborted}`)
    }
    return { nextOffset, isTorn }
  }

  /** A scanned segment that others follow gets its index files again. */
  async #sealScanned(segment: Segment): Promise<void> {
    segment.seal()
    await this.#saveIndexes(segment)
    this.#environment.indexCache.adopt(segment)
  }

  async #saveIndexes(segment: Segment): Promise<void> {
    const { disk } = this.#environment
    for (const [suffix, index] of [
      ['.index', segment.offsetIndex],
      ['.timeindex', segment.timeIndex],
    ] as const) {
      const file = await disk.open(this.#path(segment.baseOffset, suffix), 'create')
      await file.truncate(0)
      await file.write([index!.toBytes()], 0)
      await file.sync()
      await file.close()
    }
    if (segment.abortedTransactions.length === 0) return
    const file = await disk.open(this.#path(segment.baseOffset, '.txnindex'), 'create')
    await file.truncate(0)
    await file.write([encodeTransactionIndex(segment.abortedTransactions)], 0)
    await file.sync()
    await file.close()
  }

  async #removeSegment(segment: Segment): Promise<void> {
    const { disk, filePool, indexCache } = this.#environment
    indexCache.forget(segment)
    await filePool.close(segment.file)
    for (const suffix of ['.log', '.index', '.timeindex', '.txnindex', '.snapshot'] as const) {
      const name = segmentFileName(segment.baseOffset, suffix)
      if (this.#names.delete(name)) await disk.remove(`${this.#directory}/${name}`)
    }
  }

  #path(baseOffset: number, suffix: SegmentFileSuffix): string {
    return `${this.#directory}/${segmentFileName(baseOffset, suffix)}`
  }
}
