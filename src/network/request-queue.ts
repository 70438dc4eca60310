/** Fetch, JoinGroup, SyncGroup, ShareFetch: they may wait long for their answer, and by design. */
const longPollKeys: ReadonlySet<number | undefined> = new Set([1, 11, 14, 78])

export function isLongPoll(apiKey: number | undefined): boolean {
  return longPollKeys.has(apiKey)
}

/**
 * Counts the requests of all connections that were read and are not answered yet, against `queued.max.requests`: while
 * there are as many, connections start no more and leave them in their sockets.
 *
 * Long polls neither count nor wait. In Kafka they leave the queue of requests for purgatory at once; and a producer's
 * request may be waiting for the very Fetch of a follower.
 */
export class RequestQueue {
  readonly #max: () => number
  #count = 0
  /** In the order of asking. */
  readonly #waiting = new Set<() => void>()

  constructor(max: () => number) {
    this.#max = max
  }

  get count(): number {
    return this.#count
  }

  admits(apiKey: number): boolean {
    return this.#count < this.#max() || isLongPoll(apiKey)
  }

  enter(apiKey: number): void {
    if (!isLongPoll(apiKey)) this.#count++
  }

  leave(apiKey: number): void {
    if (isLongPoll(apiKey)) return
    this.#count--
    for (const hasRoom of this.#waiting) {
      if (this.#count >= this.#max()) return
      this.#waiting.delete(hasRoom)
      hasRoom()
    }
  }

  /** Calls `hasRoom` once, when a request may start. Returns what takes that back. */
  awaitRoom(hasRoom: () => void): () => void {
    // A function of its own: the same one may wait twice.
    const waiting = () => hasRoom()
    this.#waiting.add(waiting)
    return () => this.#waiting.delete(waiting)
  }
}
