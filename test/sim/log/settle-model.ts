import type { PartitionLog } from '../../../src/log/partition-log.ts'
import { isSame } from './batches.ts'
import { compactionFault } from './compacted-log.ts'
import { type LogChecker, readAll } from './log-checks.ts'
import type { ModelBatch, PartitionModel } from './partition-model.ts'
import type { ReadBatch } from './read-all.ts'

/** How the last run on a directory ended; power loss wins where several ends came before a start that succeeded. */
export type Ending = 'clean' | 'kill' | 'power'

/**
 * Holds what came back after a start against what may be missing, then takes it as the truth: from here on the model
 * continues from what the log holds.
 */
export async function settleModel(
  checker: LogChecker,
  log: PartitionLog,
  model: PartitionModel,
  ending: Ending,
  nowMs: number,
): Promise<void> {
  const survivors = await readAll(log, log.logStartOffset)
  const end = log.logEndOffset
  const { cutting } = model
  const promised = ending === 'clean' ? model.next : ending === 'kill' ? model.acknowledged : model.flushed
  const least = cutting === undefined ? promised : Math.min(promised, cutting)
  const name =
    ending === 'clean'
      ? 'a clean shutdown keeps everything'
      : ending === 'kill'
        ? 'acknowledged records survive the end of the process'
        : 'flushed records survive power loss'
  checker.check(name, end >= least, () => `${model.name} ends at ${end}, before ${least}`)
  checker.check(
    'no offset is used again for other bytes',
    end <= Math.max(model.next, model.beginningAt, ...model.histories.map(endOf)),
    () => `${model.name} ends at ${end}, behind all that was appended, ${model.next}`,
  )
  // Of a log that was never flushed nothing is promised, not even its first segment before its second.
  if (ending === 'power' && model.flushed === 0) model.start = Math.max(model.start, log.logStartOffset)
  checkStart(checker, log, model, ending)

  const lines = [model.batches]
  if (ending === 'power' || cutting !== undefined) lines.push(...model.histories)
  // A cut whose sync failed may be undone under what was appended since and never flushed: segments of both lines.
  if (ending === 'power' && model.histories.length > 0 && !model.isCompacted) {
    const known = lines.flat()
    const mixed = survivors.map(({ bytes }) => known.find(batch => isSame(batch.bytes, bytes)))
    if (mixed.every(batch => batch !== undefined)) lines.push(mixed)
  }
  // Cut to begin anew elsewhere, it may be empty.
  if (model.beginningAt > 0) lines.push([])
  const start = log.logStartOffset
  const { deleteRetentionMs, horizons, isCompacted } = model
  const faults = lines.map(line =>
    isCompacted
      ? compactionFault({ line, survivors, start, end, nowMs, deleteRetentionMs, horizons })
      : faultOf(line, survivors, start, end),
  )
  checker.check(
    isCompacted ? 'compaction keeps what must stay' : 'what is read is what was appended',
    faults.includes(undefined),
    () => `${model.name}: ${faults[0]}`,
  )
  take(log, model, lines[faults.indexOf(undefined)]!, ending)
}

function checkStart(checker: LogChecker, log: PartitionLog, model: PartitionModel, ending: Ending): void {
  const { logStartOffset } = log
  const latest = model.cutting === undefined ? model.start : Math.max(model.start, model.beginningAt)
  checker.check(
    'what was recovered begins where it was cut or later',
    ending === 'clean' && model.cutting === undefined ? logStartOffset === model.start : logStartOffset <= latest,
    () => `${model.name} begins at ${logStartOffset} instead of ${model.start}`,
  )
}

/** Why `survivors` are not what is left of `line` where it is cut at `end`; `undefined` where they are. */
function faultOf(
  line: readonly ModelBatch[],
  survivors: readonly ReadBatch[],
  start: number,
  end: number,
): string | undefined {
  const byOffset = new Map(line.map(batch => [batch.baseOffset, batch]))
  const found = new Set<number>()
  for (const survivor of survivors) {
    const batch = byOffset.get(survivor.baseOffset)
    if (batch === undefined) return `nobody appended ${survivor.baseOffset}-${survivor.lastOffset}`
    if (!isSame(batch.bytes, survivor.bytes)) return `${survivor.baseOffset}-${survivor.lastOffset} holds other bytes`
    found.add(survivor.baseOffset)
  }
  const missing = line.find(
    batch => batch.lastOffset >= start && batch.lastOffset < end && !found.has(batch.baseOffset),
  )
  if (missing !== undefined) return `${missing.baseOffset}-${missing.lastOffset} is missing before the end ${end}`
  const last = survivors.at(-1)
  if (last !== undefined && last.lastOffset + 1 !== end)
    return `it ends at ${end}, its last offset is ${last.lastOffset}`
  return undefined
}

function take(log: PartitionLog, model: PartitionModel, line: readonly ModelBatch[], ending: Ending): void {
  if (line !== model.batches) model.horizons.clear()
  // A snapshot does not say which of the markers it has seen lie above the high watermark.
  model.stable = log.logEndOffset
  model.isBeingCompacted = false
  const isWhole = ending === 'clean' || line === model.batches
  if (!isWhole || model.cutting !== undefined) model.histories.push(model.batches)
  model.lose(model.batches, log.logEndOffset)
  model.batches = line.filter(({ lastOffset }) => lastOffset < log.logEndOffset)
  // An empty log that was cut: what was there before is no part of it.
  if (endOf(model.batches) !== log.logEndOffset) model.batches = []
  model.start = log.logStartOffset
  model.next = log.logEndOffset
  model.acknowledged = log.logEndOffset
  model.flushed = model.cutting === undefined ? Math.min(model.flushed, log.logEndOffset) : 0
  if (ending === 'clean') {
    model.flushed = log.logEndOffset
    model.histories = []
  }
  model.cutting = undefined
  model.beginningAt = 0
  model.highWatermark = log.highWatermark
  model.leaderEpoch = Math.max(model.leaderEpoch, log.latestEpoch, 0)
  model.forgetRemembered()
}

function endOf(batches: readonly ModelBatch[]): number {
  return (batches.at(-1)?.lastOffset ?? -1) + 1
}
