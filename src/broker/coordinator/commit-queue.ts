import type { Clock } from '../../ports.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import type { Deadline, Deadlines } from '../../timers/deadlines.ts'

/** Called once: with 0 when the records are committed, else with why that is not known or not to be. */
export type Settle = (errorCode: number) => void

interface Held {
  readonly requiredOffset: number
  readonly deadlineMs: number
  readonly settle: Settle
}

/**
 * What waits for records to be committed, in the order of the log. All wait equally long at most, so that the first
 * is also the first to give up, and one deadline does for all.
 */
export class CommitQueue {
  readonly #clock: Clock
  readonly #timeoutMs: number
  readonly #deadline: Deadline
  #held: Held[] = []

  constructor(clock: Clock, deadlines: Deadlines, timeoutMs: number) {
    this.#clock = clock
    this.#timeoutMs = timeoutMs
    this.#deadline = deadlines.unset(() => this.#timedOut())
  }

  get size(): number {
    return this.#held.length
  }

  /** Holds it until everything below `requiredOffset` is committed. Offsets never go back from call to call. */
  hold(requiredOffset: number, settle: Settle): void {
    const deadlineMs = this.#clock.monotonicMs() + this.#timeoutMs
    this.#held.push({ requiredOffset, deadlineMs, settle })
    if (!this.#deadline.isSet) this.#deadline.set(deadlineMs)
  }

  advanced(highWatermark: number): void {
    let count = 0
    while (count < this.#held.length && this.#held[count]!.requiredOffset <= highWatermark) count++
    if (count === 0) return
    const committed = this.#held.splice(0, count)
    this.#expectTimeout()
    for (const held of committed) held.settle(0)
  }

  /** Nothing of what is held will be known to be committed. */
  fail(errorCode: number): void {
    const failed = this.#held
    this.#held = []
    this.#deadline.cancel()
    for (const held of failed) held.settle(errorCode)
  }

  #timedOut(): void {
    const nowMs = this.#clock.monotonicMs()
    let count = 0
    while (count < this.#held.length && this.#held[count]!.deadlineMs <= nowMs) count++
    const late = this.#held.splice(0, count)
    this.#expectTimeout()
    for (const held of late) held.settle(ErrorCode.REQUEST_TIMED_OUT)
  }

  #expectTimeout(): void {
    const first = this.#held[0]
    if (first === undefined) this.#deadline.cancel()
    else this.#deadline.set(first.deadlineMs)
  }
}
