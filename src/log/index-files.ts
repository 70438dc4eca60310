import type { Disk } from '../ports.ts'
import type { SegmentFileSuffix } from './file-names.ts'
import type { Segment } from './segment.ts'
import { TransactionIndex } from './transaction-index.ts'
import { writeWholeFile } from './whole-file.ts'

/** The index files of one log's segments: `.index`, `.timeindex` and, where something was aborted, `.txnindex`. */
export class IndexFiles {
  readonly #disk: Disk
  readonly #pathOf: (baseOffset: number, suffix: SegmentFileSuffix) => string
  readonly #changed: () => void

  /** `changed` is told when the directory has a file that may be new. */
  constructor(disk: Disk, pathOf: (baseOffset: number, suffix: SegmentFileSuffix) => string, changed: () => void) {
    this.#disk = disk
    this.#pathOf = pathOf
    this.#changed = changed
  }

  /** As Kafka leaves them beside a segment that nothing is in. */
  async make({ baseOffset }: Segment): Promise<void> {
    await this.#write(baseOffset, '.index', new Uint8Array(0), false)
    await this.#write(baseOffset, '.timeindex', new Uint8Array(0), false)
  }

  /** All that is known in memory, synced. */
  async save(segment: Segment): Promise<void> {
    const { baseOffset, offsetIndex, timeIndex, transactionIndex } = segment
    await this.#write(baseOffset, '.index', offsetIndex!.toBytes(), true)
    await this.#write(baseOffset, '.timeindex', timeIndex!.toBytes(), true)
    if (transactionIndex.count > 0) await this.saveAborted(segment)
  }

  /** `.txnindex` from the beginning, synced. */
  async saveAborted(segment: Segment): Promise<void> {
    await this.#write(segment.baseOffset, '.txnindex', segment.transactionIndex.toBytes(), true)
    segment.savedTransactionsCount = undefined
  }

  /** `.txnindex` gets what was aborted since it was last written; nothing is synced. */
  async appendAborted(segment: Segment): Promise<void> {
    const { baseOffset, transactionIndex } = segment
    const { count } = transactionIndex
    const saved = segment.savedTransactionsCount
    if (saved === undefined) {
      await this.#write(baseOffset, '.txnindex', transactionIndex.toBytes(), false)
    } else if (saved < count) {
      const file = await this.#disk.open(this.#pathOf(baseOffset, '.txnindex'), 'write')
      try {
        await file.write([transactionIndex.toBytes(saved)], TransactionIndex.sizeOf(saved))
      } finally {
        await file.close()
      }
    }
    segment.savedTransactionsCount = count
  }

  async #write(baseOffset: number, suffix: SegmentFileSuffix, bytes: Uint8Array, isSynced: boolean): Promise<void> {
    await writeWholeFile(this.#disk, this.#pathOf(baseOffset, suffix), bytes, isSynced)
    this.#changed()
  }
}
