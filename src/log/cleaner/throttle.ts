import type { Clock } from '../../ports.ts'

/** Below this much of debt nobody waits: a timer for less would cost more than it holds back. */
const debtMsMin = 10
/** How long an aborted cleaning may sleep on. */
const napMsMax = 250

/** Holds reads and writes of all cleanings together down to a rate (`Throttler`). */
export class Throttle {
  readonly #clock: Clock
  readonly #bytesPerSecondMax: () => number
  /** When what was taken so far would have been read at that rate. */
  #paidUntilMs = 0

  constructor(clock: Clock, bytesPerSecondMax: () => number) {
    this.#clock = clock
    this.#bytesPerSecondMax = bytesPerSecondMax
  }

  /** `bytes` have been read or written; resolves when more may be, or nobody waits for it any more. */
  async took(bytes: number, isAborted: () => boolean): Promise<void> {
    const dueMs = Math.max(this.#paidUntilMs, this.#clock.monotonicMs()) + (bytes * 1000) / this.#bytesPerSecondMax()
    this.#paidUntilMs = dueMs
    for (;;) {
      const debtMs = dueMs - this.#clock.monotonicMs()
      if (debtMs < debtMsMin || isAborted()) return
      await new Promise<void>(resolve => {
        this.#clock.schedule(Math.min(debtMs, napMsMax), resolve)
      })
    }
  }
}
