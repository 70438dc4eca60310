import type { Timer } from '../ports.ts'
import { ifThere } from './if-there.ts'
import type { LogDir } from './log-dir.ts'
import type { LogEnvironment } from './log-environment.ts'
import type { Segment } from './segment.ts'

/** What is freed of a segment at a time. The page cache of 64 MiB goes in 20 ms, in which a processor does nothing else. */
const cutBytes = 1024 * 1024

/**
 * Files that belong to a log no more and go when `file.delete.delay.ms` is over, for readers that are at them. Their
 * names end in `.deleted`: what is left when the log is closed goes at the next start.
 */
export class DoomedFiles {
  readonly #environment: LogEnvironment
  readonly #logDir: LogDir
  readonly #directory: () => string
  /** Segments that wait, with what ends their wait. */
  readonly #waiting = new Map<readonly Segment[], Timer>()
  /** Under way. */
  readonly #removing = new Set<Promise<void>>()
  #isStopped = false

  /** `directory` is the partition's own, whose name may change. */
  constructor(environment: LogEnvironment, logDir: LogDir, directory: () => string) {
    this.#environment = environment
    this.#logDir = logDir
    this.#directory = directory
  }

  /** `names` are of the files of `segments`, in the partition's directory. */
  removeLater(segments: readonly Segment[], names: readonly string[], delayMs: number): void {
    const remove = async () => {
      this.#waiting.delete(segments)
      const removing = this.#logDir
        .guard(() => this.#remove(segments, names))
        .catch(() => undefined)
        .finally(() => this.#removing.delete(removing))
      this.#removing.add(removing)
    }
    this.#waiting.set(segments, this.#environment.clock.schedule(delayMs, remove))
  }

  async #remove(segments: readonly Segment[], names: readonly string[]): Promise<void> {
    await this.#close(segments)
    const areLarge = segments.some(({ nextPosition }) => nextPosition > cutBytes)
    for (const name of names) {
      if (this.#isStopped) return
      const path = `${this.#directory()}/${name}`
      if (areLarge && name.endsWith('.log.deleted')) await ifThere(this.#shorten(path))
      await ifThere(this.#environment.disk.remove(path))
    }
  }

  /** Down to its first piece. */
  async #shorten(path: string): Promise<void> {
    const file = await this.#environment.disk.open(path, 'write')
    try {
      for (let length = (await file.size()) - cutBytes; length > 0 && !this.#isStopped; length -= cutBytes) {
        await file.truncate(length)
      }
    } finally {
      await file.close()
    }
  }

  async #close(segments: readonly Segment[]): Promise<void> {
    for (const { file } of segments) await this.#environment.filePool.close(file)
  }

  /** The log is closed: nothing touches the directory any more when it resolves. */
  async stop(): Promise<void> {
    this.#isStopped = true
    await Promise.all(this.#removing)
    for (const [segments, timer] of this.#waiting) {
      timer.cancel()
      await this.#close(segments)
    }
    this.#waiting.clear()
  }
}
