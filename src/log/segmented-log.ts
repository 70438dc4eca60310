import { assert } from '../assertion.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { batchesOf, type RecordBatch } from '../protocol/records/record-batch.ts'
import type { LeaderEpochCache } from './leader-epoch-cache.ts'
import type { LogConfig } from './log-config.ts'
import type { LogDir } from './log-dir.ts'
import type { LogEnvironment } from './log-environment.ts'
import { LogFiles } from './log-files.ts'
import type { Chunks } from './log-reader.ts'
import { LogReader } from './log-reader.ts'
import { LogWriter, type QueuedWrite } from './log-writer.ts'
import { findOffsetForTimestamp } from './offset-lookup.ts'
import type {
  AppendAccepted,
  AppendOutcome,
  AppendRejected,
  LeaderAppendOptions,
  LogRead,
  PartitionLog,
  PartitionLogListener,
  ProduceOptions,
  ProducerState,
  ReadIsolation,
  ReadOptions,
  ReadOutcome,
  TimestampedOffset,
} from './partition-log.ts'
import { LogDirOfflineError } from './partition-log.ts'
import { type Rejection, validateProduced } from './produce-validation.ts'
import type { CompletedTransaction, ProducerStates } from './producer-state.ts'
import { drawRollJitterMs, type Segment } from './segment.ts'
import { Tail } from './tail-cache.ts'

/** What loading a directory yields: the state of a log between two appends. */
export interface LoadedLog {
  /** In order; at least one, the last is the active one with its indexes in memory. */
  readonly segments: Segment[]
  readonly logStartOffset: number
  readonly nextOffset: number
  readonly recoveryPoint: number
  /** `nextOffset` where indexes and producer snapshot on disk belong to it, else -1. */
  readonly savedOffset: number
  readonly highWatermark: number
  readonly epochs: LeaderEpochCache
  /** The checkpoint file on disk says the same. */
  readonly areEpochsSaved: boolean
  readonly producers: ProducerStates
}

export interface SegmentedLogOptions {
  readonly environment: LogEnvironment
  readonly logDir: LogDir
  /** The partition's own. */
  readonly directory: string
  readonly topic: string
  readonly partition: number
  readonly topicId: string
  readonly config: LogConfig
  /** Brings the recovery point, which has gone back, to its checkpoint. */
  readonly saveRecoveryPoint: () => Promise<void>
}

/** A `PartitionLog` in a directory of segment files. */
export class SegmentedLog implements PartitionLog {
  readonly topic: string
  readonly partition: number
  readonly topicId: string
  listener: PartitionLogListener | undefined
  readonly #environment: LogEnvironment
  readonly #logDir: LogDir
  readonly #files: LogFiles
  readonly #segments: Segment[]
  readonly #epochs: LeaderEpochCache
  readonly #producers: ProducerStates
  readonly #writer: LogWriter
  readonly #reader: LogReader
  readonly #saveRecoveryPoint: () => Promise<void>
  readonly #tail: Tail
  #tailSegment: Segment | undefined
  #config: LogConfig
  #logStartOffset: number
  #logEndOffset: number
  #nextOffset: number
  #highWatermark: number
  /** Counts cuts, so that a read under way notices that positions have changed. */
  #cuts = 0
  #isClosed = false

  constructor(options: SegmentedLogOptions, loaded: LoadedLog) {
    this.topic = options.topic
    this.partition = options.partition
    this.topicId = options.topicId
    this.#environment = options.environment
    this.#logDir = options.logDir
    this.#config = options.config
    this.#saveRecoveryPoint = options.saveRecoveryPoint
    this.#segments = loaded.segments
    this.#epochs = loaded.epochs
    this.#producers = loaded.producers
    this.#logStartOffset = loaded.logStartOffset
    this.#logEndOffset = loaded.nextOffset
    this.#nextOffset = loaded.nextOffset
    this.#highWatermark = Math.max(loaded.logStartOffset, Math.min(loaded.highWatermark, loaded.nextOffset))
    const { recoveryPoint, savedOffset } = loaded
    this.#files = new LogFiles(options.environment, options.logDir, options.directory, recoveryPoint, savedOffset)
    if (!loaded.areEpochsSaved) this.#files.saveEpochs(loaded.epochs.entries)
    this.#tail = new Tail(options.environment.tailCache)
    this.#tailSegment = this.#active
    this.#writer = new LogWriter(options.logDir, options.environment.filePool, write => this.#written(write))
    this.#reader = new LogReader(options.environment, this.#tail)
  }

