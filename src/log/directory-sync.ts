import type { Disk } from '../ports.ts'
import { partitionMetadataFileName } from './file-names.ts'
import type { LogDir } from './log-dir.ts'

/**
 * What of a partition's directory is on stable storage: the names of its files and, before anything in it counts as
 * flushed, `partition.metadata` and the directory's own name. A partition that nothing was written to costs no fsync.
 */
export class DirectorySync {
  readonly #disk: Disk
  readonly #logDir: LogDir
  /** Files were made or renamed since the directory was last synced; by an earlier process, perhaps. */
  #isChanged: boolean
  /** `partition.metadata` is there for good. */
  #isEstablished: boolean
  #syncing: Promise<void> = Promise.resolve()

  /** `isDurable`: as a clean shutdown has left it. */
  constructor(disk: Disk, logDir: LogDir, isDurable: boolean) {
    this.#disk = disk
    this.#logDir = logDir
    this.#isChanged = !isDurable
    this.#isEstablished = isDurable
  }

  changed(): void {
    this.#isChanged = true
  }

  /** `directory` is where it is now. */
  sync(directory: string): Promise<void> {
    if (this.#isChanged) {
      this.#isChanged = false
      this.#syncing = this.#sync(directory)
    }
    return this.#syncing
  }

  async #sync(directory: string): Promise<void> {
    if (!this.#isEstablished) {
      const metadata = await this.#disk.open(`${directory}/${partitionMetadataFileName}`, 'write')
      try {
        await metadata.sync()
      } finally {
        await metadata.close()
      }
      await this.#logDir.syncNames(this.#disk)
      this.#isEstablished = true
    }
    await this.#disk.syncDirectory(directory)
  }
}
