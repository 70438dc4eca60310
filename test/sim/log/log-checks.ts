import type { PartitionLog } from '../../../src/log/partition-log.ts'
import type { Checker } from '../../../src/sim/checker.ts'
import type { Seed } from '../../../src/sim/seed.ts'
import { isSame } from './batches.ts'
import { timesIn } from './compacted-log.ts'
import type { PartitionModel } from './partition-model.ts'
import type { LogReadOptions, ReadBatch } from './read-all.ts'
import { readBatches } from './read-all.ts'

/** The promises of the log engine, by name. */
export const logInvariants = [
  'acknowledged records survive the end of the process',
  'flushed records survive power loss',
  'a clean shutdown keeps everything',
  'no offset is used again for other bytes',
  'offsets are contiguous',
  'what is read is what was appended',
  'compaction keeps what must stay',
  'high watermark, log start and recovery point are in order',
  'what was recovered begins where it was cut or later',
  'high watermarks survive a clean shutdown',
  'indexes agree with the log',
  'lookups by time agree with the log',
  'leader epochs agree with the log',
  'producer state equals a replay',
  'duplicates are known, gaps are refused',
  'the last stable offset is the first undecided one',
  'aborted records are never visible, all others are',
  'only what may be torn is read at a start',
  'a failed directory fails alone',
  'no partition is lost or set aside',
  'no call of the log fails without cause',
] as const

export type LogInvariant = (typeof logInvariants)[number]

export type LogChecker = Checker<LogInvariant>

/** What holds between any two operations. */
export function checkOrder(checker: LogChecker, log: PartitionLog, model: PartitionModel): void {
  const { logStartOffset, lastStableOffset, highWatermark, logEndOffset, nextOffset, recoveryPoint } = log
  const offsets = [logStartOffset, lastStableOffset, highWatermark, logEndOffset, nextOffset]
  const isRising = offsets.every((offset, index) => index === 0 || offset >= offsets[index - 1]!)
  checker.check(
    'high watermark, log start and recovery point are in order',
    isRising && recoveryPoint <= logEndOffset && nextOffset === model.next,
    () =>
      `${model.name}: start, last stable, high watermark, end, next: ${offsets.join(', ')}; recovery point ` +
      `${recoveryPoint}; appended up to ${model.next}`,
  )
}

/** Reads some of the log at random places and compares it with what was appended. */
export async function checkReads(
  checker: LogChecker,
  log: PartitionLog,
  model: PartitionModel,
  seed: Seed,
): Promise<void> {
  const from = seed.between(model.start, Math.max(model.start, log.logEndOffset))
  const maxBytes = seed.pick([1, 200, 1000, 100_000])
  const isolation = seed.pick(['log-end', 'high-watermark', 'read-committed'] as const)
  const options: LogReadOptions = { maxBytes, isolation, minOneBatch: seed.chance(0.8) }
  const highWatermark = log.highWatermark
  const end = isolation === 'log-end' ? log.logEndOffset : isolation === 'high-watermark' ? highWatermark : -1
  const read = await readBatches(log, from, options)
  checker.check('what is read is what was appended', read !== undefined, () => `${model.name}: no read from ${from}`)
  const limit = end < 0 ? read!.lastStableOffset : end
  const expected = model.from(from).filter(({ lastOffset }) => lastOffset < limit)
  compare(checker, 'what is read is what was appended', model, read!.batches, expected, { mayEndEarly: true })
  checker.check(
    'what is read is what was appended',
    read!.batches.length > 0 || expected.length === 0 || !options.minOneBatch,
    () => `${model.name}: nothing read from ${from} of ${limit}`,
  )
  if (isolation === 'read-committed') checkVisible(checker, model, read!, from)
}

/**
 * What a consumer of committed records makes of one read, as `CompletedFetch` does: records of aborted transactions are
 * left out, all others are not.
 */
export function checkVisible(
  checker: LogChecker,
  model: PartitionModel,
  read: { batches: readonly ReadBatch[]; aborted: readonly { producerId: number; firstOffset: number }[] },
  from: number,
): void {
  const { fates } = model.replay()
  const upcoming = read.aborted.toSorted((a, b) => a.firstOffset - b.firstOffset)
  const aborted = new Set<number>()
  for (const { baseOffset, lastOffset, producerId, isTransactional, marker } of read.batches) {
    while (upcoming.length > 0 && upcoming[0]!.firstOffset <= lastOffset) aborted.add(upcoming.shift()!.producerId)
    if (marker === 'abort') aborted.delete(producerId)
    if (marker !== undefined || baseOffset < model.start) continue
    const isLeftOut = isTransactional && aborted.has(producerId)
    const fate = fates.get(baseOffset)
    checker.check(
      'aborted records are never visible, all others are',
      isLeftOut === (fate === 'aborted') && fate !== 'open',
      () =>
        `${model.name} from ${from}: ${baseOffset}-${lastOffset} of ${producerId} is ${fate} and ` +
        `${isLeftOut ? 'left out' : 'visible'}; listed are ${JSON.stringify(read.aborted)}`,
    )
  }
}

/** Everything, through the public face of the log. */
export async function checkContents(checker: LogChecker, log: PartitionLog, model: PartitionModel): Promise<void> {
  const batches = await readAll(log, log.logStartOffset)
  compare(checker, 'what is read is what was appended', model, batches, model.from(log.logStartOffset), {
    mayEndEarly: false,
  })
}

/** All batches from `from` on, in bites of a drawn size. */
export async function readAll(log: PartitionLog, from: number, end = log.logEndOffset): Promise<ReadBatch[]> {
  const all: ReadBatch[] = []
  for (let at = from; at < end; ) {
    const read = await readBatches(log, at, { maxBytes: 1500, isolation: 'log-end', minOneBatch: true })
    const last = read?.batches.at(-1)
    if (read === undefined || last === undefined) break
    all.push(...read.batches.filter(({ lastOffset }) => lastOffset < end))
    at = last.lastOffset + 1
  }
  return all
}

