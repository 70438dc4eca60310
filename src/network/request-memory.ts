import { MemoryBudget } from '../memory/memory-budget.ts'

/** Requests up to this size draw on a part of their own. */
const smallRequestBytesMax = 16 * 1024
/** That part, as a share of the broker's budget and beside it. */
const smallRequestsShare = 1 / 8

/**
 * Memory for requests. Small ones do not wait in line with large ones: a client that announces much and sends little
 * may keep others from producing for a while, but not from heartbeats, metadata and fetches.
 *
 * `queued.max.request.bytes`, where it is set, bounds all of them together.
 */
export class RequestMemory {
  readonly #large: MemoryBudget
  readonly #small: MemoryBudget
  readonly #queued: MemoryBudget | undefined

  /** `queuedBytesMax` is `queued.max.request.bytes`: no bound where it is not positive. */
  constructor(budget: MemoryBudget, queuedBytesMax: number) {
    this.#large = budget
    this.#small = new MemoryBudget(budget.limitBytes * smallRequestsShare)
    this.#queued = queuedBytesMax > 0 ? new MemoryBudget(queuedBytesMax) : undefined
  }

  get hasWaiters(): boolean {
    return this.#large.hasWaiters || this.#small.hasWaiters || this.#queued?.hasWaiters === true
  }

  tryReserve(length: number): boolean {
    if (this.#queued?.tryReserve(length) === false) return false
    if (this.#of(length).tryReserve(length)) return true
    this.#queued?.release(length)
    return false
  }

  /** As `MemoryBudget.reserveLater`, for what was just refused. */
  reserveLater(length: number, granted: () => void): () => void {
    const part = this.#of(length)
    const queued = this.#queued
    if (queued === undefined) return part.reserveLater(length, granted)
    let isQueuedReserved = false
    let cancel: () => void
    const waitForPart = () => {
      isQueuedReserved = true
      cancel = part.reserveLater(length, () => {
        isQueuedReserved = false
        granted()
      })
    }
    if (queued.tryReserve(length)) waitForPart()
    else {
      cancel = queued.reserveLater(length, () => {
        if (part.tryReserve(length)) granted()
        else waitForPart()
      })
    }
    return () => {
      cancel()
      if (isQueuedReserved) queued.release(length)
      isQueuedReserved = false
    }
  }

  /** For a request of the same length that was granted. */
  release(length: number): void {
    if (length === 0) return
    this.#of(length).release(length)
    this.#queued?.release(length)
  }

  #of(length: number): MemoryBudget {
    return length <= smallRequestBytesMax ? this.#small : this.#large
  }
}
