import { MemoryBudget } from '../../memory/memory-budget.ts'
import type { Deadlines } from '../../timers/deadlines.ts'

/** Fetched records may hold this share of the broker's budget; the rest stays for what producers send. */
const shareOfBudget = 1 / 2

/** One response may take at most this share of what is left, so that a few slow readers cannot take it all. */
const shareOfRest = 1 / 4

/** What a response may always take while there is room at all: a batch of the default `max.message.bytes`. */
const grantBytesMin = 1_048_588

/**
 * Bounds the records that are read but not yet sent, whatever clients ask for and however slowly they read: responses
 * get smaller as memory gets scarce, and wait when there is none. Memory is taken before the reading begins.
 */
export class FetchMemory {
  readonly #whole: MemoryBudget
  readonly #own: MemoryBudget
  readonly #deadlines: Deadlines
  readonly #isShort: () => void

  /** `isShort` is told when a fetch has to wait for what others do not read. */
  constructor(whole: MemoryBudget, deadlines: Deadlines, isShort: () => void) {
    this.#isShort = isShort
    this.#whole = whole
    this.#own = new MemoryBudget(Math.floor(whole.limitBytes * shareOfBudget))
    this.#deadlines = deadlines
  }

  get usedBytes(): number {
    return this.#own.usedBytes
  }

  /**
   * Takes memory for a response that could use `wantedBytes`: the bytes it may carry, at once where there is room, else
   * within `maxWaitMs`; 0 if no room came.
   */
  take(wantedBytes: number, maxWaitMs: number): number | Promise<number> {
    if (wantedBytes === 0) return 0
    if (this.#own.availableBytes > 0 && !this.#own.hasWaiters) return this.#grant(wantedBytes)
    this.#isShort()
    return new Promise(resolve => {
      const takeBack = this.#own.reserveLater(0, () => {
        deadline.cancel()
        resolve(this.#grant(wantedBytes))
      })
      const deadline = this.#deadlines.after(Math.max(0, maxWaitMs), () => {
        takeBack()
        resolve(0)
      })
    })
  }

  /**
   * The reading came to `usedBytes` instead of what was taken. The response goes out now: from here on its bytes count
   * as the connection's in the broker's budget, and in this share of it until they are released.
   */
  settle(takenBytes: number, usedBytes: number): void {
    this.#whole.release(takenBytes)
    if (usedBytes > takenBytes) this.#own.reserve(usedBytes - takenBytes)
    else this.#own.release(takenBytes - usedBytes)
  }

  /** The bytes of a response are sent. */
  release(bytes: number): void {
    this.#own.release(bytes)
  }

  #grant(wantedBytes: number): number {
    const share = Math.floor(this.#own.availableBytes * shareOfRest)
    const bytes = Math.min(wantedBytes, Math.max(share, grantBytesMin))
    this.#own.reserve(bytes)
    this.#whole.reserve(bytes)
    return bytes
  }
}