  get logDir(): string {
    return this.#logDir.path
  }

  get directory(): string {
    return this.#files.directory
  }

  get config(): LogConfig {
    return this.#config
  }

  set config(config: LogConfig) {
    this.#config = config
  }

  get isOffline(): boolean {
    return this.#logDir.isOffline
  }

  get logStartOffset(): number {
    return this.#logStartOffset
  }

  get logEndOffset(): number {
    return this.#logEndOffset
  }

  get nextOffset(): number {
    return this.#nextOffset
  }

  get highWatermark(): number {
    return this.#highWatermark
  }

  get lastStableOffset(): number {
    const unstable = this.#producers.firstUnstableOffset
    return unstable === undefined
      ? this.#highWatermark
      : Math.min(this.#highWatermark, Math.max(unstable, this.#logStartOffset))
  }

  get latestEpoch(): number {
    return this.#epochs.latestEpoch
  }

  get recoveryPoint(): number {
    return this.#files.recoveryPoint
  }

  get lastFlushMs(): number {
    return this.#files.lastFlushMs
  }

  get sizeInBytes(): number {
    let sum = 0
    for (const segment of this.#segments) sum += segment.writtenBytes
    return sum
  }

  get epochEntries(): readonly { readonly epoch: number; readonly startOffset: number }[] {
    return this.#epochs.entries
  }

  /** Base offset, size and largest timestamp of each segment, in order: for retention and tests. */
  get segments(): readonly Segment[] {
    return this.#segments
  }

  get #active(): Segment {
    return this.#segments[this.#segments.length - 1]!
  }

  // Appending

  produce(records: Uint8Array, options: ProduceOptions): AppendOutcome {
    if (this.isOffline) return this.#offline()
    const nowMs = this.#environment.clock.nowMs()
    const result = validateProduced(records, {
      ...this.#environment.validation,
      name: this.#name,
      config: this.#config,
      nowMs,
    })
    if (!result.isValid) return this.#rejected(result)
    const { batch } = result
    if (batch.sizeInBytes > this.#config.segmentBytes) return this.#largerThanSegment(batch.sizeInBytes)
    batch.baseOffset = this.#nextOffset
    batch.partitionLeaderEpoch = options.leaderEpoch
    if (batch.hasProducerId) {
      const check = this.#producers.check(batch, {
        origin: 'client',
        isTransactionVerified: options.isTransactionVerified ?? false,
        transactionVersion: 0,
      })
      if (check.kind === 'duplicate') return this.#duplicate(check.batch)
      if (check.kind === 'rejected') return this.#refused(check.errorCode, check.errorMessage)
    }
    return this.#append([batch], result.logAppendTimeMs, nowMs)
  }

