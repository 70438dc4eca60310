import { assert } from '../assertion.ts'
import type { LogAppender } from './log-appender.ts'
import type { LogState } from './log-state.ts'
import type { SegmentedLog } from './segmented-log.ts'

/**
 * The copy of a log in another directory that gets every append too, once it has caught up: readers see what both have.
 * And where the log ends for them, with a copy or without.
 */
export class LogMirror {
  readonly #state: LogState
  readonly #appender: LogAppender
  readonly #endMoved: () => void
  #copy: SegmentedLog | undefined
  /** Up to here the log's own bytes are written; counts while there is a copy. */
  #writtenOffset = 0

  constructor(state: LogState, appender: LogAppender, endMoved: () => void) {
    this.#state = state
    this.#appender = appender
    this.#endMoved = endMoved
  }

  get copy(): SegmentedLog | undefined {
    return this.#copy
  }

  /** The log's own bytes are written up to there. */
  written(endOffset: number): void {
    if (this.#copy !== undefined) {
      this.#advance(endOffset, this.#copy.logEndOffset)
    } else {
      this.#state.logEndOffset = endOffset
      this.#endMoved()
    }
  }

  #advance(writtenOffset: number, copiedOffset: number): void {
    this.#writtenOffset = writtenOffset
    const endOffset = Math.min(writtenOffset, copiedOffset)
    if (endOffset <= this.#state.logEndOffset) return
    this.#state.logEndOffset = endOffset
    this.#endMoved()
  }

  /** The log has been cut, and ends there. */
  cutTo(offset: number): void {
    this.#writtenOffset = offset
    this.#endMoved()
  }

  /** From this turn on `copy`, which ends where the log does for readers, gets what is appended. */
  begin(copy: SegmentedLog, appender: LogAppender, failed: () => void): void {
    const { logEndOffset } = this.#state
    assert(copy.nextOffset === logEndOffset, `${copy.logDir} has not caught up`)
    this.#copy = copy
    this.#writtenOffset = logEndOffset
    copy.listener = { logEndOffsetMoved: () => this.#advance(this.#writtenOffset, copy.logEndOffset) }
    this.#appender.beginMirroring(appender, () => {
      if (this.#copy !== copy) return
      this.end()
      failed()
    })
  }

  end(): void {
    if (this.#copy === undefined) return
    this.#copy.listener = undefined
    this.#copy = undefined
    this.#appender.endMirroring()
    this.#advance(this.#writtenOffset, this.#writtenOffset)
  }

  /** The copy has become the partition's log. */
  succeeded(): void {
    this.#copy = undefined
  }
}
