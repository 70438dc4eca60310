/** What was started, to be ended in the opposite order; and how the node as a whole ended. */
export class Parts {
  readonly closed: Promise<void>
  /** The latest last. */
  readonly #endings: (() => Promise<void> | void)[] = []
  readonly #settleClosed: { resolve: () => void; reject: (error: unknown) => void }
  #areAllStarted = false
  #ending: Promise<void> | undefined
  #hasEnded = false
  #failure: { readonly error: unknown } | undefined

  constructor() {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.closed = promise
    this.#settleClosed = { resolve, reject }
    // Whoever does not look at `closed` must not be ended by it.
    promise.catch(() => {})
  }

  get failure(): unknown {
    return this.#failure?.error
  }

  add(ending: () => Promise<void> | void): void {
    this.#endings.push(ending)
    // A start that was given up goes on until it notices.
    if (this.#hasEnded) void this.#endAll()
  }

  /** Throws what has failed meanwhile. */
  allStarted(): void {
    if (this.#failure !== undefined) throw this.#failure.error
    this.#areAllStarted = true
  }

  /** The same end for whoever asks, however often. */
  end(): Promise<void> {
    this.#ending ??= this.#endAll()
    return this.#ending
  }

  /** A bug, or a failure without which the node cannot be: it ends, and `closed` tells why. */
  fail(error: unknown): void {
    this.#failure ??= { error }
    if (this.#areAllStarted) void this.end()
  }

  async #endAll(): Promise<void> {
    for (let ending = this.#endings.pop(); ending !== undefined; ending = this.#endings.pop()) {
      try {
        await ending()
      } catch (error) {
        this.#failure ??= { error }
      }
    }
    this.#hasEnded = true
    if (this.#failure === undefined) this.#settleClosed.resolve()
    else this.#settleClosed.reject(this.#failure.error)
  }
}
