import { assert } from '../assertion.ts'
import type { LogAppender } from './log-appender.ts'
import type { LogReader } from './log-reader.ts'
import type { LogState } from './log-state.ts'
import { countDoomedSegments } from './retention.ts'

/** Takes away what a log holds, at its end or at its beginning. Nothing else may change its segments meanwhile. */
export class LogCuts {
  readonly #state: LogState
  readonly #appender: LogAppender
  readonly #reader: LogReader
  readonly #ended: (offset: number) => void

  /** `ended` is told where the log ends now. */
  constructor(state: LogState, appender: LogAppender, reader: LogReader, ended: (offset: number) => void) {
    this.#state = state
    this.#appender = appender
    this.#reader = reader
    this.#ended = ended
  }

  /** Drops everything from `offset` on. */
  async truncateTo(offset: number): Promise<void> {
    const state = this.#state
    assert(offset >= 0, `Truncating ${state.name} to ${offset}`)
    if (offset >= state.nextOffset) {
      // Led here for an epoch and appended nothing before another leader came: the epoch goes.
      if (state.epochs.truncateFromEnd(state.nextOffset)) state.saveEpochs()
      return
    }
    if (offset < state.segments[0]!.baseOffset) return await this.truncateFullyAndStartAt(offset)
    await state.files.withoutFlushes(async () => {
      await this.#appender.whenIdle()
      this.#cutBegins()
      const later = state.segments.findIndex(({ baseOffset }) => baseOffset > offset)
      const dropped = later < 0 ? [] : state.segments.splice(later)
      await state.files.truncate(state.active, offset, dropped)
      state.nextOffset = offset
      state.logEndOffset = offset
      state.logStartOffset = Math.min(state.logStartOffset, offset)
      state.updateHighWatermark(state.highWatermark)
      if (state.epochs.truncateFromEnd(offset)) state.saveEpochs()
      await state.files.reloadProducers(state.producers, state.segments, state.logStartOffset, offset)
      // What is appended from here on is not on stable storage, whatever the checkpoint said of these offsets.
      this.#forgetCleanedFrom(offset)
      await state.saveOffsets()
      this.#ended(offset)
    })
  }

  /** Drops everything; the log begins anew at `offset`. */
  async truncateFullyAndStartAt(offset: number): Promise<void> {
    const state = this.#state
    await state.files.withoutFlushes(async () => {
      await this.#appender.whenIdle()
      this.#cutBegins()
      state.isBeingCut = true
      await state.files.dropAll(state.segments, offset)
      state.isBeingCut = false
      this.#cutBegins()
      state.segments.splice(0, state.segments.length, state.newSegment(offset, this.#appender.whenIdle()))
      await state.files.madeAnew(offset)
      state.nextOffset = offset
      state.logEndOffset = offset
      state.logStartOffset = offset
      state.highWatermark = offset
      state.producers.clear()
      state.epochs.clear()
      state.saveEpochs()
      this.#forgetCleanedFrom(offset)
      await state.saveOffsets()
      this.#ended(offset)
    })
  }

  /** Drops the oldest segments that need not be kept, and returns how many. */
  async deleteOldSegments(nowMs: number): Promise<number> {
    const state = this.#state
    const doomed = state.isClosed ? 0 : countDoomedSegments(state, nowMs)
    if (doomed === 0) return 0
    if (doomed === state.segments.length) this.#appender.roll(state.nextOffset)
    const newStart = state.segments[doomed]!.baseOffset
    const dropped = state.segments.splice(0, doomed)
    state.removals++
    const dropping = state.logDir.guard(() => state.files.drop(dropped, newStart, state.config.fileDeleteDelayMs))
    if (newStart > state.logStartOffset) state.moveLogStart(newStart, () => dropping)
    await dropping
    return dropped.length
  }

  #forgetCleanedFrom(offset: number): void {
    const { cleanedOffset } = this.#state
    if (cleanedOffset !== undefined) this.#state.cleanedOffset = Math.min(cleanedOffset, offset)
  }

  #cutBegins(): void {
    this.#state.cuts++
    this.#state.removals++
    this.#reader.forget()
  }
}
