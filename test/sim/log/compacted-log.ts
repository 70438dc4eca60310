import { decodeRecords } from '../../../src/log/offset-lookup.ts'
import { checksum, compression, textOf } from './batches.ts'
import { type ModelBatch, type ModelRecord, type Replay, replayOf } from './partition-model.ts'
import type { ReadBatch } from './read-all.ts'

const tools = { checksum, compression, decompressedBatchBytesMax: 1024 * 1024 }

export interface CompactedLog {
  /** All that was ever appended. */
  readonly line: readonly ModelBatch[]
  /** What is there from `start` to `end`. */
  readonly survivors: readonly ReadBatch[]
  readonly start: number
  readonly end: number
  readonly nowMs: number
  readonly deleteRetentionMs: number
  /** By offset of a tombstone or marker: until when it was seen to stay. */
  readonly horizons: ReadonlyMap<number, number>
}

/** Why a compacted log is not what compaction may leave of what was appended; `undefined` where it is. */
export function compactionFault(log: CompactedLog): string | undefined {
  const line = log.line.filter(({ lastOffset }) => lastOffset < log.end)
  return alteredBatch(log, line) ?? lostRecord(log, line) ?? lostMarker(log, line)
}

/** Until when tombstones and markers have to stay, as the batches say that hold them. */
export function horizonsOf(survivors: readonly ReadBatch[]): [number, number][] {
  return survivors
    .filter(({ batch }) => batch.hasDeleteHorizon)
    .flatMap(({ batch }) =>
      decodeRecords(batch, tools)
        .filter(({ value }) => batch.isControl || value === null)
        .map(({ offset }): [number, number] => [offset, batch.baseTimestamp]),
    )
}

/** The records that are there, by offset. */
export function recordsIn(survivors: readonly ReadBatch[]): Map<number, ModelRecord> {
  return new Map(
    survivors.flatMap(({ batch }) =>
      batch.isControl
        ? []
        : decodeRecords(batch, tools).map(({ offset, timestamp, key, value }): [number, ModelRecord] => [
            offset,
            { timestamp, key: textOf(key), value: textOf(value) },
          ]),
    ),
  )
}

/** When the records are from that are there, markers too, in their order. */
export function timesIn(survivors: readonly ReadBatch[]): { readonly offset: number; readonly timestamp: number }[] {
  return survivors.flatMap(({ batch }) => decodeRecords(batch, tools))
}

/** Batches keep their offsets, epochs and sequence numbers, and their records what they say. */
function alteredBatch({ survivors }: CompactedLog, line: readonly ModelBatch[]): string | undefined {
  const byOffset = new Map(line.map(batch => [batch.baseOffset, batch]))
  let endOffset = -1
  for (const { baseOffset, lastOffset, batch } of survivors) {
    if (baseOffset < endOffset) return `${baseOffset} follows ${endOffset - 1}`
    endOffset = lastOffset + 1
    const appended = byOffset.get(baseOffset)
    if (appended === undefined) return `nobody appended ${baseOffset}-${lastOffset}`
    const header = [lastOffset, batch.partitionLeaderEpoch, batch.producerId, batch.producerEpoch, batch.baseSequence]
    const { leaderEpoch, producerId, producerEpoch, baseSequence } = appended
    const wanted = [appended.lastOffset, leaderEpoch, producerId, producerEpoch, baseSequence]
    if (header.join() !== wanted.join()) return `${baseOffset} has ${header.join()} in its header, not ${wanted.join()}`
    if (checksum.crc32c(batch.checkedBytes) !== batch.crc) return `${baseOffset} is damaged`
  }
  const appendedRecords = new Map(
    line.flatMap(batch => batch.records.map((record, index) => [batch.baseOffset + index, record])),
  )
  for (const [offset, record] of recordsIn(survivors)) {
    if (JSON.stringify(record) !== JSON.stringify(appendedRecords.get(offset))) return `${offset} holds another record`
  }
  return undefined
}

/** The latest committed value of each key is there; of tombstones, until their horizon. */
function lostRecord(log: CompactedLog, line: readonly ModelBatch[]): string | undefined {
  const { fates } = replayOf(line)
  const found = recordsIn(log.survivors)
  const later = new Set<string>()
  for (const batch of line.toReversed()) {
    const fate = fates.get(batch.baseOffset)
    if (fate === undefined || fate === 'aborted') continue
    for (const [index, { key, value }] of [...batch.records.entries()].toReversed()) {
      const offset = batch.baseOffset + index
      const isSuperseded = later.has(key!) && fate !== 'open'
      if (fate !== 'open') later.add(key!)
      if (offset < log.start || isSuperseded || found.has(offset)) continue
      const untilMs = stayUntilMs(log, offset, batch)
      if (value !== null || fate === 'open' || log.nowMs < untilMs) {
        return value === null && fate !== 'open'
          ? `the tombstone ${offset} is gone ${untilMs - log.nowMs} ms early`
          : `${offset}, the latest of its key (${fate}), is gone`
      }
    }
  }
  return undefined
}

/** A marker stays as long as a batch of its transaction does, and until its horizon. */
function lostMarker(log: CompactedLog, line: readonly ModelBatch[]): string | undefined {
  const { transactions }: Replay = replayOf(line)
  const there = new Map(log.survivors.map(batch => [batch.baseOffset, batch]))
  for (const marker of line) {
    if (marker.marker === undefined || marker.baseOffset < log.start) continue
    if (there.get(marker.baseOffset)?.marker === marker.marker) continue
    const left = transactions.get(marker.baseOffset)?.find(offset => there.has(offset))
    if (left !== undefined) return `the marker ${marker.baseOffset} is gone, its batch ${left} is not`
    const untilMs = stayUntilMs(log, marker.baseOffset, marker)
    if (log.nowMs < untilMs) return `the marker ${marker.baseOffset} is gone ${untilMs - log.nowMs} ms early`
  }
  return undefined
}

/** The horizon is set when a cleaner first comes by. */
function stayUntilMs({ horizons, deleteRetentionMs }: CompactedLog, offset: number, batch: ModelBatch): number {
  return Math.max(horizons.get(offset) ?? 0, batch.appendedMs + deleteRetentionMs)
}
