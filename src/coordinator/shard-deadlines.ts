import { DeadlineHeap, type HeapEntry } from '../timers/deadline-heap.ts'
import type { CoordinatorResult } from './coordinator-shard.ts'
import type { Instant } from './instant.ts'

/** What a shard does when a time has come. May be scheduled, moved and cancelled any number of times. */
export class ShardDeadline<Record> implements HeapEntry {
  /** Where it stands in the heap: never later than `dueMs`. */
  deadlineMs = Number.POSITIVE_INFINITY
  heapIndex = -1
  dueMs = Number.POSITIVE_INFINITY
  readonly reached: (now: Instant) => CoordinatorResult<Record>

  constructor(reached: (now: Instant) => CoordinatorResult<Record>) {
    this.reached = reached
  }

  get isScheduled(): boolean {
    return this.heapIndex >= 0
  }
}

/**
 * The deadlines of one shard. Moving one later, as every heartbeat does, only notes the new time: the heap looks at
 * it again when the old time has come, so that a heartbeat costs the same in a group of two and of ten thousand.
 */
export class ShardDeadlines<Record> {
  readonly #heap = new DeadlineHeap<ShardDeadline<Record>>()

  get nextDeadlineMs(): number {
    return this.#heap.nextDeadlineMs
  }

  schedule(deadline: ShardDeadline<Record>, dueMs: number): void {
    deadline.dueMs = dueMs
    if (deadline.heapIndex < 0 || dueMs < deadline.deadlineMs) this.#heap.set(deadline, dueMs)
  }

  cancel(deadline: ShardDeadline<Record>): void {
    this.#heap.remove(deadline)
    deadline.dueMs = Number.POSITIVE_INFINITY
  }

  /** The earliest that is due, no longer scheduled; `undefined` if none is. */
  takeDue(nowMs: number): ShardDeadline<Record> | undefined {
    for (let first = this.#heap.takeDue(nowMs); first !== undefined; first = this.#heap.takeDue(nowMs)) {
      if (first.dueMs <= nowMs) return first
      this.#heap.set(first, first.dueMs)
    }
    return undefined
  }
}
