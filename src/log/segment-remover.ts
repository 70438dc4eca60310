import { DoomedFiles } from './doomed-files.ts'
import { type SegmentFileSuffix, segmentFileName } from './file-names.ts'
import { ifThere } from './if-there.ts'
import type { LogDir } from './log-dir.ts'
import type { LogEnvironment } from './log-environment.ts'
import { snapshotOffsets } from './producer-recovery.ts'
import type { Segment } from './segment.ts'

/** Takes segments' files out of one log's directory, in an order that leaves no gap wherever power fails. */
export class SegmentRemover {
  readonly #environment: LogEnvironment
  readonly #logDir: LogDir
  readonly #directory: () => string
  /** Made when first needed. */
  #doomed: DoomedFiles | undefined

  /** `directory` is the partition's own, whose name may change. */
  constructor(environment: LogEnvironment, logDir: LogDir, directory: () => string) {
    this.#environment = environment
    this.#logDir = logDir
    this.#directory = directory
  }

  /** At once. The last first, each before the next: no crash leaves a gap, or brings one back behind what is new. */
  async removeForGood(segments: readonly Segment[]): Promise<void> {
    const { disk, filePool, indexCache } = this.#environment
    for (const segment of segments.toReversed()) {
      indexCache.forget(segment)
      await filePool.close(segment.file)
      for (const suffix of ['.log', '.index', '.timeindex', '.txnindex'] as const) {
        await ifThere(disk.remove(this.#path(segment, suffix)))
      }
      await disk.syncDirectory(this.#directory())
    }
  }

  /** One that came back would be taken for the state of what was appended in place of what it belongs to. */
  async removeSnapshots(isDoomed: (offset: number) => boolean): Promise<void> {
    const { disk } = this.#environment
    const directory = this.#directory()
    const doomed = (await snapshotOffsets(this.#environment, directory)).filter(isDoomed)
    for (const offset of doomed) await disk.remove(`${directory}/${segmentFileName(offset, '.snapshot')}`)
    if (doomed.length > 0) await disk.syncDirectory(directory)
  }

  /** From the log's beginning on: their files get `.deleted` names, and go after `delayMs`. */
  async setAside(segments: readonly Segment[], delayMs: number): Promise<void> {
    const names: string[] = []
    try {
      // The oldest first, each gone for good before the next and before its indexes: no power loss leaves a gap, or a
      // segment without its aborted transactions.
      for (const segment of segments) await this.#setAside(segment, names)
    } finally {
      this.removeLater(segments, names, delayMs)
    }
  }

  async #setAside(segment: Segment, names: string[]): Promise<void> {
    const { disk, filePool, indexCache } = this.#environment
    indexCache.forget(segment)
    const rename = async (suffix: SegmentFileSuffix) => {
      const path = this.#path(segment, suffix)
      if (await ifThere(disk.rename(path, `${path}.deleted`)))
        names.push(`${segmentFileName(segment.baseOffset, suffix)}.deleted`)
    }
    // Open, so that nobody looks for it where it was.
    await filePool.with(segment.file, async () => {
      await rename('.log')
      segment.file.path += '.deleted'
    })
    await disk.syncDirectory(this.#directory())
    for (const suffix of ['.index', '.timeindex', '.txnindex', '.snapshot'] as const) await rename(suffix)
  }

  /** Files of segments that are out of the log and have `names` that end in `.deleted`. */
  removeLater(segments: readonly Segment[], names: readonly string[], delayMs: number): void {
    this.#doomed ??= new DoomedFiles(this.#environment, this.#logDir, this.#directory)
    this.#doomed.removeLater(segments, names, delayMs)
  }

  /** The log is closed: what waits to be removed is left to the next start. */
  async stop(): Promise<void> {
    await this.#doomed?.stop()
  }

  #path({ baseOffset }: Segment, suffix: SegmentFileSuffix): string {
    return `${this.#directory()}/${segmentFileName(baseOffset, suffix)}`
  }
}
