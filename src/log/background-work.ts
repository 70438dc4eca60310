import type { LogDir } from './log-dir.ts'

/**
 * What is written of one log that appends need not wait for: one piece after the other, in the order in which it was
 * asked for. Ended by the first failure, which takes the directory offline.
 */
export class BackgroundWork {
  readonly #logDir: LogDir
  #latest: Promise<void> = Promise.resolve()

  constructor(logDir: LogDir) {
    this.#logDir = logDir
  }

  /** Settled with all that is queued so far; rejects with `LogDirOfflineError`. */
  get done(): Promise<void> {
    return this.#latest
  }

  /** Runs `work` behind all that is queued, and before what is queued later; settles with it. */
  add(work: () => Promise<void>): Promise<void> {
    this.#latest = this.#latest.then(() => this.#logDir.guard(work))
    // Whoever waits for it sees the failure too; the directory is offline by then.
    this.#latest.catch(() => undefined)
    return this.#latest
  }
}
