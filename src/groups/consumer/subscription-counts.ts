/** How many members subscribe to a topic by its name, and how many patterns of the group match it. */
export interface SubscriptionCount {
  readonly byName: number
  readonly byRegex: number
}

const none: SubscriptionCount = { byName: 0, byRegex: 0 }

/** The topics a group subscribes to. A topic that nobody counts for any more is gone. */
export class SubscriptionCounts {
  readonly #counts: Map<string, SubscriptionCount>

  constructor(counts: ReadonlyMap<string, SubscriptionCount> = new Map()) {
    this.#counts = new Map(counts)
  }

  has(topic: string): boolean {
    return this.#counts.has(topic)
  }

  topics(): IterableIterator<string> {
    return this.#counts.keys()
  }

  counts(): IterableIterator<SubscriptionCount> {
    return this.#counts.values()
  }

  copy(): SubscriptionCounts {
    return new SubscriptionCounts(this.#counts)
  }

  addNames(topics: Iterable<string>, change: 1 | -1): void {
    for (const topic of topics) {
      const { byName, byRegex } = this.#counts.get(topic) ?? none
      this.#set(topic, byName + change, byRegex)
    }
  }

  addMatches(topics: Iterable<string>, change: 1 | -1): void {
    for (const topic of topics) {
      const { byName, byRegex } = this.#counts.get(topic) ?? none
      this.#set(topic, byName, byRegex + change)
    }
  }

  #set(topic: string, byName: number, byRegex: number): void {
    if (byName <= 0 && byRegex <= 0) this.#counts.delete(topic)
    else this.#counts.set(topic, { byName: Math.max(byName, 0), byRegex: Math.max(byRegex, 0) })
  }
}
