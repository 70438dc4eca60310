import { MemoryBudget } from '../../memory/memory-budget.ts'
import type { Deadlines } from '../../timers/deadlines.ts'

/** Fetched records may hold this share of the broker's budget; the rest stays for what producers send. */
const shareOfBudget = 1 / 2

/** One response may take at most this share of what is left, so that a few slow readers cannot take it all. */
const shareOfRest = 1 / 4

/**
 * Bounds the records that are read but not yet sent, whatever clients ask for and however slowly they read: responses
 * get smaller as memory gets scarce, and wait when there is none.
 */
export class FetchMemory {
  readonly #whole: MemoryBudget
  readonly #own: MemoryBudget
  readonly #deadlines: Deadlines

  constructor(whole: MemoryBudget, deadlines: Deadlines) {
    this.#whole = whole
    this.#own = new MemoryBudget(Math.floor(whole.limitBytes * shareOfBudget))
    this.#deadlines = deadlines
  }

  get usedBytes(): number {
    return this.#own.usedBytes
  }

  /** What a response that wants `wantedBytes` may take. A first batch that is larger may still go. */
  responseBytesMax(wantedBytes: number): number {
    return Math.min(wantedBytes, Math.floor(this.#own.availableBytes * shareOfRest))
  }

  /** `undefined` if there is room now; else whether room came within `maxWaitMs`. */
  whenRoom(maxWaitMs: number): Promise<boolean> | undefined {
    if (this.#own.availableBytes > 0 && !this.#own.hasWaiters) return undefined
    return new Promise(resolve => {
      const takeBack = this.#own.reserveLater(0, () => {
        deadline.cancel()
        resolve(true)
      })
      const deadline = this.#deadlines.after(Math.max(0, maxWaitMs), () => {
        takeBack()
        resolve(false)
      })
    })
  }

  hold(bytes: number): void {
    this.#own.reserve(bytes)
    this.#whole.reserve(bytes)
  }

  free(bytes: number): void {
    this.#own.release(bytes)
    this.#whole.release(bytes)
  }
}
