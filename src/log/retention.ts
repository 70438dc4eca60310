import type { LogState } from './log-state.ts'

/**
 * How many of the oldest segments may go: those below the log's start, and for topics that delete, those that
 * `retention.ms` or `retention.bytes` has passed. Only what lies below the high watermark goes; an empty active segment
 * stays.
 */
export function countDoomedSegments(state: LogState, nowMs: number): number {
  const { isDeleted, retentionBytes, retentionMs } = state.config
  let excessBytes = isDeleted && retentionBytes >= 0 ? state.sizeInBytes - retentionBytes : Number.NEGATIVE_INFINITY
  let count = 0
  for (const [index, segment] of state.segments.entries()) {
    const next = state.segments[index + 1]
    const endOffset = next?.baseOffset ?? state.nextOffset
    if (endOffset > state.highWatermark || (next === undefined && segment.nextPosition === 0)) break
    const isUnreachable = next !== undefined && next.baseOffset <= state.logStartOffset
    const isExcess = excessBytes - segment.nextPosition >= 0
    const isExpired = isDeleted && retentionMs >= 0 && nowMs - segment.largestTimestamp > retentionMs
    if (!isUnreachable && !isExcess && !isExpired) break
    excessBytes -= segment.nextPosition
    count++
  }
  return count
}
