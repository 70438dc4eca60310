import { Throttle } from '../../../src/log/cleaner/throttle.ts'
import { CleaningAbortedError } from '../../../src/log/cleaner/uncleanable-error.ts'
import type { AppendOutcome, PartitionLog } from '../../../src/log/partition-log.ts'
import { SegmentedLog } from '../../../src/log/segmented-log.ts'
import type { RecordToWrite } from '../../../src/protocol/records/batch-writer.ts'
import { CompressionType } from '../../../src/protocol/records/compression-type.ts'
import { batchOf, drawRecords, markerOf, modelOf } from './batches.ts'
import { checkCompacted, checkCompactedReads } from './compacted-checks.ts'
import { checkEpochs, checkLastStable, checkProducers, checkReads, checkTimeLookup } from './log-checks.ts'
import type { LogWorkload } from './log-workload.ts'
import type { ModelBatch, ModelProducer, PartitionModel } from './partition-model.ts'

type Operation = (run: LogWorkload, model: PartitionModel, log: PartitionLog) => Promise<void>

const storageError = 56
const outOfOrderSequence = 45

/** How often each operation is drawn. */
export const operationWeights = {
  produce: 30,
  burst: 8,
  transact: 12,
  repeat: 5,
  skipSequence: 2,
  read: 12,
  lookUpTime: 4,
  flush: 6,
  advanceHighWatermark: 12,
  newEpoch: 2,
  deleteRecords: 2,
  truncate: 2,
  startAnew: 0.5,
  wait: 5,
  recreate: 1.5,
  compact: 8,
  inspect: 3,
}

export type OperationName = keyof typeof operationWeights