export function compare(
  checker: LogChecker,
  invariant: LogInvariant,
  model: PartitionModel,
  found: readonly ReadBatch[],
  expected: readonly { readonly baseOffset: number; readonly lastOffset: number; readonly bytes: Uint8Array }[],
  { mayEndEarly }: { readonly mayEndEarly: boolean },
): void {
  const isEqual =
    (mayEndEarly ? found.length <= expected.length : found.length === expected.length) &&
    found.every((batch, index) => isSame(batch.bytes, expected[index]!.bytes))
  checker.check(invariant, isEqual, () => {
    const show = (batches: readonly { baseOffset: number; lastOffset: number }[]) =>
      batches.map(({ baseOffset, lastOffset }) => `${baseOffset}-${lastOffset}`).join(' ')
    return `${model.name} holds ${show(found)} instead of ${show(expected)}`
  })
}

/** Lookups by time, by a model that looks at every record. */
export async function checkTimeLookup(
  checker: LogChecker,
  log: PartitionLog,
  model: PartitionModel,
  seed: Seed,
): Promise<void> {
  model.follow(log)
  const batches = model.from(model.start)
  if (batches.length === 0) return
  const timestamp = seed.pick(seed.pick(batches).records).timestamp + seed.pick([0, 0, 1])
  const timesOf = async () =>
    model.isCompacted
      ? timesIn(await readAll(log, model.start))
      : batches.flatMap(({ baseOffset, records }) =>
          records.map((record, index) => ({ offset: baseOffset + index, timestamp: record.timestamp })),
        )
  const times = await timesOf()
  const wanted = times.find(each => each.offset >= model.start && each.timestamp >= timestamp)
  const found = await log.offsetForTimestamp(timestamp)
  // A cleaner came in between.
  if (model.isCompacted && ((await timesOf()).length !== times.length || log.isOffline)) return
  // Retention came in between.
  if (log.logStartOffset > model.start) return
  checker.check(
    'lookups by time agree with the log',
    found?.offset === wanted?.offset && (found === undefined || found.timestamp === wanted!.timestamp),
    () => `${model.name}: ${timestamp} is at ${found?.offset} instead of ${wanted?.offset}`,
  )
}

export function checkEpochs(checker: LogChecker, log: PartitionLog, model: PartitionModel): void {
  model.follow(log)
  for (const batch of model.from(model.start)) {
    if (batch.baseOffset < model.start) continue
    const entry = log.epochEntries.findLast(({ startOffset }) => startOffset <= batch.baseOffset)
    checker.check(
      'leader epochs agree with the log',
      entry?.epoch === batch.leaderEpoch,
      () => `${model.name}: ${batch.baseOffset} is of epoch ${batch.leaderEpoch}, not ${entry?.epoch}`,
    )
  }
}

/** Where a producer's records reach below the log's start, its state may have been built without them. */
export function checkProducers(checker: LogChecker, log: PartitionLog, model: PartitionModel): void {
  model.follow(log)
  const { producers } = model.replay()
  const known = new Map(log.activeProducers().map(producer => [producer.producerId, producer]))
  for (const [producerId, wanted] of producers) {
    const found = known.get(producerId)
    known.delete(producerId)
    if (model.uncertain.has(producerId)) continue
    const isWhole = wanted.firstOffset >= model.start
    if (found === undefined) {
      checker.check(
        'producer state equals a replay',
        // As in Kafka, a marker that compaction has emptied tells of nobody.
        (model.isCompacted ? wanted.lastDataOffset : wanted.lastOffset) < model.start,
        () => `${model.name}: producer ${producerId} is not known`,
      )
      continue
    }
    const knowsSequence = isWhole || wanted.lastDataOffset >= model.start
    const compared = (state: { producerEpoch: number; lastSequence: number; lastTimestamp: number }) =>
      `epoch ${state.producerEpoch}, sequence ${knowsSequence ? state.lastSequence : '?'}` +
      // Of a batch that was compacted, and of a marker that has gone, neither is known again.
      (model.isCompacted ? '' : `, at ${state.lastTimestamp}`)
    const more = (coordinatorEpoch: number, start: number) =>
      isWhole ? `, coordinator ${model.isCompacted ? '?' : coordinatorEpoch}, transaction ${start}` : ''
    const left = compared(found) + more(found.coordinatorEpoch, found.currentTransactionStartOffset)
    const right = compared(wanted) + more(wanted.coordinatorEpoch, wanted.transactionStart)
    checker.check(
      'producer state equals a replay',
      left === right || wanted.lastOffset < model.start,
      () => `${model.name}: producer ${producerId} is at ${left} instead of ${right}`,
    )
  }
  checker.check(
    'producer state equals a replay',
    known.size === 0,
    () => `${model.name}: producers ${[...known.keys()].join(', ')} never wrote`,
  )
}

/** With the high watermark at the log's end nothing but an open transaction holds the last stable offset back. */
export function checkLastStable(checker: LogChecker, log: PartitionLog, model: PartitionModel): void {
  if (log.highWatermark !== log.logEndOffset || log.nextOffset !== log.logEndOffset) return
  const { firstOpen, producers } = model.replay()
  if ([...producers.values()].some(({ firstOffset }) => firstOffset < model.start)) return
  const wanted = firstOpen ?? log.highWatermark
  checker.check(
    'the last stable offset is the first undecided one',
    log.lastStableOffset === wanted,
    () => `${model.name}: last stable offset ${log.lastStableOffset} instead of ${wanted}`,
  )
}
