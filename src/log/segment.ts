import type { Random } from '../ports.ts'
import type { PooledFile } from './file-pool.ts'
import type { LogConfig } from './log-config.ts'
import type { OffsetIndex } from './offset-index.ts'
import type { TimeIndex } from './time-index.ts'
import { TransactionIndex } from './transaction-index.ts'

/** The largest offset and position an index entry can hold, relative to the segment. */
const int32Max = 0x7fff_ffff

/** What the offset and time index need to know of a batch. */
export interface IndexedBatch {
  readonly lastOffset: number
  /** -1 where it has no records. */
  readonly recordsMaxTimestamp: number
  readonly sizeInBytes: number
}

/**
 * One segment: a `.log` file from `baseOffset` on, and what its indexes say (`LogSegment`). Indexes of the active
 * segment are always in memory; those of a sealed one are read when needed.
 */
export class Segment {
  readonly baseOffset: number
  readonly file: PooledFile
  /** Where the next batch goes; ahead of `writtenBytes` while writes are under way. */
  nextPosition: number
  /** Of the `.log` file; what readers may read. */
  writtenBytes: number
  /** `undefined` where only on disk. */
  offsetIndex: OffsetIndex | undefined
  timeIndex: TimeIndex | undefined
  /** The largest timestamp and the last offset of the first batch that has it; -1 and the base offset where none has. */
  maxTimestamp: number
  offsetOfMaxTimestamp: number
  /** The max timestamp of the first batch; `undefined` where the segment is empty or nobody has looked yet. */
  firstBatchTimestamp: number | undefined
  /** When the segment was made or emptied; stands in for a first timestamp. */
  createdMs: number
  /** When the file was last written, as far as known: stands in for a largest timestamp. */
  modifiedMs: number
  readonly rollJitterMs: number
  /** Always in memory. */
  transactionIndex = new TransactionIndex()
  /** How many of its entries `.txnindex` is known to hold, which then begins with them. */
  savedTransactionsCount: number | undefined
  isTransactionIndexBeingSaved = false
  #bytesSinceIndexEntry = 0

  constructor(options: {
    readonly baseOffset: number
    readonly file: PooledFile
    readonly sizeInBytes: number
    readonly offsetIndex?: OffsetIndex
    readonly timeIndex?: TimeIndex
    readonly nowMs: number
    readonly modifiedMs?: number
    readonly rollJitterMs: number
  }) {
    this.baseOffset = options.baseOffset
    this.file = options.file
    this.nextPosition = options.sizeInBytes
    this.writtenBytes = options.sizeInBytes
    this.offsetIndex = options.offsetIndex
    this.timeIndex = options.timeIndex
    this.maxTimestamp = options.timeIndex?.lastTimestamp ?? -1
    this.offsetOfMaxTimestamp = options.timeIndex?.lastOffset ?? options.baseOffset
    this.createdMs = options.nowMs
    this.modifiedMs = options.modifiedMs ?? options.nowMs
    this.rollJitterMs = options.rollJitterMs
  }

  /** By which `retention.ms` is measured: the largest timestamp, else when the file was last written. */
  get largestTimestamp(): number {
    return this.maxTimestamp >= 0 ? this.maxTimestamp : this.modifiedMs
  }

  /** Whether an append of `sizeInBytes` up to `lastOffset` belongs into a new segment. */
  shouldRoll(config: LogConfig, sizeInBytes: number, lastOffset: number, maxTimestamp: number, nowMs: number): boolean {
    if (this.nextPosition > config.segmentBytes - sizeInBytes) return true
    if (lastOffset - this.baseOffset > int32Max) return true
    if (this.nextPosition === 0) return false
    const first = this.firstBatchTimestamp ?? -1
    const waitedMs = first >= 0 ? maxTimestamp - first : nowMs - this.createdMs
    if (waitedMs > segmentMsMax(config) - this.rollJitterMs) return true
    return this.offsetIndex!.isFull(config.segmentIndexBytes) || this.timeIndex!.isFull(config.segmentIndexBytes)
  }

  /** Accounts for a batch that goes to `nextPosition`: indexes, timestamps, size. */
  add(batch: IndexedBatch, indexIntervalBytes: number): void {
    const { recordsMaxTimestamp } = batch
    if (recordsMaxTimestamp > this.maxTimestamp) {
      this.maxTimestamp = recordsMaxTimestamp
      this.offsetOfMaxTimestamp = batch.lastOffset
    }
    this.firstBatchTimestamp ??= recordsMaxTimestamp
    if (this.#bytesSinceIndexEntry > indexIntervalBytes) {
      this.offsetIndex!.append(batch.lastOffset, this.nextPosition)
      this.timeIndex!.maybeAppend(this.maxTimestamp, this.offsetOfMaxTimestamp)
      this.#bytesSinceIndexEntry = 0
    }
    this.#bytesSinceIndexEntry += batch.sizeInBytes
    this.nextPosition += batch.sizeInBytes
  }

  /** `bytes` of batches were found behind the last index entry, when the segment was opened again. */
  resumeAfter(bytesSinceIndexEntry: number): void {
    this.#bytesSinceIndexEntry = bytesSinceIndexEntry
  }

  /** Nothing is appended any more: the largest timestamp becomes the time index's last entry. */
  seal(): void {
    this.timeIndex!.maybeAppend(this.maxTimestamp, this.offsetOfMaxTimestamp)
  }

  /** Everything from `offset` on, which lies at `position`, is gone. */
  truncateTo(offset: number, position: number, nowMs: number): void {
    this.offsetIndex!.truncateTo(offset)
    this.timeIndex!.truncateTo(offset)
    this.nextPosition = position
    this.writtenBytes = position
    this.maxTimestamp = this.timeIndex!.lastTimestamp
    this.offsetOfMaxTimestamp = this.timeIndex!.lastOffset
    this.#bytesSinceIndexEntry = 0
    if (position === 0) {
      this.createdMs = nowMs
      this.firstBatchTimestamp = undefined
    }
  }
}

/** What is to be compacted within a time must be sealed by then (`LogConfig.maxSegmentMs`). */
function segmentMsMax({ isCompacted, maxCompactionLagMs, segmentMs }: LogConfig): number {
  return isCompacted && maxCompactionLagMs > 0 ? Math.min(maxCompactionLagMs, segmentMs) : segmentMs
}

/** How much earlier than `segment.ms` a segment is rolled, so that many made at once do not end at once. */
export function drawRollJitterMs(config: LogConfig, random: Random): number {
  const jitterMs = Math.min(config.segmentJitterMs, config.segmentMs)
  return jitterMs === 0 ? 0 : Math.floor((random.uint32() / 0x1_0000_0000) * jitterMs)
}