export const operations: Readonly<Record<OperationName, Operation>> = {
  produce: async (run, model, log) => produceOnce(run, model, log),

  burst: async (run, model, log) => {
    for (let count = run.seed.between(2, 6); count > 0; count--) produceOnce(run, model, log)
  },

  transact: async (run, model, log) => {
    const producerId = run.seed.between(10, 11)
    const producer = model.replay().producers.get(producerId)
    const isOpen = producer !== undefined && producer.transactionStart >= 0
    if (!isOpen || run.seed.chance(0.5)) return produceOnce(run, model, log, producerId)
    // From transaction version 2 on each transaction has an epoch of its own.
    const transactionVersion = run.seed.pick([0, 1, 2])
    const kind = run.seed.pick(['commit', 'abort'] as const)
    const coordinatorEpoch = Math.max(0, producer.coordinatorEpoch) + run.seed.between(0, 1)
    const producerEpoch = producer.producerEpoch + (transactionVersion === 2 ? 1 : 0)
    const records = [{ timestamp: run.nowMs, key: null, value: null }]
    const bytes = markerOf(kind, run.nowMs, { producerId, producerEpoch, coordinatorEpoch })
    const { leaderEpoch } = model
    const outcome = log.appendAsLeader(bytes, { leaderEpoch, origin: 'coordinator', transactionVersion })
    took(run, model, outcome, bytes, records, { kind, coordinatorEpoch })
  },

  repeat: async (run, model, log) => {
    const [, remembered] = run.seed.pick([...model.remembered, [-1, []] as const])
    const known = remembered.slice(-5)
    if (known.length === 0) return
    // Behind the window of five a batch is out of order, within it a duplicate.
    const forgotten = remembered.at(-6)
    if (forgotten !== undefined && run.seed.chance(0.3)) {
      const outcome = await run.wait(log.produce(unstamped(forgotten), produceOptions(model)))
      return expectRefusal(run, model, outcome, outOfOrderSequence)
    }
    const batch = run.seed.chance(0.4) ? known[0]! : run.seed.pick(known)
    const outcome = await run.wait(log.produce(unstamped(batch), produceOptions(model)))
    if (outcome.errorCode === storageError) return
    if ('written' in outcome) run.beside(run.wait(outcome.written))
    run.checker.check(
      'duplicates are known, gaps are refused',
      'baseOffset' in outcome && outcome.isDuplicate && mayStandFor(model, outcome.baseOffset, batch),
      () => `${model.name}: the batch at ${batch.baseOffset} sent again yields ${JSON.stringify(outcome)}`,
    )
  },

  skipSequence: async (run, model, log) => {
    const [producerId, remembered] = run.seed.pick([...model.remembered, [-1, []] as const])
    const last = remembered.at(-1)
    if (last === undefined) return
    const { producerEpoch, lastSequence, firstOffset } = model.replay().producers.get(producerId)!
    if (firstOffset < model.start) return
    const bytes = batchOf(drawRecords(run.seed, run.nowMs, model.isCompacted), {
      producerId,
      producerEpoch,
      baseSequence: lastSequence + 1 + run.seed.between(1, 3),
      isTransactional: last.isTransactional,
    })
    const outcome = await run.wait(log.produce(bytes, produceOptions(model)))
    expectRefusal(run, model, outcome, outOfOrderSequence)
  },

  read: async (run, model, log) => {
    if (run.seed.chance(0.5)) await run.quiet()
    await run.wait(checkReadsUnlessOffline(run, model, log))
  },

  lookUpTime: async (run, model, log) => {
    await run.quiet()
    if (log.isOffline) return
    await run.wait(checkTimeLookup(run.checker, log, model, run.seed))
  },

  flush: async (run, model, log) => {
    const upTo = model.next
    const flushing = run.wait(log.flush()).then(() => {
      model.flushed = Math.max(model.flushed, upTo)
      model.acknowledged = Math.max(model.acknowledged, upTo)
      // Of an empty log there is nothing to flush, and what was cut from it may come back.
      if (upTo > 0) model.histories = []
    })
    if (run.seed.chance(0.5)) run.beside(flushing)
    else await flushing
  },

  advanceHighWatermark: async (run, model, log) => {
    if (run.seed.chance(0.5)) await run.quiet()
    if (log.isOffline) return
    run.followLogStarts()
    const isBehind = model.isCompacted && run.seed.chance(0.4)
    log.updateHighWatermark(isBehind ? run.seed.between(log.highWatermark, log.logEndOffset) : log.logEndOffset)
    model.stable = Math.max(model.stable, log.highWatermark)
    checkLastStable(run.checker, log, model)
  },

  newEpoch: async (_run, model, log) => {
    model.leaderEpoch++
    log.assignEpochStartOffset(model.leaderEpoch, log.nextOffset)
  },

  deleteRecords: async (run, model, log) => {
    const offset = run.seed.between(model.start, Math.max(model.start, log.highWatermark))
    run.checker.check(
      'high watermark, log start and recovery point are in order',
      log.incrementLogStartOffset(offset) && !log.incrementLogStartOffset(log.highWatermark + 1),
      () => `${model.name}: records below ${offset} are not deleted, or records above the high watermark are`,
    )
    model.start = Math.max(model.start, offset)
  },

  truncate: async (run, model, log) => {
    await run.quiet()
    if (log.isOffline) return
    // What lies below the high watermark may be compacted, and no follower is ever told to cut it.
    const least = model.isCompacted ? Math.max(model.start, model.stable) : model.start
    const candidates = model.from(least).filter(({ baseOffset }) => baseOffset >= least)
    if (candidates.length === 0) return
    const { baseOffset } = run.seed.pick(candidates.slice(-12))
    model.histories.push(model.batches)
    model.cutting = baseOffset
    await run.wait(log.truncateTo(baseOffset))
    model.cut(baseOffset)
    model.cutting = undefined
    run.checker.check(
      'leader epochs agree with the log',
      // Retention may have emptied it since, and begun its last epoch at its end.
      log.epochEntries.every(({ startOffset }) => startOffset < baseOffset || startOffset === log.logStartOffset),
      () => `${model.name}: cut at ${baseOffset}, it knows the epochs ${JSON.stringify(log.epochEntries)}`,
    )
  },

  startAnew: async (run, model, log) => {
    // Interrupted, it leaves records without those that superseded them: nothing could be said of such a log.
    if (model.isCompacted) return
    await run.quiet()
    if (log.isOffline) return
    const offset = model.next + run.seed.between(0, 20)
    model.histories.push(model.batches)
    model.cutting = 0
    model.beginningAt = offset
    await run.wait(log.truncateFullyAndStartAt(offset))
    Object.assign(model, { batches: [], start: offset, next: offset, acknowledged: offset, highWatermark: offset })
    model.flushed = 0
    model.stable = 0
    model.forgetRemembered()
    model.cutting = undefined
  },

  wait: async run => run.sleep(run.seed.pick([1, 50, 2000, 12_000, 40_000])),

  recreate: async (run, model) => {
    await run.quiet()
    // From here on the cluster knows nothing of it; where the directory fails meanwhile the next start sets it aside.
    const fresh = run.newModel(model.name)
    run.models.set(model.name, fresh)
    await run.wait(run.manager.delete(model.topic, model.partition))
    await run.create(fresh)
  },

  /** Beside whatever follows. */
  compact: async (run, model, log) => {
    if (!model.isCompacted || model.isBeingCompacted || run.hasCleaner || !(log instanceof SegmentedLog)) return
    const range = await run.wait(log.cleanableRange())
    if (range?.isDue !== true || log.isOffline) return
    model.isBeingCompacted = true
    // Whatever step of it the machine is at then.
    if (run.seed.chance(0.3)) run.endWithin(150)
    const { clock } = run.process
    const throttle = new Throttle(clock, () => Number.POSITIVE_INFINITY)
    const { dedupeBufferBytes, dedupeBufferLoadFactor, ioBufferBytes: chunkBytes } = run.cleanerConfig
    const compacting = log.compact(range, { throttle, dedupeBufferBytes, dedupeBufferLoadFactor, chunkBytes })
    void run.aside(
      run.wait(compacting).then(
        result => {
          model.isBeingCompacted = false
          if (result !== undefined) run.compacted()
        },
        (error: unknown) => {
          model.isBeingCompacted = false
          if (!(error instanceof CleaningAbortedError)) throw error
        },
      ),
    )
  },

  inspect: async (run, model, log) => {
    await run.quiet()
    if (log.isOffline) return
    if (model.isCompacted) await run.wait(checkCompacted(run.checker, log, model, run.nowMs))
    checkProducers(run.checker, log, model)
    checkEpochs(run.checker, log, model)
  },
}

