import { DiskError } from '../ports.ts'
import { ErrorCode } from '../protocol/errors.ts'
import type { LogState } from './log-state.ts'
import type { AbortedTransaction, LogRead, ReadIsolation, ReadOptions, ReadOutcome } from './partition-log.ts'
import type { Segment } from './segment.ts'
import { type Chunks, SegmentReader } from './segment-reader.ts'
import { Tail } from './tail-cache.ts'

/** Reads of one log: which segment, how far, and what goes with the bytes. */
export class LogReader {
  readonly #state: LogState
  readonly #tail: Tail
  readonly #segmentReader: SegmentReader
  /** The segment whose end `#tail` holds. */
  #tailSegment: Segment | undefined

  constructor(state: LogState) {
    this.#state = state
    this.#tail = new Tail(state.environment.tailCache)
    this.#tailSegment = state.active
    this.#segmentReader = new SegmentReader(state.environment, this.#tail)
  }

  /** `bytes` have been written at the end of a segment. */
  written(segment: Segment, bytes: Uint8Array, position: number): void {
    if (segment !== this.#tailSegment) {
      this.#tail.clear()
      this.#tailSegment = segment
    }
    this.#tail.append(bytes, position)
  }

  /** Segments are being cut: what is known of positions is void. */
  forget(): void {
    this.#tail.clear()
    this.#tailSegment = undefined
    this.#segmentReader.forget()
  }

  read(startOffset: number, options: ReadOptions): ReadOutcome | Promise<ReadOutcome> {
    this.#state.environment.served.count++
    if (this.#state.logDir.isOffline) return { errorCode: ErrorCode.KAFKA_STORAGE_ERROR }
    if (startOffset < this.#state.logStartOffset || startOffset > this.#state.logEndOffset) {
      return { errorCode: ErrorCode.OFFSET_OUT_OF_RANGE }
    }
    const maxOffset = this.#state.endOf(options.isolation)
    if (startOffset >= maxOffset || (options.maxBytes <= 0 && !options.minOneBatch)) {
      return this.#readResult(undefined, startOffset, options)
    }
    const limits = { startOffset, maxOffset, maxBytes: options.maxBytes, minOneBatch: options.minOneBatch }
    const segment = this.#state.segmentOf(startOffset)
    if (segment.offsetIndex === undefined) return this.#readOn(segment, limits, options)
    this.#state.environment.indexCache.touch(segment)
    const chunks = this.#segmentReader.read(segment, this.#tailSegment, limits)
    if (chunks === undefined || chunks instanceof Promise) return this.#readOn(segment, limits, options, chunks)
    return this.#readResult(chunks, startOffset, options)
  }

  /** Reads on into later segments while one holds nothing at or behind the start offset, as compaction may leave it. */
  async #readOn(
    from: Segment,
    limits: { startOffset: number; maxOffset: number; maxBytes: number; minOneBatch: boolean },
    options: ReadOptions,
    first?: Promise<Chunks | undefined>,
  ): Promise<ReadOutcome> {
    const { cuts, removals } = this.#state
    try {
      let chunks = await first
      let segment: Segment | undefined = first === undefined ? from : this.#state.segmentAfter(from)
      while (chunks === undefined && segment !== undefined && cuts === this.#state.cuts) {
        await this.#state.environment.indexCache.load(segment)
        chunks = await this.#segmentReader.read(segment, this.#tailSegment, limits)
        segment = this.#state.segmentAfter(segment)
      }
      if (cuts !== this.#state.cuts) {
        chunks?.release()
        chunks = undefined
      }
      return this.#readResult(chunks, limits.startOffset, options)
    } catch (cause) {
      // Its files went while the read was under way.
      if (this.#state.isClosed) return { errorCode: ErrorCode.NOT_LEADER_OR_FOLLOWER }
      if (!(cause instanceof DiskError)) throw cause
      const isBeingCut = this.#state.isBeingCut || cuts !== this.#state.cuts
      if (cause.code === 'ENOENT' && isBeingCut) return this.#readResult(undefined, limits.startOffset, options)
      // What the segment held is in others, or below the log's start now.
      if (cause.code === 'ENOENT' && removals !== this.#state.removals)
        return await this.read(limits.startOffset, options)
      this.#state.logDir.fail(cause)
      return { errorCode: ErrorCode.KAFKA_STORAGE_ERROR }
    }
  }

  #readResult(chunks: Chunks | undefined, startOffset: number, options: ReadOptions): LogRead {
    const isCommitted = options.isolation === 'read-committed'
    return {
      errorCode: 0,
      chunks: chunks?.chunks ?? [],
      sizeInBytes: chunks?.sizeInBytes ?? 0,
      highWatermark: this.#state.highWatermark,
      lastStableOffset: this.#state.lastStableOffset,
      logStartOffset: this.#state.logStartOffset,
      abortedTransactions: isCommitted ? this.#abortedIn(chunks, startOffset) : undefined,
      release: chunks?.release ?? noRelease,
    }
  }

  /** Those that reach into what is read, and as far beyond it as the index is sparse: Kafka names these too. */
  #abortedIn(chunks: Chunks | undefined, startOffset: number): AbortedTransaction[] {
    const aborted: AbortedTransaction[] = []
    if (chunks?.end === undefined) return aborted
    const endOffset = this.#upperBoundOf(chunks.end)
    const { segments } = this.#state
    const first = segments.findLastIndex(({ baseOffset }) => baseOffset <= startOffset)
    for (let index = Math.max(0, first); index < segments.length; index++) {
      if (segments[index]!.transactionIndex.collect(startOffset, endOffset, aborted)) break
    }
    return aborted
  }

  /** An offset behind everything before a position: of the next indexed batch, else of the next segment, else the end. */
  #upperBoundOf({ segment, position }: NonNullable<Chunks['end']>): number {
    return (
      segment.offsetIndex?.offsetFromPosition(position) ??
      this.#state.segmentAfter(segment)?.baseOffset ??
      this.#state.logEndOffset
    )
  }

  readableBytes(startOffset: number, isolation: ReadIsolation): number {
    const endOffset = this.#state.endOf(isolation)
    if (startOffset >= endOffset || startOffset < this.#state.logStartOffset) return 0
    const segment = this.#state.segmentOf(startOffset)
    const active = this.#state.active
    if (segment !== active) return this.#state.sizeInBytes
    // Before an open transaction the index knows only about where the end lies: rather more than too little, since what
    // is said here limits the read, and the read itself stops where it must.
    const { writtenBytes, offsetIndex } = active
    const to =
      endOffset >= this.#state.logEndOffset ? writtenBytes : offsetIndex!.ceilingPosition(endOffset, writtenBytes)
    return Math.max(1, to - this.#segmentReader.positionOf(active, startOffset))
  }
}

function noRelease(): void {}
