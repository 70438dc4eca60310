import type { Clock, Timer } from '../ports.ts'
import { DeadlineHeap, type HeapEntry } from './deadline-heap.ts'

/**
 * Everything one broker waits for, on one timer of the clock: idle connections, delayed operations, sessions.
 *
 * The timer is moved only when a deadline earlier than all others appears. One that turns out to be too early, since
 * what it was for is gone, costs one look at the heap.
 */
export class Deadlines {
  readonly #clock: Clock
  readonly #heap = new DeadlineHeap<Deadline>()
  #timer: Timer | undefined
  #timerMs = Number.POSITIVE_INFINITY
  #isClosed = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get size(): number {
    return this.#heap.size
  }

  /** Calls `callback` once, no earlier than `delayMs` from now. */
  after(delayMs: number, callback: () => void): Deadline {
    const deadline = this.unset(callback)
    deadline.set(this.#clock.monotonicMs() + delayMs)
    return deadline
  }

  /** A deadline that is not due until it is `set`. */
  unset(callback: () => void): Deadline {
    return new Deadline(this, this.#heap, callback)
  }

  /** Drops every deadline; nothing is called any more. */
  close(): void {
    this.#isClosed = true
    this.#timer?.cancel()
    this.#timer = undefined
  }

  /** @internal Deadline tells that it was added or moved. */
  moved(): void {
    const nextMs = this.#heap.nextDeadlineMs
    if (nextMs >= this.#timerMs || this.#isClosed) return
    this.#timer?.cancel()
    this.#timerMs = nextMs
    this.#timer = this.#clock.schedule(Math.max(0, nextMs - this.#clock.monotonicMs()), () => this.#run())
  }

  #run(): void {
    this.#timer = undefined
    const nowMs = this.#clock.monotonicMs()
    // No callback may move the timer while the heap is walked; what it adds is seen at the end.
    this.#timerMs = Number.NEGATIVE_INFINITY
    try {
      for (let due = this.#heap.takeDue(nowMs); due !== undefined; due = this.#heap.takeDue(nowMs)) {
        if (this.#isClosed) return
        due.callback()
      }
    } finally {
      this.#timerMs = Number.POSITIVE_INFINITY
      this.moved()
    }
  }
}

/** One entry of `Deadlines`; may be set, moved and cancelled any number of times. */
export class Deadline implements HeapEntry {
  deadlineMs = Number.POSITIVE_INFINITY
  heapIndex = -1
  readonly callback: () => void
  readonly #deadlines: Deadlines
  readonly #heap: DeadlineHeap<Deadline>

  constructor(deadlines: Deadlines, heap: DeadlineHeap<Deadline>, callback: () => void) {
    this.#deadlines = deadlines
    this.#heap = heap
    this.callback = callback
  }

  get isSet(): boolean {
    return this.heapIndex >= 0
  }

  /** Due at `deadlineMs` of the monotonic clock, instead of whenever it was due before. */
  set(deadlineMs: number): void {
    this.#heap.set(this, deadlineMs)
    this.#deadlines.moved()
  }

  /** Harmless when not set. */
  cancel(): void {
    this.#heap.remove(this)
  }
}
