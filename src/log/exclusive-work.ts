/**
 * What changes the segments of one log: cuts, retention and closing come one after the other, and nothing of it runs
 * beside a cleaning, which gives way.
 */
export class ExclusiveWork {
  #cleaning: Promise<unknown> | undefined
  #isCleaningAborted = false
  /** Operations under way or waiting that no cleaning may run beside. */
  #pauses = 0
  #latest: Promise<unknown> = Promise.resolve()

  /** Settled when all that is under way or waiting is done; never rejects. */
  get done(): Promise<unknown> {
    return this.#latest
  }

  get isCleaning(): boolean {
    return this.#cleaning !== undefined
  }

  get isCleaningPaused(): boolean {
    return this.#pauses > 0
  }

  /** The cleaning under way is to end. */
  get isCleaningAborted(): boolean {
    return this.#isCleaningAborted
  }

  abortCleaning(): void {
    this.#isCleaningAborted = true
  }

  /** No cleaning begins until `resumeCleaning`; resolves when the one under way, which is given up, has ended. */
  async pauseCleaning(): Promise<void> {
    this.#pauses++
    this.#isCleaningAborted = true
    await this.#cleaning?.catch(() => undefined)
  }

  resumeCleaning(): void {
    this.#pauses--
  }

  /** Runs `work` behind all else. */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = Promise.all([this.#latest, this.pauseCleaning()]).then(work)
    this.#latest = result.catch(() => undefined)
    try {
      return await result
    } finally {
      this.resumeCleaning()
    }
  }

  /** Runs a cleaning, unless they are paused; it looks now and then whether it `isCleaningAborted`. */
  async clean<Result>(cleaning: () => Promise<Result>): Promise<Result> {
    this.#isCleaningAborted = false
    const result = cleaning()
    this.#cleaning = result
    try {
      return await result
    } finally {
      this.#cleaning = undefined
    }
  }
}