async function checkReadsUnlessOffline(run: LogWorkload, model: PartitionModel, log: PartitionLog): Promise<void> {
  try {
    model.follow(log)
    if (model.isCompacted) await checkCompactedReads(run.checker, log, model, run.seed)
    else await checkReads(run.checker, log, model, run.seed)
  } catch (error) {
    if (!log.isOffline && log.logStartOffset <= model.start) throw error
  }
}

/** As a client sends it again: its base offset is 0. */
function unstamped(batch: ModelBatch): Uint8Array {
  const bytes = batch.bytes.slice()
  bytes.fill(0, 0, 8)
  return bytes
}

function produceOptions(model: PartitionModel): { leaderEpoch: number } {
  return { leaderEpoch: model.leaderEpoch }
}

/** Appends one batch; transactional where `producerId` says whose transaction it is of. */
function produceOnce(run: LogWorkload, model: PartitionModel, log: PartitionLog, transactionalId?: number): void {
  const { seed } = run
  const producerId = transactionalId ?? seed.pick([-1, 1, 1, 2])
  const records = drawRecords(seed, run.nowMs, model.isCompacted)
  const producer = producerId < 0 ? undefined : model.replay().producers.get(producerId)
  const bytes = batchOf(records, {
    ...(producerId < 0
      ? {}
      : {
          producerId,
          producerEpoch: producer?.producerEpoch ?? 0,
          baseSequence: nextSequence(producer, log, producerId, model),
          isTransactional: transactionalId !== undefined,
        }),
    compressionType: seed.chance(0.05) ? CompressionType.GZIP : CompressionType.NONE,
  })
  const outcome = log.produce(bytes, produceOptions(model))
  if (outcome instanceof Promise) throw new Error('A small batch is checked at once')
  took(run, model, outcome, bytes, records)
}

/** Where a producer's first records are gone the log may know less than a replay; it is asked then. */
function nextSequence(
  producer: ModelProducer | undefined,
  log: PartitionLog,
  producerId: number,
  { start, uncertain }: PartitionModel,
): number {
  if (producer === undefined) return 0
  if (producer.firstOffset >= start && !uncertain.has(producerId)) return producer.lastSequence + 1
  const known = log.activeProducers().find(each => each.producerId === producerId)
  if (known !== undefined && known.producerEpoch !== producer.producerEpoch) return 0
  return (known ?? producer).lastSequence + 1
}

/** The log has answered an append that it should take. */
function took(
  run: LogWorkload,
  model: PartitionModel,
  outcome: AppendOutcome,
  stamped: Uint8Array,
  records: readonly RecordToWrite[],
  marker?: { readonly kind: 'commit' | 'abort'; readonly coordinatorEpoch: number },
): void {
  if (outcome.errorCode === storageError) return
  run.checker.check(
    'duplicates are known, gaps are refused',
    'baseOffset' in outcome && !outcome.isDuplicate,
    () => `${model.name}: what comes next is refused: ${JSON.stringify(outcome)}`,
  )
  if (!('baseOffset' in outcome)) return
  run.checker.check(
    'offsets are contiguous',
    outcome.baseOffset === model.next,
    () => `${model.name}: appended at ${outcome.baseOffset} instead of ${model.next}`,
  )
  const batch = modelOf(stamped, records, run.nowMs, marker)
  model.append(batch)
  const acknowledge = () => {
    model.acknowledged = Math.max(model.acknowledged, batch.lastOffset + 1)
  }
  if (outcome.written !== undefined) run.beside(run.wait(outcome.written).then(acknowledge))
  else if (run.process.isAlive) acknowledge()
}

/**
 * Whether a duplicate of `batch` may be answered with `baseOffset`: its own, or that of an earlier one with the same
 * sequence numbers. A producer whose transaction was deleted and, by a truncation, forgotten begins again at 0 in its epoch; a
 * start after a kill reads both, and as in Kafka the first of them counts.
 */
function mayStandFor(model: PartitionModel, baseOffset: number, batch: ModelBatch): boolean {
  if (baseOffset === batch.baseOffset) return true
  const answered = model.batches.find(other => other.baseOffset === baseOffset)
  return (
    answered !== undefined &&
    baseOffset < model.start &&
    answered.producerId === batch.producerId &&
    answered.producerEpoch === batch.producerEpoch &&
    answered.baseSequence === batch.baseSequence
  )
}

function expectRefusal(run: LogWorkload, model: PartitionModel, outcome: AppendOutcome, errorCode: number): void {
  run.checker.check(
    'duplicates are known, gaps are refused',
    outcome.errorCode === errorCode || outcome.errorCode === storageError,
    () => `${model.name}: ${JSON.stringify(outcome)} instead of error ${errorCode}`,
  )
}
