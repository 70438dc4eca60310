import { parseEpochCheckpoint } from './checkpoint-file.ts'
import { recoverSwaps } from './cleaner/swap-recovery.ts'
import { emptyLog } from './empty-log.ts'
import { leaderEpochFileName, parseSegmentFileName, segmentFileName } from './file-names.ts'
import { PooledFile } from './file-pool.ts'
import { LeaderEpochCache } from './leader-epoch-cache.ts'
import type { LogConfig } from './log-config.ts'
import type { LogEnvironment } from './log-environment.ts'
import type { LoadedLog } from './log-state.ts'
import { recoverProducers } from './producer-recovery.ts'
import { ProducerStates } from './producer-state.ts'
import { drawRollJitterMs, Segment } from './segment.ts'
import { SegmentOpener } from './segment-opener.ts'

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
  readonly #opener: SegmentOpener
  readonly #names = new Set<string>()
  readonly #epochs = new LeaderEpochCache()
  readonly #producers = new ProducerStates()
  /** The active segment was taken up as a clean shutdown left it. */
  #isResumed = false

  constructor(options: LoadOptions) {
    this.#options = options
    this.#environment = options.environment
    this.#directory = options.directory
    this.#opener = new SegmentOpener({
      ...options,
      names: this.#names,
      epochs: this.#epochs,
      producers: this.#producers,
    })
  }

  async load(): Promise<LoadedLog> {
    await this.#tidy()
    const storedEpochs = await this.#readEpochs()
    for (const { epoch, startOffset } of storedEpochs) this.#epochs.assign(epoch, startOffset)
    if (this.#isUntouched) {
      await this.#removeStraySnapshots([], 0)
      return emptyLog(this.#environment, this.#directory, this.#options.config)
    }
    let segments = await this.#openSegments()
    let nextOffset = await this.#recover(segments)
    const { isClean, logStartOffset: checkpointed, recoveryPoint } = this.#options
    if (nextOffset < checkpointed) {
      if (segments.some(({ writtenBytes }) => writtenBytes > 0)) {
        this.#environment.logger.warn(
          `${this.#directory} ends at ${nextOffset}, before its start ${checkpointed}; dropped`,
        )
      }
      segments = [await this.#beginAnew(segments, checkpointed)]
      nextOffset = checkpointed
      this.#epochs.clear()
      this.#producers.clear()
    }
    await this.#removeStraySnapshots(segments, nextOffset)
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
    for (const name of names) this.#names.add(name)
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
      hasLeftOvers ||= isLeftOver || isOrphan
    }
    // A log that has been something, all of it removed; one that never was has its metadata alone.
    const isBereft = this.#names.size > 1 && ![...this.#names].some(name => name.endsWith('.log'))
    // Segments on their way out must not come back under what becomes of the rest.
    if (hasLeftOvers || (isBereft && !this.#options.isClean)) await disk.syncDirectory(this.#directory)
  }

  /** Of snapshots that belong to no segment's beginning only the latest is of use (`removeStraySnapshots`). */
  async #removeStraySnapshots(segments: readonly Segment[], endOffset: number): Promise<void> {
    const baseOffsets = new Set(segments.map(({ baseOffset }) => baseOffset))
    const offsets = this.#offsetsOf('.snapshot')
    const latest = offsets.findLast(offset => offset <= endOffset)
    // Where the log was cut back to the end that a clean shutdown had left, its snapshot would say of a segment that is
    // rolled there that it was sealed.
    const isCutBack = (offset: number) => offset === endOffset && !this.#isResumed
    const isUseless = (offset: number) => !baseOffsets.has(offset) && (offset !== latest || isCutBack(offset))
    const isBefore = (offset: number) => offset < (segments[0]?.baseOffset ?? 0)
    const stray = offsets.filter(offset => offset > endOffset || isUseless(offset) || isBefore(offset))
    await this.#removeSnapshots(stray)
    // One from beyond the end must not come back when the log has grown past it with other records; nor must what a
    // process that was killed had removed, where a segment is rolled at the same offset.
    const mayComeBack = stray.some(offset => offset >= endOffset) || (segments.length > 0 && !this.#options.isClean)
    if (mayComeBack) await this.#environment.disk.syncDirectory(this.#directory)
  }

  async #removeSnapshots(offsets: readonly number[]): Promise<void> {
    for (const offset of offsets) {
      this.#names.delete(segmentFileName(offset, '.snapshot'))
      await this.#environment.disk.remove(this.#opener.path(offset, '.snapshot'))
    }
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
    return this.#offsetsOf('.log')
  }

  #offsetsOf(suffix: '.log' | '.snapshot'): number[] {
    return [...this.#names]
      .map(parseSegmentFileName)
      .filter(name => name?.suffix === suffix)
      .map(name => name!.baseOffset)
      .toSorted((a, b) => a - b)
  }

  async #openSegments(): Promise<Segment[]> {
    const { config, environment } = this.#options
    const segments: Segment[] = []
    for (const baseOffset of this.#baseOffsets) {
      const { sizeInBytes, modifiedMs } = await environment.disk.status(this.#opener.path(baseOffset, '.log'))
      segments.push(
        new Segment({
          baseOffset,
          file: new PooledFile(this.#opener.path(baseOffset, '.log'), false),
          sizeInBytes,
          nowMs: environment.clock.nowMs(),
          modifiedMs,
          rollJitterMs: drawRollJitterMs(config, environment.random),
        }),
      )
    }
    return segments.length > 0 ? segments : [await this.#beginAnew([], this.#options.logStartOffset)]
  }

  /** Snapshots go before there is a segment again that one could be taken to belong to: the producers' records are gone. */
  async #beginAnew(segments: readonly Segment[], offset: number): Promise<Segment> {
    for (const segment of segments) await this.#opener.remove(segment)
    await this.#removeSnapshots(this.#offsetsOf('.snapshot'))
    await this.#environment.disk.syncDirectory(this.#directory)
    return await this.#opener.make(offset)
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
      const isTrusted = isClean || (isFlushed && (nextBase < recoveryPoint || (await this.#opener.isSealed(nextBase))))
      const hasIndexes = isTrusted && nextBase !== undefined && this.#opener.hasIndexes(segment.baseOffset)
      if (hasIndexes && (await this.#opener.trustSealed(segment))) {
        nextOffset = nextBase
        // What producers did in this segment is not in the state that an earlier, scanned one has yielded.
        if (producersUpTo >= 0) this.#producers.clear()
        producersUpTo = -1
        continue
      }
      if (isTrusted && nextBase === undefined) {
        const end = await this.#opener.resumeActive(segment)
        this.#isResumed = end !== undefined
        if (end !== undefined) return await this.#withProducers(segments, end, producersUpTo)
      }
      if (producersUpTo < 0) {
        await this.#recoverProducers(segments, segment.baseOffset)
      }
      const scan = await this.#opener.scan(segment, nextBase)
      nextOffset = scan.nextOffset
      // Read for its indexes alone, it may be compacted, and tells less of producers than the snapshot that seals it.
      const isOfIndexesOnly = isTrusted && nextBase !== undefined
      if (isOfIndexesOnly) this.#producers.clear()
      producersUpTo = isOfIndexesOnly ? -1 : nextOffset
      // Power loss may take a segment's end and leave the next. Compaction leaves gaps too, but below the recovery
      // point, or where Kafka did it, in segments that were sealed.
      const hasGap = !isTrusted && nextBase !== undefined && nextOffset < nextBase
      const isCutShort = hasGap && !(config.isCompacted && (await this.#opener.isSealed(nextBase)))
      // What was preallocated in a segment, and is not taken off yet, holds nothing; what was cut belongs to no log.
      const isWhole = nextOffset === nextBase
      if (scan.isTorn && isWhole) await this.#trim(segment)
      if ((scan.isTorn && !isWhole) || isCutShort) await this.#cutOff(segment, segments.splice(index + 1))
      else if (nextBase !== undefined) await this.#opener.sealScanned(segment)
    }
    return await this.#withProducers(segments, nextOffset, producersUpTo)
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

  /** What follows the damage goes first, the last segment before the others: a crash in between leaves no gap. */
  async #cutOff(segment: Segment, later: readonly Segment[]): Promise<void> {
    for (const each of later.toReversed()) {
      await this.#opener.remove(each)
      await this.#environment.disk.syncDirectory(this.#directory)
    }
    await this.#trim(segment)
  }

  async #trim(segment: Segment): Promise<void> {
    await this.#environment.filePool.with(segment.file, file => file.truncate(segment.writtenBytes))
  }
}
