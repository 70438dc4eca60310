import type { Clock, Timer } from '../../src/ports.ts'

/** A clock that stands still until it is moved; what is due at once happens in the next turn. */
export class SteeredClock implements Clock {
  readonly #wallMs = Date.now()
  readonly #timers = new Map<object, { readonly dueMs: number; readonly callback: () => void }>()
  #elapsedMs = 0

  nowMs(): number {
    return this.#wallMs + this.#elapsedMs
  }

  monotonicMs(): number {
    return this.#elapsedMs
  }

  schedule(delayMs: number, callback: () => void): Timer {
    if (delayMs <= 0) {
      const immediate = setImmediate(callback)
      return { cancel: () => clearImmediate(immediate) }
    }
    const key = {}
    this.#timers.set(key, { dueMs: this.#elapsedMs + delayMs, callback })
    return { cancel: () => void this.#timers.delete(key) }
  }

  /** Calls what becomes due, in its order. */
  advance(ms: number): void {
    this.#elapsedMs += ms
    const due = [...this.#timers]
      .filter(([, { dueMs }]) => dueMs <= this.#elapsedMs)
      .toSorted(([, a], [, b]) => a.dueMs - b.dueMs)
    for (const [key, { callback }] of due) if (this.#timers.delete(key)) callback()
  }
}
