import { BackgroundWork } from './background-work.ts'
import { scanBatches } from './batch-scan.ts'
import { DirectorySync } from './directory-sync.ts'
import { emptySegment } from './empty-log.ts'
import { EpochFile } from './epoch-file.ts'
import { type SegmentFileSuffix, segmentFileName } from './file-names.ts'
import { IndexFiles } from './index-files.ts'
import type { LogConfig } from './log-config.ts'
import type { LogDir } from './log-dir.ts'
import type { LogEnvironment } from './log-environment.ts'
import type { LoadedLog } from './log-state.ts'
import { readSnapshot, recoverProducers, snapshotOffsets } from './producer-recovery.ts'
import { encodeProducerSnapshot } from './producer-snapshot.ts'
import { ProducerStates } from './producer-state.ts'
import type { Segment } from './segment.ts'
import { SegmentRemover } from './segment-remover.ts'
import { writeWholeFile } from './whole-file.ts'

/**
 * Segments of one log that may wait to be sealed, each with some fsyncs, before what rolls more is answered later: else
 * they become ever more where appends roll faster than the disk seals, and who flushes waits for all of them.
 */
const sealsMax = 8

/**
 * The files of one partition's directory beside the appends themselves: what is written when a segment is sealed, cut
 * or dropped, and what a flush must have reached the disk. `FORMAT.md` numbers the commit points.
 *
 * Work that appends need not wait for goes to a queue, one piece after the other; a flush waits for all of it.
 */
export class LogFiles {
  readonly #environment: LogEnvironment
  readonly #logDir: LogDir
  #directory: string
  #recoveryPoint: number
  #lastFlushMs: number
  #firstBaseOffset: number
  /** Nobody wants it flushed any more. */
  #isAbandoned = false
  /** The segment that is appended to. */
  #active: Segment | undefined
  readonly #background: BackgroundWork
  #flushing: Promise<void> = Promise.resolve()
  #nextFlush: Promise<void> | undefined
  readonly #directorySync: DirectorySync
  readonly #remover: SegmentRemover
  readonly #indexFiles: IndexFiles
  readonly epochFile: EpochFile
  /** Under way or queued, the earliest first. */
  readonly #seals: Promise<void>[] = []
  /** Sealed segments that end at the recovery point, where a cut may not be synced, or above: nobody has synced them yet. */
  readonly #recovered: Set<Segment>
  /** Until the directory has its new name. */
  #moving: Promise<void> | undefined
  /** Indexes and producer snapshot on disk are those of a log ending here; -1 where they are not. */
  #savedOffset: number

