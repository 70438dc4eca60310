import { assert } from '../assertion.ts'
import { ErrorCode } from '../protocol/errors.ts'
import type { CompressedRecords, CompressedWalk } from '../protocol/records/compressed-records.ts'
import { batchesOf, type RecordBatch } from '../protocol/records/record-batch.ts'
import { accepted, closed, duplicate, invalid, largerThanSegment, offline, refused } from './append-outcome.ts'
import type { LogState } from './log-state.ts'
import { LogWriter, type QueuedWrite } from './log-writer.ts'
import {
  type AppendOutcome,
  type LeaderAppendOptions,
  LogDirOfflineError,
  type ProduceOptions,
} from './partition-log.ts'
import { recordsToOffload, validateProduced } from './produce-validation.ts'
import type { BatchMetadata } from './producer-entry.ts'
import type { CompletedTransaction } from './producer-state.ts'

/**
 * Appends to one log. Between the checks of a batch and its place in the writer's queue nothing is awaited; only what a
 * large compressed batch holds is looked at before, on another thread.
 */
export class LogAppender {
  readonly #state: LogState
  readonly #writer: LogWriter
  /** Brings all that is written so far to stable storage, for `flush.messages`. */
  readonly #flush: () => Promise<void>
  /** Batches being checked on another thread, and what waits behind them. */
  #offloaded = 0
  #latest: Promise<unknown> = Promise.resolve()
  /** Of a copy in another directory: gets what this one appends, in the same turn. */
  #mirror: LogAppender | undefined
  #mirrorFailed: () => void = () => {}
  /** Of the copy that has become the partition's log: what comes here goes there. */
  #successor: LogAppender | undefined

  constructor(state: LogState, written: (write: QueuedWrite) => void, flush: () => Promise<void>) {
    this.#state = state
    this.#writer = new LogWriter(state.logDir, state.environment.filePool, written)
    this.#flush = flush
  }

  /** Resolves once everything appended so far is written. */
  whenIdle(): Promise<void> {
    return this.#writer.whenIdle()
  }

  /** From now on `mirror`, which has what is written here, gets what is on its way and each append. */
  beginMirroring(mirror: LogAppender, failed: () => void): void {
    this.#mirror = mirror
    this.#mirrorFailed = failed
    for (const { bytes } of this.#writer.pending) {
      // Whoever waits for it here may use the buffer again before it is written there.
      const batches = [...batchesOf(new Uint8Array(bytes))]
      this.#appendToMirror(mirror, batches, this.#state.environment.clock.nowMs())
    }
  }

  endMirroring(): void {
    this.#mirror = undefined
  }

