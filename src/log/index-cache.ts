import { assert } from '../assertion.ts'
import type { Disk } from '../ports.ts'
import { segmentFileName } from './file-names.ts'
import { OffsetIndex } from './offset-index.ts'
import type { Segment } from './segment.ts'
import { TimeIndex } from './time-index.ts'

/** Indexes of sealed segments that were used lately: read whole, kept up to a bound over all logs. */
export class IndexCache {
  readonly #disk: Disk
  readonly #bytesMax: number
  /** The one unused longest first. */
  readonly #loaded = new Map<Segment, number>()
  #sizeInBytes = 0

  constructor(disk: Disk, bytesMax: number) {
    this.#disk = disk
    this.#bytesMax = bytesMax
  }

  /** A sealed segment's indexes are about to be used. */
  touch(segment: Segment): void {
    const bytes = this.#loaded.get(segment)
    if (bytes === undefined) return
    this.#loaded.delete(segment)
    this.#loaded.set(segment, bytes)
  }

  /** Reads a sealed segment's indexes; a file that is not there counts as empty. */
  async load(segment: Segment): Promise<void> {
    if (segment.offsetIndex !== undefined && segment.timeIndex !== undefined) return
    let directory: string
    let read: [Uint8Array, Uint8Array]
    do {
      while (segment.file.moving !== undefined) await segment.file.moving
      directory = segment.file.directory
      read = await Promise.all([
        readIfThere(this.#disk, `${directory}/${segmentFileName(segment.baseOffset, '.index')}`),
        readIfThere(this.#disk, `${directory}/${segmentFileName(segment.baseOffset, '.timeindex')}`),
      ])
      // The directory may have got another name meanwhile, and nothing have been found.
    } while (segment.file.moving !== undefined || segment.file.directory !== directory)
    const [offsets, times] = read
    segment.offsetIndex ??= OffsetIndex.parse(offsets, segment.baseOffset, segment.writtenBytes)
    segment.timeIndex ??= TimeIndex.parse(times, segment.baseOffset)
    this.adopt(segment)
  }

  /** From now on the indexes of `segment` may be dropped: their files hold them. */
  adopt(segment: Segment): void {
    assert(segment.offsetIndex !== undefined && segment.timeIndex !== undefined, 'Nothing to adopt')
    this.forget(segment)
    const bytes = segment.offsetIndex.heapBytes + segment.timeIndex.heapBytes
    this.#loaded.set(segment, bytes)
    this.#sizeInBytes += bytes
    for (const [oldest, oldestBytes] of this.#loaded) {
      if (this.#sizeInBytes <= this.#bytesMax || oldest === segment) break
      this.#loaded.delete(oldest)
      this.#sizeInBytes -= oldestBytes
      oldest.offsetIndex = undefined
      oldest.timeIndex = undefined
    }
  }

  /** The segment is gone, or active again: its indexes are no concern of the cache. */
  forget(segment: Segment): void {
    this.#sizeInBytes -= this.#loaded.get(segment) ?? 0
    this.#loaded.delete(segment)
  }
}

async function readIfThere(disk: Disk, path: string): Promise<Uint8Array> {
  try {
    return await disk.readFile(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return new Uint8Array(0)
    throw error
  }
}
