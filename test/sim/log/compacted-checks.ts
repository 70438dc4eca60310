import type { PartitionLog } from '../../../src/log/partition-log.ts'
import type { Seed } from '../../../src/sim/seed.ts'
import { isSame } from './batches.ts'
import { compactionFault, horizonsOf } from './compacted-log.ts'
import { checkVisible, compare, type LogChecker, readAll } from './log-checks.ts'
import type { PartitionModel } from './partition-model.ts'
import { type LogReadOptions, type ReadBatch, readBatches } from './read-all.ts'

/** What is there of a compacted log, through its public face; remembers until when tombstones and markers stay. */
export async function checkCompacted(
  checker: LogChecker,
  log: PartitionLog,
  model: PartitionModel,
  nowMs: number,
): Promise<readonly ReadBatch[]> {
  const { logStartOffset: start, logEndOffset: end } = log
  const line = [...model.batches]
  const survivors = await readAll(log, start, end)
  // Retention or a failure of the disk came in between.
  if (log.logStartOffset !== start || log.isOffline) return survivors
  const { deleteRetentionMs, horizons } = model
  const fault = compactionFault({ line, survivors, start, end, nowMs, deleteRetentionMs, horizons })
  checker.check('compaction keeps what must stay', fault === undefined, () => `${model.name}: ${fault}`)
  for (const [offset, horizonMs] of horizonsOf(survivors)) horizons.set(offset, horizonMs)
  return survivors
}

/** A read anywhere yields a stretch of what there is, where no cleaner comes in between. */
export async function checkCompactedReads(
  checker: LogChecker,
  log: PartitionLog,
  model: PartitionModel,
  seed: Seed,
): Promise<void> {
  const start = log.logStartOffset
  const end = log.logEndOffset
  const isolation = seed.pick(['log-end', 'read-committed'] as const)
  const options: LogReadOptions = { maxBytes: seed.pick([1, 200, 1000, 100_000]), isolation, minOneBatch: true }
  const from = seed.between(start, end)
  const before = await readAll(log, start, end)
  const read = await readBatches(log, from, options)
  const after = await readAll(log, start, end)
  if (log.logStartOffset !== start || log.isOffline) return
  checker.check('what is read is what was appended', read !== undefined, () => `${model.name}: no read from ${from}`)
  if (isolation === 'read-committed') checkVisible(checker, model, read!, from)
  if (before.length !== after.length || !before.every((batch, index) => isSame(batch.bytes, after[index]!.bytes)))
    return
  const limit = isolation === 'log-end' ? end : Math.min(end, read!.lastStableOffset)
  const expected = before.filter(({ lastOffset }) => lastOffset >= from && lastOffset < limit)
  const found = read!.batches.filter(({ lastOffset }) => lastOffset < limit)
  compare(checker, 'what is read is what was appended', model, found, expected, { mayEndEarly: true })
  checker.check(
    'what is read is what was appended',
    found.length > 0 || expected.length === 0,
    () => `${model.name}: nothing read from ${from} of ${limit}`,
  )
}
