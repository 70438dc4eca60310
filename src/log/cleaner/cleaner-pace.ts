import type { Clock } from '../../ports.ts'

/** Work is done for so long at a time at least: a timer for less costs more than it gives. */
const workMsMin = 2
/** Rest in proportion to work: at one to four fewer than one in a hundred short requests meets the cleaner at work. */
const restPerWork = 4
const restMsMax = 40
/** As long after a request clients are taken to be there still. */
const patienceMs = 100

/**
 * While clients are served a cleaning rests four fifths of the time, so that what they wait for a processor stays what it
 * was; otherwise it does not rest (docs/decisions/0026-a-cleaner-that-rests.md).
 */
export class CleanerPace {
  readonly #clock: Clock
  readonly #servedCount: () => number
  #seenCount: number
  #servedMs = Number.NEGATIVE_INFINITY
  #workingSinceMs: number

  /** `servedCount`: how many requests there have been. */
  constructor(clock: Clock, servedCount: () => number) {
    this.#clock = clock
    this.#servedCount = servedCount
    this.#seenCount = servedCount()
    this.#workingSinceMs = clock.monotonicMs()
  }

  /** Called between two pieces of work; resolves when the next may be begun, or the cleaning is aborted. */
  async rest(isAborted: () => boolean): Promise<void> {
    const nowMs = this.#clock.monotonicMs()
    const servedCount = this.#servedCount()
    if (servedCount !== this.#seenCount) this.#servedMs = nowMs
    this.#seenCount = servedCount
    const workedMs = nowMs - this.#workingSinceMs
    if (workedMs < workMsMin) return
    if (nowMs - this.#servedMs <= patienceMs && !isAborted()) {
      await new Promise<void>(resolve => {
        this.#clock.schedule(Math.min(workedMs * restPerWork, restMsMax), resolve)
      })
    }
    this.#workingSinceMs = this.#clock.monotonicMs()
  }
}
