import { batchOverheadBytes, RecordBatch } from '../../protocol/records/record-batch.ts'
import type { LogState } from '../log-state.ts'
import type { Segment } from '../segment.ts'

/** What of a log may be compacted now, and how much it would be worth. */
export interface CleanableRange {
  /** Up to here the log is clean. */
  readonly firstDirtyOffset: number
  /** The base offset of the first segment that must stay as it is. */
  readonly firstUncleanableOffset: number
  readonly cleanableBytes: number
  /** The dirty share of what would be read. */
  readonly cleanableRatio: number
  /** The checkpointed offset does not fit the log: cleaning begins anew at its start. */
  readonly isReset: boolean
  /** Dirty enough, or too long. */
  readonly isDue: boolean
}

/** `LogCleanerManager.cleanableOffsets` and `LogToClean`. `undefined` where there is nothing at all. */
export async function findCleanableRange(
  state: LogState,
  cleanedOffset: number | undefined,
  nowMs: number,
): Promise<CleanableRange | undefined> {
  const { logStartOffset, logEndOffset, segments, active, config } = state
  const checkpointed = cleanedOffset ?? logStartOffset
  const isReset = checkpointed < logStartOffset || checkpointed > logEndOffset
  const firstDirtyOffset = isReset ? logStartOffset : checkpointed

  let uncleanable = uncleanableFrom(state)
  if (config.minCompactionLagMs > 0) {
    const dirty = segmentsBetween(segments, firstDirtyOffset, active.baseOffset)
    const young = dirty.find(({ largestTimestamp }) => largestTimestamp > nowMs - config.minCompactionLagMs)
    if (young !== undefined) uncleanable = Math.min(uncleanable, young.baseOffset)
  }
  // A segment is cleaned as a whole or not at all.
  const firstUncleanableOffset = state.segmentOf(Math.max(firstDirtyOffset, uncleanable)).baseOffset

  const cleanBytes = sizeOf(segments.filter(({ baseOffset }) => baseOffset < firstDirtyOffset))
  const from = Math.min(firstDirtyOffset, firstUncleanableOffset)
  const cleanableBytes = sizeOf(segmentsBetween(segments, from, firstUncleanableOffset))
  const totalBytes = cleanBytes + cleanableBytes
  if (totalBytes === 0) return undefined
  const cleanableRatio = cleanableBytes / totalBytes
  const isOverdue = cleanableBytes > 0 && (await waitsTooLong(state, firstDirtyOffset, nowMs))
  const isDue = isOverdue || cleanableRatio > config.minCleanableDirtyRatio
  return { firstDirtyOffset, firstUncleanableOffset, cleanableBytes, cleanableRatio, isReset, isDue }
}

/** The log may have been cut since the range was found; what is cleaned is decided, and ends where a segment begins. */
export function isCleanableStill(state: LogState, { firstUncleanableOffset }: CleanableRange): boolean {
  if (firstUncleanableOffset > uncleanableFrom(state)) return false
  return state.segments.some(({ baseOffset }) => baseOffset === firstUncleanableOffset)
}

/** What lies here or behind is undecided, or in the segment that is appended to. */
function uncleanableFrom({ active, lastStableOffset }: LogState): number {
  return Math.min(lastStableOffset, active.baseOffset)
}

/** Whether a dirty segment began longer ago than `max.compaction.lag.ms` (KIP-354). */
async function waitsTooLong(state: LogState, firstDirtyOffset: number, nowMs: number): Promise<boolean> {
  const beganBeforeMs = nowMs - state.config.maxCompactionLagMs
  if (beganBeforeMs <= 0) return false
  for (const segment of segmentsBetween(state.segments, firstDirtyOffset, state.active.baseOffset)) {
    const timestamp = await firstBatchTimestamp(segment, state)
    if (timestamp > 0 && timestamp < beganBeforeMs) return true
  }
  return false
}

/** -1 in an empty segment. */
async function firstBatchTimestamp(segment: Segment, { environment }: LogState): Promise<number> {
  if (segment.firstBatchTimestamp === undefined && segment.writtenBytes > 0) {
    const header = new Uint8Array(batchOverheadBytes)
    await environment.filePool.with(segment.file, file => file.read(header, 0))
    segment.firstBatchTimestamp = new RecordBatch(header, 0, header.length).maxTimestamp
  }
  return segment.firstBatchTimestamp ?? -1
}

/** From the segment that holds `from` on, those that begin before `to`. */
export function segmentsBetween(segments: readonly Segment[], from: number, to: number): Segment[] {
  const first = Math.max(
    0,
    segments.findLastIndex(({ baseOffset }) => baseOffset <= from),
  )
  return segments.slice(first).filter(({ baseOffset }) => baseOffset < to)
}

function sizeOf(segments: readonly Segment[]): number {
  return segments.reduce((sum, { writtenBytes }) => sum + writtenBytes, 0)
}
