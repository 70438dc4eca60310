import type { Clock, Timer } from '../ports.ts'

/** The machine's clocks and Node's timers. */
export class NodeClock implements Clock {
  nowMs(): number {
    return Date.now()
  }

  monotonicMs(): number {
    return performance.now()
  }

  schedule(delayMs: number, callback: () => void): Timer {
    if (delayMs <= 0) {
      const immediate = setImmediate(callback)
      return { cancel: () => clearImmediate(immediate) }
    }
    // Node fires a timer up to a millisecond early by this clock, and takes anything above 2^31-1 for 1.
    const timeout = setTimeout(callback, Math.min(Math.ceil(delayMs), 2 ** 31 - 1))
    timeout.unref()
    return { cancel: () => clearTimeout(timeout) }
  }
}
