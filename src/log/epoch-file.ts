import type { Disk } from '../ports.ts'
import type { BackgroundWork } from './background-work.ts'
import { type EpochEntry, formatEpochCheckpoint } from './checkpoint-file.ts'
import { leaderEpochFileName } from './file-names.ts'

const utf8 = new TextEncoder()

/** `leader-epoch-checkpoint` of one log. */
export class EpochFile {
  readonly #disk: Disk
  readonly #background: BackgroundWork
  readonly #directory: () => string
  /** Waiting to be written; later ones replace them. */
  #unsaved: { entries: readonly EpochEntry[] } | undefined
  /** Waiting for the first flush. */
  #deferred: readonly EpochEntry[] | undefined

  /** `directory` is the partition's own, whose name may change. */
  constructor(disk: Disk, background: BackgroundWork, directory: () => string) {
    this.#disk = disk
    this.#background = background
    this.#directory = directory
  }

  /**
   * Brings the leader epochs to disk in the background: before any flush that covers them is done. Once `before` is
   * done, where it is given: what those epochs follow from.
   */
  save(entries: readonly EpochEntry[], before?: () => Promise<void>): void {
    this.#deferred = undefined
    if (this.#unsaved !== undefined && before === undefined) {
      this.#unsaved.entries = [...entries]
      return
    }
    const unsaved = { entries: [...entries] }
    this.#unsaved = unsaved
    void this.#background.add(async () => {
      await before?.()
      if (this.#unsaved === unsaved) this.#unsaved = undefined
      const bytes = utf8.encode(formatEpochCheckpoint(unsaved.entries))
      await this.#disk.replaceFile(`${this.#directory()}/${leaderEpochFileName}`, bytes)
    })
  }

  /**
   * The same for a log that holds nothing, by its first flush: until then epochs are found in the batches, and without
   * batches there is nothing to find.
   */
  defer(entries: readonly EpochEntry[]): void {
    this.#deferred = [...entries]
  }

  /** The first flush has come, or what is as good. */
  saveDeferred(): void {
    if (this.#deferred !== undefined) this.save(this.#deferred)
  }
}
