import { type Disk, DiskError } from '../ports.ts'
import { LogDirOfflineError } from './partition-log.ts'

/**
 * One entry of `log.dirs`. The first failure takes it offline for good: what the kernel could not write or read once
 * may be lost, and only a restart looks again.
 */
export class LogDir {
  readonly path: string
  readonly #onFailure: (logDir: string, cause: Error) => void
  #failure: LogDirOfflineError | undefined
  /** Partitions were made in it since its names were last brought to the disk. */
  #hasNewNames = false
  #syncing: Promise<void> = Promise.resolve()

  /** With `cause` it has failed already, and `onFailure` is not told. */
  constructor(path: string, onFailure: (logDir: string, cause: Error) => void, cause?: Error) {
    this.path = path
    this.#onFailure = onFailure
    if (cause !== undefined) this.#failure = new LogDirOfflineError(path, cause)
  }

  get isOffline(): boolean {
    return this.#failure !== undefined
  }

  /** What every operation on the directory throws from its failure on. */
  get failure(): LogDirOfflineError | undefined {
    return this.#failure
  }

  /** A partition's directory was made in it. */
  nameAdded(): void {
    this.#hasNewNames = true
  }

  /** The names of all partitions made so far are on stable storage when it resolves. */
  syncNames(disk: Disk): Promise<void> {
    if (this.#hasNewNames) {
      this.#hasNewNames = false
      this.#syncing = disk.syncDirectory(this.path)
    }
    return this.#syncing
  }

  /** Takes the directory offline; returns the error to throw. */
  fail(cause: unknown): LogDirOfflineError {
    if (this.#failure !== undefined) return this.#failure
    this.#failure = new LogDirOfflineError(this.path, cause)
    this.#onFailure(this.path, cause instanceof Error ? cause : new Error(String(cause)))
    return this.#failure
  }

  /** Runs disk work; what the disk refuses takes the directory offline. Anything else that is thrown is a bug, and passes. */
  async guard<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#failure !== undefined) throw this.#failure
    try {
      return await work()
    } catch (cause) {
      throw cause instanceof DiskError ? this.fail(cause) : cause
    }
  }
}

/** The directory's failure has been reported; the others go on. */
export function ignoreOffline(error: unknown): void {
  if (!(error instanceof LogDirOfflineError)) throw error
}