  constructor(
    environment: LogEnvironment,
    logDir: LogDir,
    directory: string,
    { isDirectoryDurable, recoveryPoint, savedOffset, segments }: LoadedLog,
  ) {
    this.#environment = environment
    this.#logDir = logDir
    this.#directory = directory
    const { disk } = environment
    this.#background = new BackgroundWork(logDir)
    this.#directorySync = new DirectorySync(disk, logDir, isDirectoryDurable)
    const pathOf = (baseOffset: number, suffix: SegmentFileSuffix) => this.path(baseOffset, suffix)
    this.#indexFiles = new IndexFiles(disk, pathOf, () => this.#directorySync.changed())
    const directoryNow = () => this.#directory
    this.epochFile = new EpochFile(disk, this.#background, directoryNow)
    this.#remover = new SegmentRemover(environment, logDir, directoryNow)
    this.#recoveryPoint = recoveryPoint
    this.#savedOffset = savedOffset
    this.#firstBaseOffset = segments[0]!.baseOffset
    this.#active = segments.at(-1)
    this.#recovered = new Set(segments.filter((_, index) => (segments[index + 1]?.baseOffset ?? -1) >= recoveryPoint))
    this.#lastFlushMs = environment.clock.nowMs()
  }

  get directory(): string {
    return this.#directory
  }

  get recoveryPoint(): number {
    return this.#recoveryPoint
  }

  /** Where the first segment begins, as far as the disk is sure to know. */
  get firstBaseOffset(): number {
    return this.#firstBaseOffset
  }

  get lastFlushMs(): number {
    return this.#lastFlushMs
  }

  path(baseOffset: number, suffix: SegmentFileSuffix): string {
    return `${this.#directory}/${segmentFileName(baseOffset, suffix)}`
  }

  /**
   * A new active segment. Its files are made by the first append, or in the background once all before it is `written`:
   * the segment before may have no file yet, and a log must not begin behind what is being appended to it.
   */
  newSegment(baseOffset: number, config: LogConfig, written: Promise<void>): Segment {
    const segment = emptySegment(this.#environment, this.#directory, baseOffset, config)
    segment.file.moving = this.#moving
    this.#active = segment
    const settled = written.catch(() => undefined)
    void this.#background.add(async () => {
      await settled
      if (this.#logDir.isOffline) return
      await this.#environment.filePool.with(segment.file, () => undefined)
      await this.#indexFiles.make(segment)
    })
    return segment
  }

  /** `.txnindex` gets what was aborted in `segment`. */
  saveAborted(segment: Segment): void {
    if (segment.isTransactionIndexBeingSaved) return
    segment.isTransactionIndexBeingSaved = true
    void this.#background.add(async () => {
      segment.isTransactionIndexBeingSaved = false
      await this.#indexFiles.appendAborted(segment)
    })
  }

  /**
   * `segment` has been sealed and the log goes on at `nextBaseOffset`. Once `written`, it is flushed with its indexes
   * and the producers' state as of its end; only then does the recovery point pass it.
   */
  sealed(segment: Segment, nextBaseOffset: number, producers: ProducerStates, written: Promise<void>): void {
    const snapshot = encodeProducerSnapshot(producers.entries, this.#environment.validation.checksum)
    // A failed write is reported by whoever waits for it.
    const settled = written.catch(() => undefined)
    this.epochFile.saveDeferred()
    const seal = this.#background.add(async () => {
      await settled
      if (this.#logDir.isOffline) return
      await this.#indexFiles.save(segment)
      await this.#syncRecovered()
      await this.#trim(segment)
      await this.#environment.filePool.with(segment.file, file => file.sync())
      // No name may be missing where the next file is there.
      await this.#syncDirectory()
      // The last file: where it is sound, the segment was sealed. A flush may have brought the recovery point this far.
      await this.#writeSnapshot(nextBaseOffset, snapshot)
      await this.#syncDirectory()
      this.#recoveryPoint = Math.max(this.#recoveryPoint, nextBaseOffset)
      this.#environment.indexCache.adopt(segment)
    })
    this.#seals.push(seal.catch(() => undefined).then(() => void this.#seals.shift()))
  }

  /** Resolves when no more than `sealsMax` segments wait to be sealed; `undefined` where that is so. */
  whenSealed(): Promise<void> | undefined {
    return this.#seals.at(-sealsMax - 1)
  }

  /** Takes off what was preallocated and not needed: the size of a file that nobody appends to tells where it ends. */
  async #trim(segment: Segment): Promise<void> {
    if (segment.file.preallocatedBytes === 0 || segment.file.create) return
    await this.#environment.filePool.with(segment.file, file => file.truncate(segment.writtenBytes))
    segment.file.preallocatedBytes = 0
  }

  async #writeSnapshot(offset: number, bytes: Uint8Array): Promise<void> {
    await writeWholeFile(this.#environment.disk, this.path(offset, '.snapshot'), bytes, true)
    this.#directorySync.changed()
  }

  #syncDirectory(): Promise<void> {
    return this.#directorySync.sync(this.#directory)
  }

  /**
   * `reached` waits for writes and tells how far the log then goes. Calls that come while a flush is under way share
   * the one after it.
   */
  flush(reached: () => Promise<{ segment: Segment; offset: number }>): Promise<void> {
    this.#nextFlush ??= this.#flushing
      .catch(() => undefined)
      .then(() => {
        this.#nextFlush = undefined
        this.#flushing = this.#logDir.guard(async () => {
          const { segment, offset } = await reached()
          this.#lastFlushMs = this.#environment.clock.nowMs()
          if (offset <= this.#recoveryPoint || this.#isAbandoned) return
          this.epochFile.saveDeferred()
          await this.#background.done
          await this.#syncRecovered()
          if (segment === this.#active) await this.#environment.filePool.with(segment.file, file => file.sync())
          // Sealed meanwhile, it is synced in the background, and may be on its way out by then.
          else await this.#background.done
          await this.#syncDirectory()
          this.#recoveryPoint = Math.max(this.#recoveryPoint, offset)
        })
        return this.#flushing
      })
    return this.#nextFlush
  }

  /**
   * What was found after the process was killed is in the page cache only, and a recovery scan does not change that.
   */
  async #syncRecovered(): Promise<void> {
    for (const segment of this.#recovered) {
      await this.#environment.filePool.with(segment.file, file => file.sync())
      this.#recovered.delete(segment)
    }
  }

  /** What `segment` held lies flushed in another one: no flush looks for its files any more. */
  replaced(segment: Segment): void {
    this.#recovered.delete(segment)
  }

  /** Files of segments that are out of the log and have their `.deleted` names. */
  removeLater(segments: readonly Segment[], names: readonly string[], delayMs: number): void {
    this.#remover.removeLater(segments, names, delayMs)
  }

  /** No flush goes on meanwhile: it would sync what is being removed, and take the recovery point past the cut. */
  async withoutFlushes(work: () => Promise<void>): Promise<void> {
    const earlier = this.#flushing.catch(() => undefined)
    this.#flushing = earlier.then(() => this.#logDir.guard(work))
    await this.#flushing
  }

  /** Cuts `segment`, which becomes the active one, at `offset`, and removes the later ones. */
  async truncate(segment: Segment, offset: number, dropped: readonly Segment[]): Promise<void> {
    await this.#background.done
    this.#savedOffset = -1
    this.#active = segment
    const { clock, filePool, indexCache } = this.#environment
    this.#recoveryPoint = Math.min(this.#recoveryPoint, offset)
    await this.#removeForGood(dropped)
    await indexCache.load(segment)
    indexCache.forget(segment)
    await filePool.with(segment.file, async file => {
      const from = segment.offsetIndex!.floorPosition(offset)
      const { position } = await scanBatches(file, from, segment.writtenBytes, batch => batch.lastOffset < offset)
      await file.truncate(position)
      // What is cut must not come back under the epochs and offsets of what is appended in its place.
      await file.sync()
      segment.truncateTo(offset, position, clock.nowMs())
      // The time index may end before the largest timestamp that is left.
      const indexed = segment.offsetIndex!.floorPosition(segment.timeIndex!.lastOffset)
      await scanBatches(file, indexed, position, batch => {
        if (batch.recordsMaxTimestamp <= segment.maxTimestamp) return true
        segment.maxTimestamp = batch.recordsMaxTimestamp
        segment.offsetOfMaxTimestamp = batch.lastOffset
        return true
      })
    })
    if (segment.transactionIndex.truncateTo(offset)) {
      await this.#indexFiles.saveAborted(segment)
    }
    // One at the offset itself stays where a segment begins there: it says that the segment before was sealed.
    await this.#remover.removeSnapshots(
      snapshot => snapshot > offset || (snapshot === offset && offset > segment.baseOffset),
    )
  }

  async reloadProducers(
    producers: ProducerStates,
    segments: readonly Segment[],
    logStartOffset: number,
    endOffset: number,
  ): Promise<void> {
    producers.forgetFrom(endOffset)
    const { directory } = this
    const environment = this.#environment
    await recoverProducers(producers, { environment, directory, segments, logStartOffset, endOffset })
  }

  /**
   * There is a sound snapshot at `baseOffset`, where a segment begins: what lies below need not tell of producers any
   * more. That is so where it was sealed, unless the process was killed before that and a recovery has read it since.
   */
  async secureSnapshot(segments: readonly Segment[], logStartOffset: number, baseOffset: number): Promise<void> {
    await this.#background.add(async () => {
      const environment = this.#environment
      const isThere = (await snapshotOffsets(environment, this.#directory)).includes(baseOffset)
      if (isThere && (await readSnapshot(environment, this.#directory, baseOffset)) !== undefined) return
      const producers = new ProducerStates()
      await this.reloadProducers(producers, segments, logStartOffset, baseOffset)
      await this.#writeSnapshot(baseOffset, encodeProducerSnapshot(producers.entries, environment.validation.checksum))
      await this.#syncDirectory()
    })
  }

  /** Removes every segment; the log begins anew at `newBaseOffset`. */
  async dropAll(segments: readonly Segment[], newBaseOffset: number): Promise<void> {
    await this.#background.done
    this.#savedOffset = -1
    this.#recoveryPoint = newBaseOffset
    await this.#removeForGood(segments)
    await this.#remover.removeSnapshots(() => true)
  }

  async #removeForGood(segments: readonly Segment[]): Promise<void> {
    for (const segment of segments) this.#recovered.delete(segment)
    await this.#remover.removeForGood(segments)
  }

  /** The log's only segment has its files: an empty log still knows where it ends. */
  async madeAnew(baseOffset: number): Promise<void> {
    await this.#background.done
    await this.#syncDirectory()
    this.#firstBaseOffset = baseOffset
  }

  /** Takes segments out of the log at once and deletes their files after `delayMs`, for readers that are at it. */
  async drop(segments: readonly Segment[], nextBaseOffset: number, delayMs: number): Promise<void> {
    await this.#background.done
    // Where all go, the new segment alone knows where the log ends.
    await this.#syncDirectory()
    for (const segment of segments) this.#recovered.delete(segment)
    await this.#remover.setAside(segments, delayMs)
    this.#firstBaseOffset = nextBaseOffset
  }

  /** Leaves the directory as a clean shutdown does. A log that has not changed since it was loaded costs nothing. */
  async close(active: Segment, nextOffset: number, producers: ProducerStates): Promise<void> {
    if (this.#savedOffset !== nextOffset) this.epochFile.saveDeferred()
    await this.#background.done
    await this.#trim(active)
    if (this.#savedOffset === nextOffset) return
    active.seal()
    const { filePool, validation } = this.#environment
    await this.#indexFiles.save(active)
    await this.#syncRecovered()
    await filePool.with(active.file, file => file.sync())
    // What it tells of must not be undone: a cut that was never synced may be, and what was appended behind it with it.
    await this.#writeSnapshot(nextOffset, encodeProducerSnapshot(producers.entries, validation.checksum))
    await this.#syncDirectory()
    this.#recoveryPoint = nextOffset
  }

  /** The log is closed: the flush under way is the last, and what waits to be removed is left to the next start. */
  async closeFiles(segments: readonly Segment[]): Promise<void> {
    await this.#flushing.catch(() => undefined)
    await this.#remover.stop()
    for (const segment of segments) await this.#environment.filePool.close(segment.file)
  }

  /** Gives the directory another name, durably, while reads and appends go on. */
  async moveTo(segments: readonly Segment[], newDirectory: string): Promise<void> {
    await this.withoutFlushes(() => this.inBackground(() => this.#move(segments, newDirectory)))
  }

  async #move(segments: readonly Segment[], newDirectory: string): Promise<void> {
    const { disk } = this.#environment
    const opening = segments.map(({ file }) => file.opening?.catch(() => undefined))
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#moving = promise
    for (const { file } of segments) file.moving = promise
    try {
      await Promise.all(opening)
      await disk.rename(this.#directory, newDirectory)
      // Those begun meanwhile too.
      for (const { file } of segments) file.path = newDirectory + file.path.slice(this.#directory.length)
      this.#directory = newDirectory
    } finally {
      this.#moving = undefined
      for (const { file } of segments) file.moving = undefined
      resolve()
    }
    await disk.syncDirectory(newDirectory.slice(0, newDirectory.lastIndexOf('/')))
  }

  /** Moves the directory and forgets the files in it. */
  async abandon(segments: readonly Segment[], newDirectory: string): Promise<void> {
    this.#isAbandoned = true
    await this.#flushing.catch(() => undefined)
    await this.#background.done.catch(() => undefined)
    const { disk, indexCache } = this.#environment
    await this.closeFiles(segments)
    for (const segment of segments) indexCache.forget(segment)
    await disk.rename(this.#directory, newDirectory)
    this.#directory = newDirectory
  }

  /** Runs disk work behind all that is queued, and before what is queued later. */
  inBackground(work: () => Promise<void>): Promise<void> {
    return this.#background.add(work)
  }
}
