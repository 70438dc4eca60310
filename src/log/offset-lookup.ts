import { isCompressionType } from '../protocol/records/compression-type.ts'
import { type Record, recordsOf } from '../protocol/records/record.ts'
import type { RecordBatch } from '../protocol/records/record-batch.ts'
import { scanBatches } from './batch-scan.ts'
import type { LogState } from './log-state.ts'
import { OffsetSpec, type TimestampedOffset } from './partition-log.ts'
import type { ValidationTools } from './produce-validation.ts'
import type { Segment } from './segment.ts'

/** `UnifiedLog.fetchOffsetByTimestamp`, of a log without remote storage. */
export async function findOffsetForTimestamp(
  timestamp: number,
  state: LogState,
): Promise<TimestampedOffset | undefined> {
  const { epochs, logStartOffset, logEndOffset } = state
  switch (timestamp) {
    case OffsetSpec.EARLIEST:
    case OffsetSpec.EARLIEST_LOCAL: {
      const earliest = epochs.entries[0]
      const leaderEpoch = earliest !== undefined && earliest.startOffset <= logStartOffset ? earliest.epoch : -1
      return { timestamp: -1, offset: logStartOffset, leaderEpoch }
    }
    case OffsetSpec.LATEST:
      return { timestamp: -1, offset: logEndOffset, leaderEpoch: epochs.latestEpoch }
    case OffsetSpec.LATEST_TIERED:
    case OffsetSpec.EARLIEST_PENDING_UPLOAD:
      return { timestamp: -1, offset: -1, leaderEpoch: -1 }
    case OffsetSpec.MAX_TIMESTAMP:
      return await findMaxTimestamp(state)
    default:
      return await findTimestamp(timestamp, state)
  }
}

async function findMaxTimestamp(state: LogState): Promise<TimestampedOffset | undefined> {
  let newest = state.segments[0]
  for (const segment of state.segments) {
    if (newest === undefined || segment.maxTimestamp > newest.maxTimestamp) newest = segment
  }
  if (newest === undefined || newest.maxTimestamp < 0) return undefined
  const { maxTimestamp, offsetOfMaxTimestamp } = newest
  return await findRecord(
    newest,
    offsetOfMaxTimestamp,
    batch => batch.maxTimestamp === maxTimestamp,
    record => record.timestamp === maxTimestamp,
    state,
  )
}

async function findTimestamp(timestamp: number, state: LogState): Promise<TimestampedOffset | undefined> {
  const { environment, logStartOffset } = state
  // Kafka looks at the first of them alone: what fits there may lie below the log's start, or be compacted away.
  for (const segment of state.segments.filter(({ largestTimestamp }) => largestTimestamp >= timestamp)) {
    await environment.indexCache.load(segment)
    const found = await findRecord(
      segment,
      Math.max(segment.timeIndex!.floorOffset(timestamp), logStartOffset),
      batch => batch.maxTimestamp >= timestamp,
      record => record.timestamp >= timestamp && record.offset >= logStartOffset,
      state,
    )
    if (found !== undefined) return found
  }
  return undefined
}

/** The first fitting record of the fitting batches from the one that holds `startOffset` on. */
async function findRecord(
  segment: Segment,
  startOffset: number,
  batchFits: (batch: RecordBatch) => boolean,
  recordFits: (record: Record) => boolean,
  { environment }: LogState,
): Promise<TimestampedOffset | undefined> {
  await environment.indexCache.load(segment)
  const from = segment.offsetIndex!.floorPosition(startOffset)
  let found: TimestampedOffset | undefined
  await environment.filePool.with(segment.file, file =>
    scanBatches(file, from, segment.writtenBytes, batch => {
      if (!batchFits(batch)) return true
      const record = decodeRecords(batch, environment.validation).find(recordFits)
      if (record === undefined) return true
      found = {
        timestamp: record.timestamp,
        offset: record.offset,
        leaderEpoch: Math.max(-1, batch.partitionLeaderEpoch),
      }
      return false
    }),
  )
  return found
}

/** The records of a batch that is in a log, decompressed where need be. */
export function decodeRecords(batch: RecordBatch, tools: ValidationTools): Record[] {
  const { compressionId } = batch
  if (compressionId === 0 || !isCompressionType(compressionId)) return recordsOf(batch)
  return recordsOf(
    batch,
    tools.compression.decompress(compressionId, batch.recordBytes, tools.decompressedBatchBytesMax),
  )
}
