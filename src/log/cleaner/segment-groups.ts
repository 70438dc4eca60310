import type { Segment } from '../segment.ts'

export interface MeasuredSegment {
  readonly segment: Segment
  readonly offsetIndexBytes: number
  readonly timeIndexBytes: number
}

export interface GroupLimits {
  /** `segment.bytes` */
  readonly segmentBytes: number
  /** `segment.index.bytes` */
  readonly segmentIndexBytes: number
  /** Where the last segment ends at most. */
  readonly endOffset: number
}

/**
 * Neighbours that fit into one segment even if nothing of them goes (`Cleaner.groupSegmentsBySize`): without it
 * compacted segments would shrink and become many.
 */
export function groupSegments(segments: readonly MeasuredSegment[], limits: GroupLimits): Segment[][] {
  const groups: Segment[][] = []
  let group: Segment[] = []
  let logBytes = 0
  let offsetIndexBytes = 0
  let timeIndexBytes = 0
  for (const [index, measured] of segments.entries()) {
    const { segment } = measured
    const lastOffset = (segments[index + 1]?.segment.baseOffset ?? limits.endOffset) - 1
    logBytes += segment.writtenBytes
    offsetIndexBytes += measured.offsetIndexBytes
    timeIndexBytes += measured.timeIndexBytes
    const fits =
      group.length > 0 &&
      logBytes <= limits.segmentBytes &&
      offsetIndexBytes <= limits.segmentIndexBytes &&
      timeIndexBytes <= limits.segmentIndexBytes &&
      // Index entries count from the group's base offset.
      lastOffset - group[0]!.baseOffset <= 0x7fff_ffff
    if (fits) {
      group.push(segment)
      continue
    }
    group = [segment]
    groups.push(group)
    logBytes = segment.writtenBytes
    offsetIndexBytes = measured.offsetIndexBytes
    timeIndexBytes = measured.timeIndexBytes
  }
  return groups
}
