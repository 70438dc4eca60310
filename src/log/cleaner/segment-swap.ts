import { segmentFileName } from '../file-names.ts'
import { ifThere } from '../if-there.ts'
import type { LogState } from '../log-state.ts'
import type { Segment } from '../segment.ts'
import type { CleanedSegment } from './cleaned-segment.ts'

/**
 * Puts a cleaned segment in the place of those it was made from (`UnifiedLog.replaceSegments`), by the steps that
 * `FORMAT.md` numbers. Readers that are at the old ones go on there: their files stay open and are removed later.
 */
export async function replaceSegments(
  state: LogState,
  group: readonly Segment[],
  cleaned: CleanedSegment,
): Promise<void> {
  // Behind what is still to be written of the old segments.
  await state.files.inBackground(() => new SegmentSwap(state, group, cleaned.segment).run())
}

class SegmentSwap {
  readonly #state: LogState
  readonly #group: readonly Segment[]
  readonly #cleaned: Segment
  readonly #doomed: string[] = []

  constructor(state: LogState, group: readonly Segment[], cleaned: Segment) {
    this.#state = state
    this.#group = group
    this.#cleaned = cleaned
  }

  async run(): Promise<void> {
    const { config, environment, files, segments } = this.#state
    const { filePool, indexCache } = environment
    try {
      await filePool.with(this.#cleaned.file, () => this.#swap())
      indexCache.adopt(this.#cleaned)
    } finally {
      // Where it failed half-way, so has the directory.
      if (segments.includes(this.#cleaned)) files.removeLater(this.#group, this.#doomed, config.fileDeleteDelayMs)
      else await filePool.close(this.#cleaned.file)
    }
  }

  async #swap(): Promise<void> {
    const { environment, files, segments } = this.#state
    const { disk, indexCache } = environment
    const { directory } = files
    await this.#renameIndexes('.cleaned', '.swap')
    await disk.syncDirectory(directory)
    await this.#renameLog('.swap')
    await disk.syncDirectory(directory)

    // Whoever reads an old segment finds its way without the index files, which change now.
    for (const segment of this.#group) {
      await indexCache.load(segment)
      indexCache.forget(segment)
    }
    segments.splice(segments.indexOf(this.#group[0]!), this.#group.length, this.#cleaned)
    this.#state.removals++
    for (const segment of this.#group) files.replaced(segment)

    for (const segment of this.#group) await this.#setAside(segment)
    await disk.syncDirectory(directory)
    await this.#renameIndexes('.swap', '')
    await this.#renameLog('')
    await disk.syncDirectory(directory)
  }

  async #renameIndexes(from: '.cleaned' | '.swap', to: '.swap' | ''): Promise<void> {
    for (const suffix of ['.index', '.timeindex', '.txnindex'] as const) {
      const path = this.#state.files.path(this.#cleaned.baseOffset, suffix)
      await this.#renameIfThere(path + from, path + to)
    }
  }

  async #renameLog(to: '.swap' | ''): Promise<void> {
    const path = this.#state.files.path(this.#cleaned.baseOffset, '.log') + to
    await this.#state.environment.disk.rename(this.#cleaned.file.path, path)
    this.#cleaned.file.path = path
  }

  async #setAside(segment: Segment): Promise<void> {
    const { environment, files } = this.#state
    await environment.filePool.with(segment.file, async () => {
      for (const suffix of ['.log', '.index', '.timeindex', '.txnindex', '.snapshot'] as const) {
        // The producers' state at the beginning is that of the new segment too.
        if (suffix === '.snapshot' && segment.baseOffset === this.#cleaned.baseOffset) continue
        const path = files.path(segment.baseOffset, suffix)
        const name = `${segmentFileName(segment.baseOffset, suffix)}.deleted`
        if (await this.#renameIfThere(path, `${path}.deleted`)) this.#doomed.push(name)
      }
      segment.file.path = `${files.path(segment.baseOffset, '.log')}.deleted`
    })
  }

  #renameIfThere(from: string, to: string): Promise<boolean> {
    return ifThere(this.#state.environment.disk.rename(from, to))
  }
}

/** The name of a segment's `.log` while its swap is committed but not done. */
export function swapFileName(baseOffset: number): string {
  return `${segmentFileName(baseOffset, '.log')}.swap`
}
