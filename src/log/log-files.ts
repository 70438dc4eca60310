import { scanBatches } from './batch-scan.ts'
import { type EpochEntry, formatEpochCheckpoint } from './checkpoint-file.ts'
import { leaderEpochFileName, type SegmentFileSuffix, segmentFileName } from './file-names.ts'
import { PooledFile } from './file-pool.ts'
import type { LogDir } from './log-dir.ts'
import type { LogEnvironment } from './log-environment.ts'
import { OffsetIndex } from './offset-index.ts'
import { recoverProducers, snapshotOffsets } from './producer-recovery.ts'
import { encodeProducerSnapshot } from './producer-snapshot.ts'
import type { ProducerStates } from './producer-state.ts'
import { Segment } from './segment.ts'
import { TimeIndex } from './time-index.ts'
import { encodeTransactionIndex } from './transaction-index.ts'

const utf8 = new TextEncoder()

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
  #background: Promise<void> = Promise.resolve()
  #flushing: Promise<void> = Promise.resolve()
  #nextFlush: Promise<void> | undefined
  /** Files were made or renamed since the directory was last synced. */
  #directoryChanged = false
  /** Epochs waiting to be written; later ones replace them. */
  #unsavedEpochs: readonly EpochEntry[] | undefined

  /** Indexes and producer snapshot on disk are those of a log ending here; -1 where they are not. */
  #savedOffset: number

  constructor(
    environment: LogEnvironment,
    logDir: LogDir,
    directory: string,
    recoveryPoint: number,
    savedOffset: number,
  ) {
    this.#environment = environment
    this.#logDir = logDir
    this.#directory = directory
    this.#recoveryPoint = recoveryPoint
    this.#savedOffset = savedOffset
    this.#lastFlushMs = environment.clock.nowMs()
  }

  get directory(): string {
    return this.#directory
  }

  get recoveryPoint(): number {
    return this.#recoveryPoint
  }

  get lastFlushMs(): number {
    return this.#lastFlushMs
  }

  path(baseOffset: number, suffix: SegmentFileSuffix): string {
    return `${this.#directory}/${segmentFileName(baseOffset, suffix)}`
  }

  /** A new active segment; its files are made in the background, or by the first append. */
  newSegment(baseOffset: number, nowMs: number, rollJitterMs: number): Segment {
    const segment = new Segment({
      baseOffset,
      file: new PooledFile(this.path(baseOffset, '.log'), true),
      sizeInBytes: 0,
      offsetIndex: new OffsetIndex(baseOffset),
      timeIndex: new TimeIndex(baseOffset),
      nowMs,
      rollJitterMs,
    })
    this.#later(() => this.#makeFiles(segment))
    return segment
  }

  async #makeFiles(segment: Segment): Promise<void> {
    const { disk, filePool } = this.#environment
    await filePool.with(segment.file, () => undefined)
    for (const suffix of ['.index', '.timeindex'] as const) {
      const file = await disk.open(this.path(segment.baseOffset, suffix), 'create')
      await file.truncate(0)
      await file.close()
    }
    this.#directoryChanged = true
  }

  /** Brings the leader epochs to disk; before any flush that covers them is done. */
  saveEpochs(entries: readonly EpochEntry[]): void {
    const isQueued = this.#unsavedEpochs !== undefined
    this.#unsavedEpochs = [...entries]
    if (isQueued) return
    this.#later(async () => {
      const unsaved = this.#unsavedEpochs ?? []
      this.#unsavedEpochs = undefined
      const bytes = utf8.encode(formatEpochCheckpoint(unsaved))
      await this.#environment.disk.replaceFile(`${this.#directory}/${leaderEpochFileName}`, bytes)
    })
  }

  saveAborted(segment: Segment): void {
    this.#later(() =>
      this.#write(segment.baseOffset, '.txnindex', encodeTransactionIndex(segment.abortedTransactions), false),
    )
  }

  /**
   * `segment` has been sealed and the log goes on at `nextBaseOffset`. Once `written`, it is flushed with its indexes
   * and the producers' state as of its end; only then does the recovery point pass it.
   */
  sealed(segment: Segment, nextBaseOffset: number, producers: ProducerStates, written: Promise<void>): void {
    const snapshot = encodeProducerSnapshot(producers.entries, this.#environment.validation.checksum)
    // A failed write is reported by whoever waits for it.
    const settled = written.catch(() => undefined)
    this.#later(async () => {
      await settled
      if (this.#logDir.isOffline) return
      await this.#write(nextBaseOffset, '.snapshot', snapshot, true)
      await this.#saveIndexes(segment)
      await this.#environment.filePool.with(segment.file, file => file.sync())
      await this.#syncDirectory()
      this.#recoveryPoint = Math.max(this.#recoveryPoint, nextBaseOffset)
      this.#environment.indexCache.adopt(segment)
    })
  }

  async #saveIndexes(segment: Segment): Promise<void> {
    await this.#write(segment.baseOffset, '.index', segment.offsetIndex!.toBytes(), true)
    await this.#write(segment.baseOffset, '.timeindex', segment.timeIndex!.toBytes(), true)
    if (segment.abortedTransactions.length > 0) {
      await this.#write(segment.baseOffset, '.txnindex', encodeTransactionIndex(segment.abortedTransactions), true)
    }
  }

  /** Writes a whole file in place. */
  async #write(baseOffset: number, suffix: SegmentFileSuffix, bytes: Uint8Array, sync: boolean): Promise<void> {
    const file = await this.#environment.disk.open(this.path(baseOffset, suffix), 'create')
    try {
      await file.truncate(bytes.length)
      await file.write([bytes], 0)
      if (sync) await file.sync()
    } finally {
      await file.close()
    }
    this.#directoryChanged = true
  }

  async #syncDirectory(): Promise<void> {
    if (!this.#directoryChanged) return
    this.#directoryChanged = false
    await this.#environment.disk.syncDirectory(this.#directory)
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
          if (offset <= this.#recoveryPoint) return
          await this.#background
          await this.#environment.filePool.with(segment.file, file => file.sync())
          await this.#syncDirectory()
          this.#recoveryPoint = Math.max(this.#recoveryPoint, offset)
        })
        return this.#flushing
      })
    return this.#nextFlush
  }

  /** Cuts `segment`, which becomes the active one, at `offset`, and removes the later ones. */
  async truncate(segment: Segment, offset: number, dropped: readonly Segment[]): Promise<void> {
    await this.#background
    this.#savedOffset = -1
    const { clock, filePool, indexCache } = this.#environment
    this.#recoveryPoint = Math.min(this.#recoveryPoint, offset)
    // The last first, so that a crash leaves no gap.
    for (const later of dropped.toReversed()) await this.#removeSegment(later)
    await indexCache.load(segment, this.#directory)
    indexCache.forget(segment)
    await filePool.with(segment.file, async file => {
      const from = segment.offsetIndex!.floorPosition(offset)
      const { position } = await scanBatches(file, from, segment.writtenBytes, batch => batch.lastOffset < offset)
      await file.truncate(position)
      segment.truncateTo(offset, position, clock.nowMs())
      // The time index may end before the largest timestamp that is left.
      const indexed = segment.offsetIndex!.floorPosition(segment.timeIndex!.lastOffset)
      await scanBatches(file, indexed, position, batch => {
        if (batch.maxTimestamp <= segment.maxTimestamp) return true
        segment.maxTimestamp = batch.maxTimestamp
        segment.offsetOfMaxTimestamp = batch.lastOffset
        return true
      })
    })
    const kept = segment.abortedTransactions.filter(({ lastOffset }) => lastOffset < offset)
    if (kept.length < segment.abortedTransactions.length) {
      segment.abortedTransactions = kept
      this.saveAborted(segment)
    }
    for (const snapshot of await snapshotOffsets(this.#environment, this.#directory)) {
      if (snapshot > offset) await this.#environment.disk.remove(this.path(snapshot, '.snapshot'))
    }
  }

  async reloadProducers(
    producers: ProducerStates,
    segments: readonly Segment[],
    logStartOffset: number,
    endOffset: number,
  ): Promise<void> {
    producers.clear()
    const { directory } = this
    await recoverProducers(producers, {
      environment: this.#environment,
      directory,
      segments,
      logStartOffset,
      endOffset,
    })
  }

  /** Removes every segment; the log begins anew at `newBaseOffset`. */
  async dropAll(segments: readonly Segment[], newBaseOffset: number): Promise<void> {
    await this.#background
    this.#savedOffset = -1
    this.#recoveryPoint = newBaseOffset
    for (const segment of segments) await this.#removeSegment(segment)
    for (const snapshot of await snapshotOffsets(this.#environment, this.#directory)) {
      await this.#environment.disk.remove(this.path(snapshot, '.snapshot'))
    }
  }

  /** Takes segments out of the log at once and deletes their files after `delayMs`, for readers that are at it. */
  async drop(segments: readonly Segment[], delayMs: number): Promise<void> {
    await this.#background
    const { clock, disk, filePool, indexCache } = this.#environment
    const doomed: string[] = []
    for (const segment of segments) {
      indexCache.forget(segment)
      for (const suffix of ['.log', '.index', '.timeindex', '.txnindex', '.snapshot'] as const) {
        const path = this.path(segment.baseOffset, suffix)
        if (await succeeds(disk.rename(path, `${path}.deleted`))) doomed.push(`${path}.deleted`)
      }
      segment.file.path += '.deleted'
    }
    const remove = async () => {
      for (const segment of segments) await filePool.close(segment.file)
      for (const path of doomed) await succeeds(disk.remove(path))
    }
    clock.schedule(delayMs, () => void this.#logDir.guard(remove).catch(() => undefined))
  }

  async #removeSegment(segment: Segment): Promise<void> {
    const { disk, filePool, indexCache } = this.#environment
    indexCache.forget(segment)
    await filePool.close(segment.file)
    for (const suffix of ['.log', '.index', '.timeindex', '.txnindex'] as const) {
      await succeeds(disk.remove(this.path(segment.baseOffset, suffix)))
    }
  }

  /** Leaves the directory as a clean shutdown does. A log that has not changed since it was loaded costs nothing. */
  async close(active: Segment, nextOffset: number, producers: ProducerStates): Promise<void> {
    await this.#background
    if (this.#savedOffset === nextOffset) return
    active.seal()
    const { filePool, validation } = this.#environment
    await this.#saveIndexes(active)
    await this.#write(nextOffset, '.snapshot', encodeProducerSnapshot(producers.entries, validation.checksum), true)
    await filePool.with(active.file, file => file.sync())
    await this.#syncDirectory()
    this.#recoveryPoint = nextOffset
  }

  async closeFiles(segments: readonly Segment[]): Promise<void> {
    for (const segment of segments) await this.#environment.filePool.close(segment.file)
  }

  /** Moves the directory and forgets the files in it. */
  async abandon(segments: readonly Segment[], newDirectory: string): Promise<void> {
    await this.#background.catch(() => undefined)
    const { disk, indexCache } = this.#environment
    await this.closeFiles(segments)
    for (const segment of segments) indexCache.forget(segment)
    await disk.rename(this.#directory, newDirectory)
    this.#directory = newDirectory
  }

  /** Runs disk work behind all that is queued, and before what is queued later. */
  inBackground(work: () => Promise<void>): Promise<void> {
    this.#later(work)
    return this.#background
  }

  #later(work: () => Promise<void>): void {
    this.#background = this.#background.then(() => this.#logDir.guard(work))
    // Whoever waits for it sees the failure too; the directory is offline by then.
    this.#background.catch(() => undefined)
  }
}

/** Whether the operation succeeded; a file that is not there is no failure. */
async function succeeds(operation: Promise<void>): Promise<boolean> {
  try {
    await operation
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false
    throw error
  }
}
