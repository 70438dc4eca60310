import type { Clock, Timer } from '../../src/ports.ts'

/** Time that passes only when the test says so. */
export class ManualClock implements Clock {
  #nowMs = 1_000
  readonly #timers: { atMs: number; callback: () => void }[] = []

  nowMs(): number {
    return this.#nowMs
  }

  monotonicMs(): number {
    return this.#nowMs
  }

  schedule(delayMs: number, callback: () => void): Timer {
    const timer = { atMs: this.#nowMs + delayMs, callback }
    this.#timers.push(timer)
    return {
      cancel: () => {
        const index = this.#timers.indexOf(timer)
        if (index >= 0) this.#timers.splice(index, 1)
      },
    }
  }

  advance(ms: number): void {
    this.#nowMs += ms
    for (;;) {
      const due = this.#timers.find(({ atMs }) => atMs <= this.#nowMs)
      if (due === undefined) return
      this.#timers.splice(this.#timers.indexOf(due), 1)
      due.callback()
    }
  }
}