  appendAsLeader(records: Uint8Array, options: LeaderAppendOptions): AppendOutcome {
    if (this.isOffline) return this.#offline()
    const nowMs = this.#environment.clock.nowMs()
    const batches = [...batchesOf(records)]
    assert(batches.length > 0, `Nothing to append to ${this.#name}`)
    const isLogAppendTime = this.#config.messageTimestampType === 'LogAppendTime'
    let nextOffset = this.#nextOffset
    for (const batch of batches) {
      if (batch.sizeInBytes > this.#config.maxMessageBytes) {
        return this.#refused(
          ErrorCode.MESSAGE_TOO_LARGE,
          `A record batch of ${batch.sizeInBytes} bytes is more than ${this.#config.maxMessageBytes}`,
        )
      }
      if (batch.sizeInBytes > this.#config.segmentBytes) return this.#largerThanSegment(batch.sizeInBytes)
      if (options.origin === 'raft-leader') {
        assert(
          batch.baseOffset === nextOffset,
          `Offset ${batch.baseOffset} where ${nextOffset} is next in ${this.#name}`,
        )
      } else {
        batch.baseOffset = nextOffset
        batch.partitionLeaderEpoch = options.leaderEpoch
        if (isLogAppendTime && options.origin === 'coordinator') this.#stampAppendTime(batch, nowMs)
      }
      nextOffset = batch.nextOffset
      if (batch.hasProducerId && options.origin !== 'raft-leader') {
        const check = this.#producers.check(batch, {
          origin: options.origin,
          isTransactionVerified: true,
          transactionVersion: options.transactionVersion ?? 0,
        })
        if (check.kind === 'rejected') return this.#refused(check.errorCode, check.errorMessage)
      }
    }
    return this.#append(batches, isLogAppendTime ? nowMs : -1, nowMs)
  }

  appendAsFollower(records: Uint8Array, leaderEpoch: number): AppendOutcome {
    if (this.isOffline) return this.#offline()
    const { checksum } = this.#environment.validation
    const batches: RecordBatch[] = []
    let nextOffset = this.#nextOffset
    for (const batch of batchesOf(records)) {
      // The sender may have lost its leadership meanwhile; what is newer than our epoch is fetched again (KAFKA-18723).
      if (batch.partitionLeaderEpoch > leaderEpoch) break
      if (checksum.crc32c(batch.checkedBytes) !== batch.crc) {
        return this.#refused(ErrorCode.CORRUPT_MESSAGE, `Batch ${batch.baseOffset} of ${this.#name} is corrupt`)
      }
      if (batch.baseOffset < nextOffset) {
        return this.#refused(
          ErrorCode.OFFSET_OUT_OF_RANGE,
          `Offset ${batch.baseOffset} is less than the next one, ${nextOffset}, of ${this.#name}`,
        )
      }
      batches.push(batch)
      nextOffset = batch.nextOffset
    }
    if (batches.length > 0) return this.#append(batches, -1, this.#environment.clock.nowMs())
    return this.#accepted(this.#nextOffset, this.#nextOffset - 1, -1, undefined)
  }

  #stampAppendTime(batch: RecordBatch, nowMs: number): void {
    batch.setTimestamps(true, nowMs)
    batch.crc = this.#environment.validation.checksum.crc32c(batch.checkedBytes)
  }

  /** From here on nothing can be refused: the batches, at their offsets, become part of the log. */
  #append(batches: readonly RecordBatch[], logAppendTimeMs: number, nowMs: number): AppendOutcome {
    let written: Promise<void> | undefined
    const baseOffset = batches[0]!.baseOffset
    try {
      for (const batch of batches) written = this.#appendBatch(batch, nowMs)
    } catch (error) {
      if (error instanceof LogDirOfflineError) return this.#offline()
      throw error
    }
    if (this.#nextOffset - this.recoveryPoint >= this.#config.flushMessages) {
      written = (written ?? Promise.resolve()).then(() => this.flush())
    }
    return this.#accepted(baseOffset, this.#nextOffset - 1, logAppendTimeMs, written)
  }

  #appendBatch(batch: RecordBatch, nowMs: number): Promise<void> | undefined {
    const { lastOffset, maxTimestamp, sizeInBytes } = batch
    if (this.#active.shouldRoll(this.#config, sizeInBytes, lastOffset, maxTimestamp, nowMs)) {
      this.#roll(batch.baseOffset, nowMs)
    }
    const epoch = batch.partitionLeaderEpoch
    if (epoch >= 0 && this.#epochs.assign(epoch, batch.baseOffset)) this.#files.saveEpochs(this.#epochs.entries)
    if (batch.hasProducerId) {
      const completed = this.#producers.apply(batch)
      if (completed?.isAborted === true) this.#recordAborted(completed)
    }
    const segment = this.#active
    const position = segment.nextPosition
    segment.add({ lastOffset, maxTimestamp, sizeInBytes }, this.#config.indexIntervalBytes)
    segment.modifiedMs = nowMs
    this.#nextOffset = lastOffset + 1
    return this.#writer.enqueue({ segment, position, bytes: batch.toBytes(), endOffset: this.#nextOffset })
  }

  #recordAborted(completed: CompletedTransaction): void {
    this.#active.abortedTransactions.push(completed)
    this.#files.saveAborted(this.#active)
  }

  #written({ segment, position, bytes, endOffset }: QueuedWrite): void {
    segment.writtenBytes = position + bytes.length
    if (segment !== this.#tailSegment) {
      this.#tail.clear()
      this.#tailSegment = segment
    }
    this.#tail.append(bytes, position)
    this.#logEndOffset = endOffset
    this.listener?.logEndOffsetMoved(this)
  }

  /** Seals the active segment and begins a new one at `baseOffset`, the next offset or beyond. */
  #roll(baseOffset: number, nowMs: number): void {
    const sealed = this.#active
    if (sealed.nextPosition === 0 && sealed.baseOffset === baseOffset) return
    sealed.seal()
    this.#segments.push(this.#newSegment(baseOffset, nowMs))
    this.#files.sealed(sealed, baseOffset, this.#producers, this.#writer.whenIdle())
  }

  #newSegment(baseOffset: number, nowMs: number): Segment {
    return this.#files.newSegment(baseOffset, nowMs, drawRollJitterMs(this.#config, this.#environment.random))
  }

  /** The active segment ends here. */
  roll(): void {
    this.#roll(this.#nextOffset, this.#environment.clock.nowMs())
  }

  #accepted(
    baseOffset: number,
    lastOffset: number,
    logAppendTimeMs: number,
    written: Promise<void> | undefined,
  ): AppendAccepted {
    const { logStartOffset } = this
    return { errorCode: 0, baseOffset, lastOffset, logAppendTimeMs, logStartOffset, isDuplicate: false, written }
  }

  #duplicate(batch: { baseOffset: number; lastOffset: number; timestamp: number }): AppendAccepted {
    const { baseOffset, lastOffset, timestamp } = batch
    const written = lastOffset < this.#logEndOffset ? undefined : this.#writer.whenIdle()
    return { ...this.#accepted(baseOffset, lastOffset, timestamp, written), isDuplicate: true }
  }

  #rejected({ errorCode, errorMessage, isReported, recordErrors, namesLogStartOffset }: Rejection): AppendRejected {
    const logStartOffset = namesLogStartOffset ? this.#logStartOffset : -1
    return { errorCode, errorMessage, isReported, recordErrors, logStartOffset }
  }

  #refused(errorCode: number, errorMessage: string): AppendRejected {
    const { logStartOffset } = this
    return { errorCode, errorMessage, isReported: false, recordErrors: [], logStartOffset }
  }

  #largerThanSegment(sizeInBytes: number): AppendRejected {
    const errorMessage = `A record batch of ${sizeInBytes} bytes is more than segment.bytes, ${this.#config.segmentBytes}`
    return { ...this.#refused(ErrorCode.RECORD_LIST_TOO_LARGE, errorMessage), logStartOffset: -1 }
  }

  #offline(): AppendRejected {
    const errorMessage = `Log directory ${this.logDir} is offline`
    return { ...this.#refused(ErrorCode.KAFKA_STORAGE_ERROR, errorMessage), logStartOffset: -1 }
  }

  get #name(): string {
    return `${this.topic}-${this.partition}`
  }

  // Reading

  read(startOffset: number, options: ReadOptions): ReadOutcome | Promise<ReadOutcome> {
    if (this.isOffline) return { errorCode: ErrorCode.KAFKA_STORAGE_ERROR }
    if (startOffset < this.#logStartOffset || startOffset > this.#logEndOffset) {
      return { errorCode: ErrorCode.OFFSET_OUT_OF_RANGE }
    }
    const maxOffset = this.#endOf(options.isolation)
    if (startOffset >= maxOffset || (options.maxBytes <= 0 && !options.minOneBatch)) {
      return this.#readResult(undefined, startOffset, startOffset, options)
    }
    const limits = { startOffset, maxOffset, maxBytes: options.maxBytes, minOneBatch: options.minOneBatch }
    const segment = this.#segmentOf(startOffset)
    if (segment.offsetIndex === undefined) return this.#readOn(segment, limits, options)
    this.#environment.indexCache.touch(segment)
    const chunks = this.#reader.read(segment, this.#tailSegment, limits)
    if (chunks === undefined || chunks instanceof Promise) return this.#readOn(segment, limits, options, chunks)
    return this.#readResult(chunks, startOffset, maxOffset, options)
  }

  /** Reads on into later segments while one holds nothing at or behind the start offset, as compaction may leave it. */
  async #readOn(
    from: Segment,
    limits: { startOffset: number; maxOffset: number; maxBytes: number; minOneBatch: boolean },
    options: ReadOptions,
    first?: Promise<Chunks | undefined>,
  ): Promise<ReadOutcome> {
    const cuts = this.#cuts
    try {
      let chunks = await first
      let segment: Segment | undefined = first === undefined ? from : this.#segmentAfter(from)
      while (chunks === undefined && segment !== undefined && cuts === this.#cuts) {
        await this.#environment.indexCache.load(segment, this.directory)
        chunks = await this.#reader.read(segment, this.#tailSegment, limits)
        segment = this.#segmentAfter(segment)
      }
      if (cuts !== this.#cuts) {
        chunks?.release()
        chunks = undefined
      }
      return this.#readResult(chunks, limits.startOffset, limits.maxOffset, options)
    } catch (cause) {
      // Its files went while the read was under way.
      if (this.#isClosed) return { errorCode: ErrorCode.NOT_LEADER_OR_FOLLOWER }
      if (cuts !== this.#cuts) return this.#readResult(undefined, limits.startOffset, limits.maxOffset, options)
      this.#logDir.fail(cause)
      return { errorCode: ErrorCode.KAFKA_STORAGE_ERROR }
    }
  }

  #readResult(chunks: Chunks | undefined, startOffset: number, maxOffset: number, options: ReadOptions): LogRead {
    const isCommitted = options.isolation === 'read-committed'
    return {
      errorCode: 0,
      chunks: chunks?.chunks ?? [],
      sizeInBytes: chunks?.sizeInBytes ?? 0,
      highWatermark: this.#highWatermark,
      lastStableOffset: this.lastStableOffset,
      logStartOffset: this.#logStartOffset,
      abortedTransactions: isCommitted ? this.#abortedBetween(startOffset, chunks?.nextOffset ?? maxOffset) : undefined,
      release: chunks?.release ?? noRelease,
    }
  }

  #abortedBetween(startOffset: number, endOffset: number): { producerId: number; firstOffset: number }[] {
    const aborted: { producerId: number; firstOffset: number }[] = []
    for (const segment of this.#segments) {
      for (const transaction of segment.abortedTransactions) {
        const { producerId, firstOffset, lastOffset } = transaction
        if (lastOffset >= startOffset && firstOffset < endOffset) aborted.push({ producerId, firstOffset })
      }
    }
    return aborted
  }

  readableBytes(startOffset: number, isolation: ReadIsolation): number {
    const endOffset = this.#endOf(isolation)
    if (startOffset >= endOffset || startOffset < this.#logStartOffset) return 0
    const segment = this.#segmentOf(startOffset)
    const active = this.#active
    if (segment !== active) return this.sizeInBytes
    const to = endOffset >= this.#logEndOffset ? active.writtenBytes : active.offsetIndex!.floorPosition(endOffset)
    return Math.max(1, to - this.#reader.positionOf(active, startOffset))
  }

  #endOf(isolation: ReadIsolation): number {
    if (isolation === 'log-end') return this.#logEndOffset
    return isolation === 'high-watermark' ? this.#highWatermark : this.lastStableOffset
  }

  /** The last segment that begins at or before `offset`. */
  #segmentOf(offset: number): Segment {
    if (offset >= this.#active.baseOffset) return this.#active
    return this.#segments.findLast(({ baseOffset }) => baseOffset <= offset) ?? this.#segments[0]!
  }

  #segmentAfter(segment: Segment): Segment | undefined {
    return this.#segments.find(({ baseOffset }) => baseOffset > segment.baseOffset)
  }

  // Looking up

  offsetForTimestamp(timestamp: number): Promise<TimestampedOffset | undefined> {
    return this.#logDir.guard(() =>
      findOffsetForTimestamp(timestamp, {
        environment: this.#environment,
        directory: this.directory,
        segments: this.#segments,
        epochs: this.#epochs,
        logStartOffset: this.#logStartOffset,
        logEndOffset: this.#logEndOffset,
      }),
    )
  }

  endOffsetForEpoch(epoch: number): { readonly leaderEpoch: number; readonly endOffset: number } {
    return this.#epochs.endOffsetFor(epoch, this.#logEndOffset)
  }

  assignEpochStartOffset(epoch: number, startOffset: number): void {
    if (this.#epochs.assign(epoch, startOffset)) this.#files.saveEpochs(this.#epochs.entries)
  }

  activeProducers(): ProducerState[] {
    return this.#producers.describe()
  }

  expireProducers(nowMs: number): void {
    this.#producers.expire(nowMs, this.#environment.producerIdExpirationMs)
  }

  // Moving the ends

  updateHighWatermark(offset: number): void {
    this.#highWatermark = Math.max(this.#logStartOffset, Math.min(offset, this.#logEndOffset))
    this.#producers.highWatermarkMoved(this.#highWatermark)
  }

  incrementLogStartOffset(offset: number): boolean {
    if (offset > this.#highWatermark) return false
    if (offset <= this.#logStartOffset) return true
    this.#logStartOffset = offset
    if (this.#epochs.truncateFromStart(offset)) this.#files.saveEpochs(this.#epochs.entries)
    return true
  }

  async truncateTo(offset: number): Promise<void> {
    assert(offset >= 0, `Truncating ${this.#name} to ${offset}`)
    if (offset >= this.#nextOffset) {
      if (this.#epochs.truncateFromEnd(this.#nextOffset)) this.#files.saveEpochs(this.#epochs.entries)
      return
    }
    if (offset < this.#segments[0]!.baseOffset) return this.truncateFullyAndStartAt(offset)
    await this.#logDir.guard(async () => {
      await this.#writer.whenIdle()
      this.#cutBegins()
      const dropped = this.#segments.splice(this.#segments.findIndex(({ baseOffset }) => baseOffset > offset) >>> 0)
      await this.#files.truncate(this.#active, offset, dropped)
      this.#nextOffset = offset
      this.#logEndOffset = offset
      this.#logStartOffset = Math.min(this.#logStartOffset, offset)
      this.updateHighWatermark(this.#highWatermark)
      if (this.#epochs.truncateFromEnd(offset)) this.#files.saveEpochs(this.#epochs.entries)
      await this.#files.reloadProducers(this.#producers, this.#segments, this.#logStartOffset, offset)
      // What is appended from here on is not on stable storage, whatever the checkpoint said of these offsets.
      await this.#saveRecoveryPoint()
      this.listener?.logEndOffsetMoved(this)
    })
  }

  async truncateFullyAndStartAt(offset: number): Promise<void> {
    await this.#logDir.guard(async () => {
      await this.#writer.whenIdle()
      this.#cutBegins()
      await this.#files.dropAll(this.#segments, offset)
      this.#cutBegins()
      this.#segments.splice(0, this.#segments.length, this.#newSegment(offset, this.#environment.clock.nowMs()))
      this.#nextOffset = offset
      this.#logEndOffset = offset
      this.#logStartOffset = offset
      this.#highWatermark = offset
      this.#producers.clear()
      this.#epochs.clear()
      this.#files.saveEpochs([])
      await this.#saveRecoveryPoint()
      this.listener?.logEndOffsetMoved(this)
    })
  }

  #cutBegins(): void {
    this.#cuts++
    this.#tail.clear()
    this.#tailSegment = undefined
    this.#reader.forget()
  }

  // Keeping

  flush(): Promise<void> {
    return this.#files.flush(async () => {
      await this.#writer.whenIdle()
      return { segment: this.#active, offset: this.#logEndOffset }
    })
  }

  /**
   * Drops the oldest segments that nobody may read any more or that retention has passed, and returns how many. Only
   * what lies below the high watermark goes.
   */
  async deleteOldSegments(nowMs: number): Promise<number> {
    const doomed = this.#doomedSegments(nowMs)
    if (doomed === 0) return 0
    if (doomed === this.#segments.length) this.roll()
    const newStart = this.#segments[doomed]!.baseOffset
    const dropped = this.#segments.splice(0, doomed)
    this.incrementLogStartOffset(newStart)
    await this.#logDir.guard(() => this.#files.drop(dropped, this.#config.fileDeleteDelayMs))
    return dropped.length
  }

  #doomedSegments(nowMs: number): number {
    const { isDeleted, retentionBytes, retentionMs } = this.#config
    let excessBytes = isDeleted && retentionBytes >= 0 ? this.sizeInBytes - retentionBytes : Number.NEGATIVE_INFINITY
    let count = 0
    for (const [index, segment] of this.#segments.entries()) {
      const next = this.#segments[index + 1]
      const endOffset = next?.baseOffset ?? this.#nextOffset
      if (endOffset > this.#highWatermark || (next === undefined && segment.nextPosition === 0)) break
      const isUnreachable = next !== undefined && next.baseOffset <= this.#logStartOffset
      const isExcess = excessBytes - segment.nextPosition >= 0
      const isExpired = isDeleted && retentionMs >= 0 && nowMs - segment.largestTimestamp > retentionMs
      if (!isUnreachable && !isExcess && !isExpired) break
      excessBytes -= segment.nextPosition
      count++
    }
    return count
  }

  /** Everything is on stable storage, with indexes and producer snapshot, when it resolves; nothing may follow. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    await this.#logDir.guard(async () => {
      await this.#writer.whenIdle()
      await this.#files.close(this.#active, this.#nextOffset, this.#producers)
    })
    this.#isClosed = true
    this.#tail.clear()
    await this.#files.closeFiles(this.#segments)
  }

  /** Lets go of everything and moves the directory, as before its deletion. */
  async abandon(newDirectory: string): Promise<void> {
    this.#isClosed = true
    this.#tail.clear()
    await this.#writer.whenIdle().catch(() => undefined)
    await this.#files.abandon(this.#segments, newDirectory)
  }
}

function noRelease(): void {}
