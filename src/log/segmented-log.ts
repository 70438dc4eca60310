import { assert } from '../assertion.ts'
import { DiskError } from '../ports.ts'
import { type CleanableRange, findCleanableRange, isCleanableStill } from './cleaner/cleanable-range.ts'
import { type CompactionOptions, type CompactionResult, LogCompaction } from './cleaner/log-compaction.ts'
import { ExclusiveWork } from './exclusive-work.ts'
import { LogAppender } from './log-appender.ts'
import type { LogConfig } from './log-config.ts'
import { LogCuts } from './log-cuts.ts'
import { ignoreOffline } from './log-dir.ts'
import { LogMirror } from './log-mirror.ts'
import { LogReader } from './log-reader.ts'
import { type LoadedLog, LogState, type SegmentedLogOptions } from './log-state.ts'
import type { QueuedWrite } from './log-writer.ts'
import { findOffsetForTimestamp } from './offset-lookup.ts'
import type {
  AppendOutcome,
  LeaderAppendOptions,
  PartitionLog,
  PartitionLogListener,
  ProduceOptions,
  ProducerState,
  ReadIsolation,
  ReadOptions,
  ReadOutcome,
  TimestampedOffset,
} from './partition-log.ts'
import type { Segment } from './segment.ts'
import type { ProducerToVerify, VerificationGuard } from './transaction-verification.ts'

/** A `PartitionLog` in a directory of segment files. */
export class SegmentedLog implements PartitionLog {
  readonly topic: string
  readonly partition: number
  readonly topicId: string
  listener: PartitionLogListener | undefined
  readonly #state: LogState
  readonly #appender: LogAppender
  readonly #reader: LogReader
  readonly #cuts: LogCuts
  readonly #mirror: LogMirror
  readonly #exclusive = new ExclusiveWork()

