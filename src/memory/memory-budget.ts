/**
 * The one byte budget of a broker: request frames, responses not sent yet and the tail cache draw on it, so that no
 * client can make the process grow beyond it by more than one frame.
 *
 * Like Kafka's memory pool it grants as long as anything is left, whatever is asked for: the largest request always
 * gets through, and the excess is bounded by one reservation.
 */
export class MemoryBudget {
  readonly limitBytes: number
  #usedBytes = 0
  /** In the order of asking. */
  readonly #waiting: { readonly run: () => void }[] = []

  constructor(limitBytes: number) {
    this.limitBytes = limitBytes
  }

  get usedBytes(): number {
    return this.#usedBytes
  }

  get availableBytes(): number {
    return Math.max(0, this.limitBytes - this.#usedBytes)
  }

  get hasWaiters(): boolean {
    return this.#waiting.length > 0
  }

  /** Refuses when the budget is spent, or when others are waiting for it. */
  tryReserve(bytes: number): boolean {
    if (this.#usedBytes >= this.limitBytes || this.#waiting.length > 0) return false
    this.#usedBytes += bytes
    return true
  }

  /** For what cannot wait, such as a response that is there already. May exceed the limit; nothing new is granted then. */
  reserve(bytes: number): void {
    this.#usedBytes += bytes
  }

  release(bytes: number): void {
    this.#usedBytes -= bytes
    while (this.#waiting.length > 0 && this.#usedBytes < this.limitBytes) this.#waiting.shift()?.run()
  }

  /**
   * Reserves `bytes` as soon as the budget allows, in the order of asking, then calls `granted`. Returns what takes
   * the request back; after `granted` it does nothing.
   */
  reserveLater(bytes: number, granted: () => void): () => void {
    const waiter = {
      run: () => {
        this.#usedBytes += bytes
        granted()
      },
    }
    this.#waiting.push(waiter)
    return () => {
      const index = this.#waiting.indexOf(waiter)
      if (index >= 0) this.#waiting.splice(index, 1)
    }
  }
}