  /** What `old` is still looking at is appended here, before what comes from now on. */
  succeed(old: LogAppender): void {
    old.endMirroring()
    old.#successor = this
    if (old.#offloaded === 0) return
    this.#offloaded++
    this.#latest = old.#latest.then(() => {
      this.#offloaded--
    })
  }

  produce(records: Uint8Array, options: ProduceOptions): AppendOutcome | Promise<AppendOutcome> {
    const toOffload = recordsToOffload(records, this.#state.environment.validation)
    if (toOffload === undefined && this.#offloaded === 0) return this.#produceNow(records, options)
    return this.#produceLater(records, options, toOffload)
  }

  /** Checks on another thread, while what comes meanwhile waits its turn: order is kept. */
  async #produceLater(
    records: Uint8Array,
    options: ProduceOptions,
    toOffload: CompressedRecords | undefined,
  ): Promise<AppendOutcome> {
    const { requestOffload } = this.#state.environment
    const walking =
      toOffload &&
      requestOffload.run<CompressedWalk>('walkCompressed', toOffload, [toOffload.bytes.buffer as ArrayBuffer])
    // Observed at once: it may fail while an earlier one is still under way.
    const walked = walking?.catch(() => undefined)
    const earlier = this.#latest
    this.#offloaded++
    const outcome = Promise.all([walked, earlier]).then(([walk]) => {
      this.#offloaded--
      // Where the thread has failed, the loop does it.
      return this.#produceNow(records, options, walk)
    })
    this.#latest = outcome.catch(() => undefined)
    return await outcome
  }

  #produceNow(records: Uint8Array, options: ProduceOptions, walkedElsewhere?: CompressedWalk): AppendOutcome {
    if (this.#successor !== undefined) return this.#successor.#produceNow(records, options, walkedElsewhere)
    const state = this.#state
    state.environment.served.count++
    if (state.logDir.isOffline) return offline(state)
    if (state.isClosed) return closed(state)
    const nowMs = state.environment.clock.nowMs()
    const context = { ...state.environment.validation, name: state.name, config: state.config, nowMs }
    const result = validateProduced(records, context, walkedElsewhere)
    if (!result.isValid) return invalid(state, result)
    const { batch } = result
    if (batch.sizeInBytes > state.config.segmentBytes) return largerThanSegment(state, batch.sizeInBytes)
    batch.baseOffset = state.nextOffset
    batch.partitionLeaderEpoch = options.leaderEpoch
    if (batch.hasProducerId) {
      const check = state.producers.check(batch, {
        origin: 'client',
        verificationGuard: options.verificationGuard,
        isVerificationRequired: state.environment.isTransactionVerificationEnabled(),
        transactionVersion: 0,
      })
      if (check.kind === 'duplicate') return this.#duplicate(check.batch)
      if (check.kind === 'rejected') return refused(state, check.errorCode, check.errorMessage)
    }
    return this.#append([batch], result.logAppendTimeMs, nowMs)
  }

  appendAsLeader(records: Uint8Array, options: LeaderAppendOptions): AppendOutcome {
    const state = this.#state
    if (state.logDir.isOffline) return offline(state)
    if (state.isClosed) return closed(state)
    const nowMs = state.environment.clock.nowMs()
    const batches = [...batchesOf(records)]
    assert(batches.length > 0, `Nothing to append to ${state.name}`)
    const isLogAppendTime = state.config.messageTimestampType === 'LogAppendTime'
    let nextOffset = state.nextOffset
    for (const batch of batches) {
      if (batch.sizeInBytes > state.config.maxMessageBytes) {
        return refused(
          state,
          ErrorCode.MESSAGE_TOO_LARGE,
          `A record batch of ${batch.sizeInBytes} bytes is more than ${state.config.maxMessageBytes}`,
        )
      }
      if (batch.sizeInBytes > state.config.segmentBytes) return largerThanSegment(state, batch.sizeInBytes)
      if (options.origin === 'raft-leader') {
        assert(
          batch.baseOffset === nextOffset,
          `Offset ${batch.baseOffset} where ${nextOffset} is next in ${state.name}`,
        )
      } else {
        batch.baseOffset = nextOffset
        batch.partitionLeaderEpoch = options.leaderEpoch
        if (isLogAppendTime && options.origin === 'coordinator') this.#stampAppendTime(batch, nowMs)
      }
      nextOffset = batch.nextOffset
      if (batch.hasProducerId && options.origin !== 'raft-leader') {
        const check = state.producers.check(batch, {
          origin: options.origin,
          verificationGuard: options.verificationGuard,
          isVerificationRequired: state.environment.isTransactionVerificationEnabled(),
          transactionVersion: options.transactionVersion ?? 0,
        })
        if (check.kind === 'rejected') return refused(state, check.errorCode, check.errorMessage)
      }
    }
    return this.#append(batches, isLogAppendTime ? nowMs : -1, nowMs)
  }

  appendAsFollower(records: Uint8Array, leaderEpoch: number): AppendOutcome {
    const state = this.#state
    if (state.logDir.isOffline) return offline(state)
    if (state.isClosed) return closed(state)
    const { checksum } = state.environment.validation
    const batches: RecordBatch[] = []
    let nextOffset = state.nextOffset
    for (const batch of batchesOf(records)) {
      // The sender may have lost its leadership meanwhile; what is newer than our epoch is fetched again (KAFKA-18723).
      if (batch.partitionLeaderEpoch > leaderEpoch) break
      if (checksum.crc32c(batch.checkedBytes) !== batch.crc) {
        return refused(state, ErrorCode.CORRUPT_MESSAGE, `Batch ${batch.baseOffset} of ${state.name} is corrupt`)
      }
      if (batch.baseOffset < nextOffset) {
        return refused(
          state,
          ErrorCode.OFFSET_OUT_OF_RANGE,
          `Offset ${batch.baseOffset} is less than the next one, ${nextOffset}, of ${state.name}`,
        )
      }
      batches.push(batch)
      nextOffset = batch.nextOffset
    }
    if (batches.length > 0) return this.#append(batches, -1, state.environment.clock.nowMs())
    return accepted(state, state.nextOffset, state.nextOffset - 1, -1, undefined)
  }

  #stampAppendTime(batch: RecordBatch, nowMs: number): void {
    batch.setTimestamps(true, nowMs)
    batch.crc = this.#state.environment.validation.checksum.crc32c(batch.checkedBytes)
  }

  /** From here on nothing can be refused: the batches, at their offsets, become part of the log. */
  #append(batches: readonly RecordBatch[], logAppendTimeMs: number, nowMs: number): AppendOutcome {
    const state = this.#state
    const mirrored = this.#mirror === undefined ? undefined : this.#appendToMirror(this.#mirror, batches, nowMs)
    let written: Promise<void> | undefined
    const baseOffset = batches[0]!.baseOffset
    const { active } = state
    try {
      for (const batch of batches) {
        // What fails an earlier batch fails the last one too, and that is the one somebody waits for.
        written?.catch(() => undefined)
        written = this.#appendBatch(batch, nowMs)
      }
    } catch (error) {
      if (error instanceof LogDirOfflineError) return offline(state)
      throw error
    }
    if (mirrored !== undefined) written = both(written, mirrored)
    const sealed = active === state.active ? undefined : state.files.whenSealed()
    if (sealed !== undefined) written = both(written, sealed)
    if (state.nextOffset - state.files.recoveryPoint >= state.config.flushMessages) {
      written = (written ?? Promise.resolve()).then(() => this.#flush())
    }
    return accepted(state, baseOffset, state.nextOffset - 1, logAppendTimeMs, written)
  }

  /** Never rejects: a copy that fails is given up, and what was appended here stands. */
  #appendToMirror(mirror: LogAppender, batches: readonly RecordBatch[], nowMs: number): Promise<void> | undefined {
    const outcome = mirror.#append(batches, -1, nowMs)
    if ('written' in outcome) return outcome.written?.catch(() => this.#mirrorFailed())
    this.#mirrorFailed()
    return undefined
  }

  #appendBatch(batch: RecordBatch, nowMs: number): Promise<void> | undefined {
    const state = this.#state
    const { lastOffset, recordsMaxTimestamp, sizeInBytes } = batch
    if (state.active.shouldRoll(state.config, sizeInBytes, lastOffset, recordsMaxTimestamp, nowMs)) {
      this.roll(batch.baseOffset)
    }
    const epoch = batch.partitionLeaderEpoch
    if (epoch >= 0 && state.epochs.assign(epoch, batch.baseOffset)) state.saveEpochs()
    if (batch.hasProducerId) {
      const completed = state.producers.apply(batch)
      if (completed?.isAborted === true) this.#recordAborted(completed)
    }
    const segment = state.active
    const position = segment.nextPosition
    segment.add({ lastOffset, recordsMaxTimestamp, sizeInBytes }, state.config.indexIntervalBytes)
    segment.modifiedMs = nowMs
    state.nextOffset = lastOffset + 1
    return this.#writer.enqueue({ segment, position, bytes: batch.toBytes(), endOffset: state.nextOffset })
  }

  #recordAborted(completed: CompletedTransaction): void {
    this.#state.active.transactionIndex.append(completed)
    this.#state.files.saveAborted(this.#state.active)
  }

  #duplicate(batch: BatchMetadata): AppendOutcome {
    const isWritten = batch.lastOffset < this.#state.logEndOffset
    return duplicate(this.#state, batch, isWritten ? undefined : this.#writer.whenIdle())
  }

  /** Seals the active segment and begins a new one at `baseOffset`, the next offset or beyond. */
  roll(baseOffset: number): void {
    const { active, files, producers, segments } = this.#state
    if (active.nextPosition === 0 && active.baseOffset === baseOffset) return
    active.seal()
    const written = this.#writer.whenIdle()
    segments.push(this.#state.newSegment(baseOffset, written))
    files.sealed(active, baseOffset, producers, written)
  }
}

async function both(one: Promise<void> | undefined, other: Promise<void>): Promise<void> {
  await Promise.all([one, other])
}
