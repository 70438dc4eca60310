import type { Clock, Timer } from '../../src/ports.ts'

/** A clock that stands until a test moves it. */
export class ManualClock implements Clock {
  #nowMs = 1000
  #timers: { readonly atMs: number; readonly callback: () => void }[] = []

  nowMs(): number {
    return this.#nowMs
  }

  monotonicMs(): number {
    return this.#nowMs
  }

  get timerCount(): number {
    return this.#timers.length
  }

  schedule(delayMs: number, callback: () => void): Timer {
    const timer = { atMs: this.#nowMs + delayMs, callback }
    this.#timers.push(timer)
    return {
      cancel: () => {
        this.#timers = this.#timers.filter(one => one !== timer)
      },
    }
  }

  /** Fires what falls due, in order; what that schedules for the same moment waits for the next call. */
  advance(ms: number): void {
    const untilMs = this.#nowMs + ms
    const fired = new Set(this.#timers)
    for (;;) {
      const due = this.#timers
        .filter(timer => timer.atMs <= untilMs && (timer.atMs < untilMs || fired.has(timer)))
        .sort((a, b) => a.atMs - b.atMs)[0]
      if (due === undefined) break
      this.#timers = this.#timers.filter(timer => timer !== due)
      this.#nowMs = Math.max(this.#nowMs, due.atMs)
      due.callback()
    }
    this.#nowMs = untilMs
  }
}