  constructor(options: SegmentedLogOptions, loaded: LoadedLog) {
    this.topic = options.topic
    this.partition = options.partition
    this.topicId = options.topicId
    this.#state = new LogState(options, loaded)
    this.#reader = new LogReader(this.#state)
    this.#appender = new LogAppender(
      this.#state,
      write => this.#written(write),
      () => this.flush(),
    )
    this.#mirror = new LogMirror(this.#state, this.#appender, () => this.listener?.logEndOffsetMoved(this))
    this.#cuts = new LogCuts(this.#state, this.#appender, this.#reader, offset => this.#mirror.cutTo(offset))
  }

  get logDir(): string {
    return this.#state.logDir.path
  }

  get config(): LogConfig {
    return this.#state.config
  }

  set config(config: LogConfig) {
    this.#state.config = config
  }

  get isOffline(): boolean {
    return this.#state.logDir.isOffline
  }

  get logStartOffset(): number {
    return this.#state.logStartOffset
  }

  get logEndOffset(): number {
    return this.#state.logEndOffset
  }

  get nextOffset(): number {
    return this.#state.nextOffset
  }

  get highWatermark(): number {
    return this.#state.highWatermark
  }

  get lastStableOffset(): number {
    return this.#state.lastStableOffset
  }

  get latestEpoch(): number {
    return this.#state.epochs.latestEpoch
  }

  get recoveryPoint(): number {
    return this.#state.files.recoveryPoint
  }

  get lastFlushMs(): number {
    return this.#state.files.lastFlushMs
  }

  /** Up to here the log is compacted: the next compaction begins there. `undefined` where it never was. */
  get cleanedOffset(): number | undefined {
    return this.#state.cleanedOffset
  }

  set cleanedOffset(offset: number | undefined) {
    this.#state.cleanedOffset = offset
  }

  get sizeInBytes(): number {
    return this.#state.sizeInBytes
  }

  get epochEntries(): readonly { readonly epoch: number; readonly startOffset: number }[] {
    return this.#state.epochs.entries
  }

  /** Where the first segment begins, as far as the disk is sure to know. */
  get firstBaseOffset(): number {
    return this.#state.files.firstBaseOffset
  }

  /** In order. */
  get segments(): readonly Segment[] {
    return this.#state.segments
  }

  produce(records: Uint8Array, options: ProduceOptions): AppendOutcome | Promise<AppendOutcome> {
    return this.#appender.produce(records, options)
  }

  startTransactionVerification(producer: ProducerToVerify): VerificationGuard | 'ongoing' | 'fenced' {
    const { producers, environment } = this.#state
    return producers.startVerification(producer, environment.clock.nowMs())
  }

  appendAsLeader(records: Uint8Array, options: LeaderAppendOptions): AppendOutcome {
    return this.#appender.appendAsLeader(records, options)
  }

  appendAsFollower(records: Uint8Array, leaderEpoch: number): AppendOutcome {
    return this.#appender.appendAsFollower(records, leaderEpoch)
  }

  #written({ segment, position, bytes, endOffset }: QueuedWrite): void {
    segment.writtenBytes = position + bytes.length
    this.#reader.written(segment, bytes, position)
    this.#mirror.written(endOffset)
  }

  // While it is moved to another directory

  /** From this turn on `future`, which ends where this log does for readers, gets what is appended here. */
  beginMirroring(future: SegmentedLog, failed: () => void): void {
    this.#mirror.begin(future, future.#appender, failed)
  }

  endMirroring(): void {
    this.#mirror.end()
  }

  /** Takes the place of `old`, which mirrored to it: what is under way there goes on here. */
  succeed(old: SegmentedLog): void {
    assert(old.#mirror.copy === this, `${this.logDir} does not follow`)
    this.inherit(old)
    this.#takeEpochs(old)
    old.#mirror.succeeded()
    this.#appender.succeed(old.#appender)
    this.#state.producers.takeVerifications(old.#state.producers)
    this.listener = old.listener
    old.listener = undefined
  }

  /** What is known of a log beside its records. */
  inherit(old: SegmentedLog): void {
    this.cleanedOffset = old.cleanedOffset
    this.updateHighWatermark(Math.max(this.highWatermark, old.highWatermark))
    this.incrementLogStartOffset(old.logStartOffset)
  }

  /** A leader may have begun an epoch without a record in it. */
  #takeEpochs(old: SegmentedLog): void {
    for (const { epoch, startOffset } of old.epochEntries) {
      if (epoch > this.latestEpoch) this.assignEpochStartOffset(epoch, startOffset)
    }
  }

  /** The directory gets another name; reads and appends go on. False: the log is closed, or deleted, and keeps it. */
  moveTo(newDirectory: string): Promise<boolean> {
    return this.#exclusive.run(async () => {
      if (this.#state.isClosed) return false
      await this.#state.files.moveTo(this.#state.segments, newDirectory)
      return true
    })
  }

  /** Neither begins nor goes on being compacted; resolves when it has ended. */
  pauseCleaning(): Promise<void> {
    return this.#exclusive.pauseCleaning()
  }

  resumeCleaning(): void {
    this.#exclusive.resumeCleaning()
  }

  get isCleaningPaused(): boolean {
    return this.#exclusive.isCleaningPaused
  }

  abortCleaning(): void {
    this.#exclusive.abortCleaning()
  }

  read(startOffset: number, options: ReadOptions): ReadOutcome | Promise<ReadOutcome> {
    return this.#reader.read(startOffset, options)
  }

  readableBytes(startOffset: number, isolation: ReadIsolation): number {
    return this.#reader.readableBytes(startOffset, isolation)
  }

  offsetForTimestamp(timestamp: number): Promise<TimestampedOffset | undefined> {
    return this.#reading(() => findOffsetForTimestamp(timestamp, this.#state))
  }

  /** Does what reads segments, anew where one of them went meanwhile; `undefined` where the whole log did. */
  async #reading<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
    const state = this.#state
    for (;;) {
      if (state.logDir.failure !== undefined) throw state.logDir.failure
      const { removals } = state
      try {
        return await work()
      } catch (cause) {
        if (!(cause instanceof DiskError)) throw cause
        if (state.isClosed) return undefined
        const isSegmentGone = cause.code === 'ENOENT' && (removals !== state.removals || state.isBeingCut)
        if (!isSegmentGone) throw state.logDir.fail(cause)
        await this.#exclusive.done
      }
    }
  }

  endOffsetForEpoch(epoch: number): { readonly leaderEpoch: number; readonly endOffset: number } {
    return this.#state.epochs.endOffsetFor(epoch, this.#state.logEndOffset)
  }

  assignEpochStartOffset(epoch: number, startOffset: number): void {
    if (this.#state.epochs.assign(epoch, startOffset)) this.#state.saveEpochs()
  }

  activeProducers(): ProducerState[] {
    return this.#state.producers.describe()
  }

  expireProducers(nowMs: number): void {
    this.#state.producers.expire(nowMs, this.#state.environment.producerIdExpirationMs())
  }

  updateHighWatermark(offset: number): void {
    this.#state.updateHighWatermark(offset)
  }

  incrementLogStartOffset(offset: number): boolean {
    if (offset > this.#state.highWatermark) return false
    if (offset > this.#state.logStartOffset) this.#state.moveLogStart(offset)
    return true
  }

  truncateTo(offset: number): Promise<void> {
    return this.#exclusive.run(async () => {
      if (this.#state.isClosed) return
      await this.#cuts.truncateTo(offset)
      await this.#mirror.copy?.truncateTo(offset)
    })
  }

  truncateFullyAndStartAt(offset: number): Promise<void> {
    return this.#exclusive.run(async () => {
      if (this.#state.isClosed) return
      await this.#cuts.truncateFullyAndStartAt(offset)
      await this.#mirror.copy?.truncateFullyAndStartAt(offset)
    })
  }

  async flush(): Promise<void> {
    const { copy } = this.#mirror
    const flushed = this.#state.files.flush(async () => {
      await this.#appender.whenIdle()
      return { segment: this.#state.active, offset: this.#state.logEndOffset }
    })
    if (copy === undefined) return await flushed
    // The copy's failure ends the move; it is none of this log's.
    await Promise.all([flushed, copy.flush().catch(ignoreOffline)])
  }

  /** What of the log could be compacted; `undefined` where nothing is. */
  async cleanableRange(): Promise<CleanableRange | undefined> {
    const { clock } = this.#state.environment
    const range = await this.#reading(() => findCleanableRange(this.#state, this.cleanedOffset, clock.nowMs()))
    if (range?.isReset === true) this.cleanedOffset = range.firstDirtyOffset
    return range
  }

  /**
   * Compacts the log; `undefined` where something else is happening to it. Rejects with `CleaningAbortedError` where
   * something else had to happen to it first.
   */
  async compact(
    range: CleanableRange,
    options: Omit<CompactionOptions, 'isAborted'>,
  ): Promise<CompactionResult | undefined> {
    assert(!this.#exclusive.isCleaning, `${this.topic}-${this.partition} is being compacted`)
    if (this.isCleaningPaused || this.#state.isClosed || !isCleanableStill(this.#state, range)) return undefined
    const isAborted = () => this.#exclusive.isCleaningAborted
    const compaction = new LogCompaction(this.#state, range, { ...options, isAborted })
    return await this.#exclusive.clean(async () => {
      await this.#settleForGood(range.firstUncleanableOffset)
      const result = await compaction.run()
      this.cleanedOffset = result.endOffset
      return result
    })
  }

  /**
   * What compaction goes by must not be lost after it: a marker that decides a transaction lies behind what is compacted.
   * And recovery takes gaps for losses, so the checkpoint must say that it need not look where compaction leaves them;
   * nor for what producers did there, of which compacted batches no longer tell.
   */
  async #settleForGood(firstUncleanableOffset: number): Promise<void> {
    const { files, logDir, logStartOffset, saveOffsets, segments } = this.#state
    if (this.recoveryPoint < this.logEndOffset) await this.flush()
    await files.secureSnapshot(segments, logStartOffset, firstUncleanableOffset)
    await logDir.guard(saveOffsets)
  }

  /** Drops the oldest segments that need not be kept, and returns how many; none while the log is being compacted. */
  async deleteOldSegments(nowMs: number): Promise<number> {
    if (this.#exclusive.isCleaning) return 0
    return await this.#exclusive.run(() => this.#cuts.deleteOldSegments(nowMs))
  }

  /** Everything is on stable storage, with indexes and producer snapshot, when it resolves; nothing may follow. */
  close(): Promise<void> {
    return this.#exclusive.run(() => this.#close())
  }

  async #close(): Promise<void> {
    const state = this.#state
    if (state.isClosed) return
    await state.logDir.guard(async () => {
      await this.#appender.whenIdle()
      await state.files.close(state.active, state.nextOffset, state.producers)
    })
    state.isClosed = true
    this.#reader.forget()
    await state.files.closeFiles(state.segments)
  }

  /** Lets go of everything and moves the directory, as before its deletion. */
  async abandon(newDirectory: string): Promise<void> {
    const state = this.#state
    state.isClosed = true
    this.#reader.forget()
    await this.pauseCleaning()
    await this.#exclusive.done
    await this.#appender.whenIdle().catch(() => undefined)
    await state.files.abandon(state.segments, newDirectory)
  }

  /** As `abandon`, while those who are reading may go on until `letGo`. */
  async setAside(newDirectory: string): Promise<void> {
    await this.#appender.whenIdle().catch(() => undefined)
    await this.moveTo(newDirectory)
  }

  /** Nothing is written or kept any more. Never rejects: where the directory has failed there is nothing to be done. */
  async letGo(): Promise<void> {
    const state = this.#state
    state.isClosed = true
    this.#reader.forget()
    for (const segment of state.segments) state.environment.indexCache.forget(segment)
    await state.files.closeFiles(state.segments).catch(() => undefined)
  }
}
