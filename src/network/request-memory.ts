import { MemoryBudget } from '../memory/memory-budget.ts'

/** Requests up to this size draw on a part of their own. */
const smallRequestBytesMax = 16 * 1024
/** That part, as a share of the broker's budget and beside it. */
const smallRequestsShare = 1 / 8

/**
 * Memory for requests. Small ones do not wait in line with large ones: a client that announces much and sends little
 * may keep others from producing for a while, but not from heartbeats, metadata and fetches.
 */
export class RequestMemory {
  readonly #large: MemoryBudget
  readonly #small: MemoryBudget

  constructor(budget: MemoryBudget) {
    this.#large = budget
    this.#small = new MemoryBudget(budget.limitBytes * smallRequestsShare)
  }

  tryReserve(length: number): boolean {
    return this.#of(length).tryReserve(length)
  }

  /** As `MemoryBudget.reserveLater`. */
  reserveLater(length: number, granted: () => void): () => void {
    return this.#of(length).reserveLater(length, granted)
  }

  /** For a request of the same length that was granted. */
  release(length: number): void {
    if (length > 0) this.#of(length).release(length)
  }

  #of(length: number): MemoryBudget {
    return length <= smallRequestBytesMax ? this.#small : this.#large
  }
}
