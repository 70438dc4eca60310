import type { Disk } from '../../ports.ts'
import { scanBatches } from '../batch-scan.ts'
import { parseSegmentFileName, type SegmentFileSuffix, segmentFileName } from '../file-names.ts'
import { swapFileName } from './segment-swap.ts'

const segmentSuffixes = ['.log', '.index', '.timeindex', '.txnindex'] as const

/**
 * Ends what a crash has interrupted (`LogLoader.load`): with a `.log.swap`, and no `.cleaned` at or below it, the
 * segments it replaces go and it takes their place; all else that a cleaning left goes. `names`, the files of
 * `directory`, is kept true. An index that is missing then is written by the segment's scan.
 */
export async function recoverSwaps(disk: Disk, directory: string, names: Set<string>): Promise<void> {
  const recovery = new SwapRecovery(disk, directory, names)
  await recovery.run()
}

class SwapRecovery {
  readonly #disk: Disk
  readonly #directory: string
  readonly #names: Set<string>

  constructor(disk: Disk, directory: string, names: Set<string>) {
    this.#disk = disk
    this.#directory = directory
    this.#names = names
  }

  async run(): Promise<void> {
    const left = [...this.#names].filter(name => /^\d{20}\..*\.(cleaned|swap)$/.test(name))
    if (left.length === 0) return
    // Names become .swap from the highest offset down: with a .cleaned left, those at or above it were not all there.
    const cleaned = this.#baseOffsets('.cleaned')
    const abortedFrom = Math.min(...cleaned, Number.POSITIVE_INFINITY)
    const committed = this.#baseOffsets('.log.swap').filter(baseOffset => baseOffset < abortedFrom)
    for (const name of left) if (parseSegmentFileName(name)!.baseOffset >= abortedFrom) await this.#remove(name)
    for (const baseOffset of committed) await this.#removeReplaced(baseOffset)
    // Old and new must not both be there after a power failure.
    await this.#disk.syncDirectory(this.#directory)
    const swapped = [...this.#names].filter(name => name.endsWith('.swap'))
    const isLog = (name: string) => name.endsWith('.log.swap')
    for (const name of swapped) {
      if (isLog(name)) continue
      // Of a swap that was taken back, by a start that did not come to its end: what it was to replace is still there.
      if (this.#names.has(plainNameOf(name))) await this.#remove(name)
      else await this.#putInPlace(name)
    }
    for (const name of swapped) if (isLog(name)) await this.#putInPlace(name)
    await this.#disk.syncDirectory(this.#directory)
  }

  async #removeReplaced(baseOffset: number): Promise<void> {
    const endOffset = await this.#endOffset(baseOffset)
    const replaced = this.#baseOffsets('.log').filter(
      other => other === baseOffset || (other > baseOffset && other < endOffset),
    )
    for (const other of new Set([baseOffset, ...replaced])) {
      for (const suffix of segmentSuffixes) await this.#removeSegmentFile(other, suffix)
      if (other !== baseOffset) await this.#removeSegmentFile(other, '.snapshot')
    }
  }

  async #putInPlace(name: string): Promise<void> {
    const plain = plainNameOf(name)
    await this.#disk.rename(`${this.#directory}/${name}`, `${this.#directory}/${plain}`)
    this.#names.delete(name)
    this.#names.add(plain)
  }

  /** Of the batches in a `.log.swap`. */
  async #endOffset(baseOffset: number): Promise<number> {
    const file = await this.#disk.open(`${this.#directory}/${swapFileName(baseOffset)}`, 'read')
    try {
      let endOffset = baseOffset
      await scanBatches(file, 0, await file.size(), batch => {
        endOffset = batch.nextOffset
        return true
      })
      return endOffset
    } finally {
      await file.close()
    }
  }

  /** Of the files whose name ends so. */
  #baseOffsets(end: string): number[] {
    const names = [...this.#names].filter(name => name.endsWith(end))
    return names.flatMap(name => parseSegmentFileName(name)?.baseOffset ?? [])
  }

  async #removeSegmentFile(baseOffset: number, suffix: SegmentFileSuffix): Promise<void> {
    const name = segmentFileName(baseOffset, suffix)
    if (this.#names.has(name)) await this.#remove(name)
  }

  async #remove(name: string): Promise<void> {
    await this.#disk.remove(`${this.#directory}/${name}`)
    this.#names.delete(name)
  }
}

function plainNameOf(name: string): string {
  return name.slice(0, -'.swap'.length)
}
