import { batchOverheadBytes, logOverheadBytes } from '../protocol/records/record-batch.ts'
import { type BatchRange, findBatchRange, type RangeLimits } from './batch-range.ts'
import type { LogEnvironment } from './log-environment.ts'
import type { Segment } from './segment.ts'
import type { Tail } from './tail-cache.ts'

/** How much is read at first to find out how large the one batch is that must be returned. */
const probeBytes = 4 * 1024

/** How many places where reads ended are remembered per log: as many readers find their next batch at once. */
const endsMax = 4

export interface Chunks {
  readonly chunks: readonly Uint8Array[]
  readonly sizeInBytes: number
  /** Where they end; `undefined` where there are none. */
  readonly end: { readonly segment: Segment; readonly position: number } | undefined
  release(): void
}

interface ReadEnd {
  readonly segment: Segment
  readonly offset: number
  readonly position: number
}

const nothing: Chunks = { chunks: [], sizeInBytes: 0, end: undefined, release: () => undefined }

/** Reads ranges of batches out of one segment: from the tail in memory, else from disk into pooled buffers. */
export class SegmentReader {
  readonly #environment: LogEnvironment
  readonly #tail: Tail
  #ends: ReadEnd[] = []

  constructor(environment: LogEnvironment, tail: Tail) {
    this.#environment = environment
    this.#tail = tail
  }

  /** Segments were cut: positions mean something else now. */
  forget(): void {
    this.#ends = []
  }

  /** A position at or before that of the batch holding `offset`, in a segment whose index is in memory. */
  positionOf(segment: Segment, offset: number): number {
    const known = this.#ends.find(end => end.segment === segment && end.offset === offset)
    return known?.position ?? segment.offsetIndex!.floorPosition(offset)
  }

  /**
   * What `limits` allow of `segment`, whose index is in memory; `undefined` where it holds nothing from the start
   * offset on. `tailSegment` is the one whose end the tail caches.
   */
  read(
    segment: Segment,
    tailSegment: Segment | undefined,
    limits: RangeLimits,
  ): Chunks | Promise<Chunks | undefined> | undefined {
    const known = this.#ends.find(end => end.segment === segment && end.offset === limits.startOffset)
    const from = this.positionOf(segment, limits.startOffset)
    if (segment === tailSegment) {
      if (from >= this.#tail.startPosition) return this.#readTail(segment, from, limits)
      // Whoever is this close to the end will wait for what comes next.
      if (segment.writtenBytes - from <= this.#environment.tailCache.bytesPerLogMax) this.#tail.wasRead()
    }
    return this.#readDisk(segment, from, known !== undefined, limits)
  }

  #readTail(segment: Segment, from: number, limits: RangeLimits): Chunks | undefined {
    this.#tail.wasRead()
    const chunks: Uint8Array[] = []
    let sizeInBytes = 0
    let nextOffset = -1
    let position = from
    for (const view of this.#tail.slice(from, segment.writtenBytes)) {
      const range = findBatchRange(view, 0, view.length, {
        ...limits,
        maxBytes: limits.maxBytes - sizeInBytes,
        minOneBatch: limits.minOneBatch && sizeInBytes === 0,
      })
      if (range.end > range.start) {
        chunks.push(view.subarray(range.start, range.end))
        sizeInBytes += range.end - range.start
        nextOffset = range.nextOffset
      }
      position += view.length
      if (range.end < view.length) {
        position -= view.length - range.end
        break
      }
    }
    if (nextOffset < 0) return position >= segment.writtenBytes ? undefined : nothing
    this.#remember(segment, nextOffset, position)
    return { chunks, sizeInBytes, end: { segment, position }, release: () => undefined }
  }

  async #readDisk(segment: Segment, from: number, isExact: boolean, limits: RangeLimits): Promise<Chunks | undefined> {
    const { bufferPool, filePool } = this.#environment
    const available = segment.writtenBytes - from
    if (available < batchOverheadBytes) return undefined
    // From an index entry it is some way to the batch itself.
    const lead = isExact ? 0 : Math.min(this.#leadBytes(segment, from), 64 * 1024)
    let wanted = Math.min(available, Math.max(limits.maxBytes + lead, limits.minOneBatch ? probeBytes : 0))
    while (true) {
      if (wanted < logOverheadBytes) return nothing
      const lease = bufferPool.lease(wanted)
      const length = await filePool.with(segment.file, file => file.read(lease.bytes.subarray(0, wanted), from))
      const range = findBatchRange(lease.bytes, 0, length, limits, start =>
        this.#skipTo(segment, from, start, length, limits),
      )
      if (range.end > range.start) {
        const end = { segment, position: from + range.end }
        this.#remember(segment, range.nextOffset, end.position)
        const chunk = lease.bytes.subarray(range.start, range.end)
        return { chunks: [chunk], sizeInBytes: chunk.length, end, release: lease.release }
      }
      lease.release()
      const isBehindAll = length >= available && range.start === length
      const larger = length < wanted ? undefined : this.#wantedAfter(range, length, available, limits)
      if (larger === undefined) return isBehindAll ? undefined : nothing
      wanted = larger
    }
  }

  /** How much to read instead, where the bytes ended before the first batch did. */
  #wantedAfter(range: BatchRange, length: number, available: number, limits: RangeLimits): number | undefined {
    if (length >= available) return undefined
    if (range.cutBatchBytes > 0) {
      const end = range.start + range.cutBatchBytes
      // Larger than allowed, and not to be returned anyway; or cut off by the end of what may be read.
      if (end > available || (range.cutBatchBytes > limits.maxBytes && !limits.minOneBatch)) return undefined
      return Math.max(end, length + 1)
    }
    // The start offset lies further on: an index without entries here.
    return range.start >= length - batchOverheadBytes ? Math.min(available, 2 * length + probeBytes) : undefined
  }

  /** The distance to the next index entry, within which the batch lies. */
  #leadBytes(segment: Segment, from: number): number {
    return segment.offsetIndex!.ceilingOfPosition(from + 1, segment.writtenBytes) - from
  }

  /** A batch begins at what this returns, and all up to it is within the limits. */
  #skipTo(segment: Segment, from: number, start: number, length: number, limits: RangeLimits): number {
    const index = segment.offsetIndex
    if (index === undefined) return start
    const byBytes = index.floorOfPosition(from + Math.min(length, start + limits.maxBytes))
    const byOffset = index.floorPosition(limits.maxOffset)
    return Math.min(byBytes, byOffset) - from
  }

  #remember(segment: Segment, offset: number, position: number): void {
    if (this.#ends.length === endsMax) this.#ends.shift()
    this.#ends.push({ segment, offset, position })
  }
}
