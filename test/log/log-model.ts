import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { PartitionLog } from '../../src/log/partition-log.ts'
import { recordsOf } from '../../src/protocol/records/record.ts'
import { batchesOf } from '../../src/protocol/records/record-batch.ts'
import { MemoryDisk } from '../support/memory-disk.ts'
import { accepted, batchOf, type Harness, openLog } from './harness.ts'

/** What the log must hold: batches in order, and its ends. */
interface Model {
  batches: {
    baseOffset: number
    lastOffset: number
    values: string[]
    epoch: number
    producerId: number
    lastSequence: number
  }[]
  start: number
  end: number
  epoch: number
  appended: number
}

type Step =
  | { do: 'append'; records: number; bytes: number; wait: boolean }
  | { do: 'burst'; batches: number }
  | { do: 'read'; from: number; maxBytes: number }
  | { do: 'flush' }
  | { do: 'epoch' }
  | { do: 'truncate'; share: number }
  | { do: 'startAnew'; gap: number }
  | { do: 'deleteRecords'; share: number }
  | { do: 'deleteSegments' }
  | { do: 'retain'; bytes: number }
  | { do: 'restart' }
  | { do: 'kill' }
  | { do: 'tear'; bytes: number }
  | { do: 'corrupt'; share: number }
  | { do: 'lag'; share: number; from: number; maxBytes: number }
  | { do: 'loseIndexes' }

const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      do: fc.constant('append' as const),
      records: fc.integer({ min: 1, max: 5 }),
      bytes: fc.integer({ min: 0, max: 120 }),
      wait: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('burst' as const), batches: fc.integer({ min: 2, max: 8 }) }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('read' as const),
      from: fc.double({ min: 0, max: 1, noNaN: true }),
      maxBytes: fc.integer({ min: 0, max: 2000 }),
    }),
  },
  fc.constant<Step>({ do: 'flush' }),
  fc.constant<Step>({ do: 'epoch' }),
  fc.record({ do: fc.constant('truncate' as const), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.record({ do: fc.constant('deleteRecords' as const), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.constant<Step>({ do: 'deleteSegments' }),
  fc.record({ do: fc.constant('retain' as const), bytes: fc.integer({ min: 0, max: 5000 }) }),
  fc.constant<Step>({ do: 'restart' }),
  fc.constant<Step>({ do: 'kill' }),
  fc.record({ do: fc.constant('tear' as const), bytes: fc.integer({ min: 1, max: 60 }) }),
  fc.constant<Step>({ do: 'loseIndexes' }),
  fc.record({ do: fc.constant('corrupt' as const), share: fc.double({ min: 0, max: 0.99, noNaN: true }) }),
  fc.record({
    do: fc.constant('lag' as const),
    share: fc.double({ min: 0, max: 0.99, noNaN: true }),
    from: fc.double({ min: 0, max: 1, noNaN: true }),
    maxBytes: fc.integer({ min: 0, max: 2000 }),
  }),
  fc.record({ do: fc.constant('startAnew' as const), gap: fc.integer({ min: 0, max: 50 }) }),
)

/** A log and the model beside it, led through a script. */
class Run {
  readonly config: { segmentBytes: number; indexIntervalBytes: number }
  disk: MemoryDisk
  harness!: Harness & { log: PartitionLog }
  readonly model: Model = { batches: [], start: 0, end: 0, epoch: 0, appended: 0 }
  readonly #writesNow: () => boolean

  constructor(config: { segmentBytes: number; indexIntervalBytes: number }, writesNow: () => boolean) {
    this.config = config
    this.#writesNow = writesNow
    this.disk = new MemoryDisk({ writesNow })
  }

  get log(): PartitionLog {
    return this.harness.log
  }

  async open(): Promise<void> {
    this.harness = await openLog(this.disk, this.config, { tailCacheBytesMax: 4096, openFilesMax: 2 })
  }

  append(records: number, bytes: number): Promise<void> | undefined {
    const { model } = this
    const values = Array.from({ length: records }, (_, index) => `${model.appended + index}`.padEnd(bytes, '.'))
    model.appended += records
    // Two idempotent producers and one that is not.
    const producerId = (model.appended % 3) - 1
    const known = this.log.activeProducers().find(producer => producer.producerId === producerId)
    const baseSequence = producerId < 0 ? -1 : (known?.lastSequence ?? -1) + 1
    const producer = producerId < 0 ? {} : { producerId, producerEpoch: 0, baseSequence }
    const batch = batchOf(values, producer)
    const outcome = accepted(this.log.produce(batch, { leaderEpoch: model.epoch }) as never)
    assert.equal(outcome.baseOffset, model.end)
    assert.equal(outcome.isDuplicate, false)
    if (producerId >= 0) {
      const again = accepted(this.log.produce(batchOf(values, producer), { leaderEpoch: model.epoch }) as never)
      assert.deepEqual([again.isDuplicate, again.baseOffset], [true, model.end])
    }
    const lastSequence = baseSequence + records - 1
    const { epoch, end: baseOffset } = model
    model.batches.push({ baseOffset, lastOffset: baseOffset + records - 1, values, epoch, producerId, lastSequence })
    model.end += records
    return outcome.written
  }

  async settle(): Promise<void> {
    await this.log.flush()
    this.log.updateHighWatermark(this.log.logEndOffset)
  }

  async step(step: Step): Promise<void> {
    const { model } = this
    switch (step.do) {
      case 'append': {
        const written = this.append(step.records, step.bytes)
        if (step.wait) await written
        return
      }
      case 'burst':
        for (let batch = 0; batch < step.batches; batch++) void this.append(1, 40)
        return
      case 'read':
        return await this.checkRead(model.start + Math.floor(step.from * (model.end - model.start)), step.maxBytes)
      case 'flush':
        await this.settle()
        assert.equal(this.log.recoveryPoint, model.end)
        return
      case 'epoch':
        model.epoch++
        return
      case 'truncate': {
        await this.settle()
        // Followers truncate to where a batch begins.
        const kept = Math.floor(step.share * model.batches.length)
        const offset = model.batches[kept]?.baseOffset ?? model.end
        if (offset < model.start) return
        model.batches = model.batches.slice(0, kept)
        model.end = offset
        return await this.log.truncateTo(offset)
      }
      case 'startAnew': {
        await this.settle()
        model.batches = []
        model.start = model.end += step.gap
        return await this.log.truncateFullyAndStartAt(model.end)
      }
      case 'deleteRecords': {
        await this.settle()
        model.start += Math.floor(step.share * (model.end - model.start))
        assert.ok(this.log.incrementLogStartOffset(model.start))
        return
      }
      case 'deleteSegments': {
        await this.settle()
        const log = this.log as PartitionLog & { deleteOldSegments(nowMs: number): Promise<number> }
        await log.deleteOldSegments(this.harness.clock.nowMs())
        return
      }
      case 'retain': {
        await this.settle()
        const { clock, manager } = this.harness
        const log = this.log as PartitionLog & { deleteOldSegments(nowMs: number): Promise<number> }
        // What lies below the log's start goes whatever is left.
        await log.deleteOldSegments(clock.nowMs())
        const { config, sizeInBytes } = log
        manager.updateConfig('t', { ...config, retentionBytes: step.bytes })
        await log.deleteOldSegments(clock.nowMs())
        manager.updateConfig('t', config)
        assert.ok(log.logStartOffset >= model.start && log.logStartOffset <= model.end)
        // Never so much that less than the bound is left.
        assert.ok(log.sizeInBytes >= Math.min(step.bytes, sizeInBytes))
        model.start = log.logStartOffset
        return
      }
      case 'restart':
        await this.harness.manager.close()
        return await this.open()
      case 'kill':
        await this.settle()
        await this.checkpointStart()
        this.disk = this.disk.clone({ writesNow: this.#writesNow })
        return await this.open()
      case 'tear': {
        await this.settle()
        await this.checkpointStart()
        this.disk = this.disk.clone({ writesNow: this.#writesNow })
        this.tear(step.bytes)
        await this.open()
        return
      }
      case 'corrupt': {
        await this.settle()
        await this.checkpointStart()
        this.disk = this.disk.clone({ writesNow: this.#writesNow })
        this.corrupt(step.share)
        return await this.open()
      }
      case 'lag': {
        // Followers are behind: what they lack is not for consumers.
        await this.settle()
        const readable = model.batches.filter(({ lastOffset }) => lastOffset >= model.start)
        const limit = readable[Math.floor(step.share * readable.length)]
        if (limit === undefined || limit.baseOffset < model.start) return
        this.log.updateHighWatermark(limit.baseOffset)
        const from = model.start + Math.floor(step.from * (limit.baseOffset - model.start))
        return await this.checkRead(from, step.maxBytes, limit.baseOffset)
      }
      case 'loseIndexes': {
        await this.harness.manager.close()
        for (const path of this.disk.files.keys()) if (/index$/.test(path)) await this.disk.remove(path)
        return await this.open()
      }
    }
  }

  /** DeleteRecords may be forgotten in a crash, as in Kafka, unless the checkpoint has been written. */
  async checkpointStart(): Promise<void> {
    const text = `0\n1\nt 0 ${this.model.start}\n`
    await this.disk.replaceFile('/data/log-start-offset-checkpoint', new TextEncoder().encode(text))
  }

  /** Takes bytes off the end of the last segment, as a crash may; what the batch lost is lost whole. */
  tear(bytes: number): void {
    const last = [...this.disk.files]
      .filter(([path]) => path.endsWith('.log'))
      .toSorted()
      .at(-1)
    // Nothing was ever appended.
    if (last === undefined) return
    const kept = last[1].subarray(0, Math.max(0, last[1].length - bytes))
    this.disk.put(last[0], kept)
    // Power was lost, not only the process: the recovery point is not to be trusted beyond what is there.
    this.disk.put('/data/recovery-point-offset-checkpoint', new TextEncoder().encode('0\n0\n'))
    const base = Number(last[0].slice(last[0].lastIndexOf('/') + 1, -4))
    const whole = [...batchesOf(kept)].length
    const inSegment = this.model.batches.filter(({ baseOffset }) => baseOffset >= base)
    const before = this.model.batches.filter(({ baseOffset }) => baseOffset < base)
    this.model.batches = [...before, ...inSegment.slice(0, whole)]
    this.model.end =
      this.model.batches.at(-1) === undefined ? base : Math.max(base, this.model.batches.at(-1)!.lastOffset + 1)
    if (this.model.end < this.model.start) {
      // All that was left lies before the log's start: it begins anew there.
      this.model.batches = []
      this.model.end = this.model.start
    }
  }

  /** Damages one batch: it and all that follows is gone. */
  corrupt(share: number): void {
    const { model } = this
    const victim = model.batches[Math.floor(share * model.batches.length)]
    if (victim === undefined) return
    for (const [path, bytes] of this.disk.files) {
      if (!path.endsWith('.log')) continue
      for (const batch of batchesOf(bytes)) {
        if (batch.baseOffset !== victim.baseOffset) continue
        bytes[batch.position + batch.sizeInBytes - 1]! ^= 1
        this.disk.put(path, bytes)
        this.disk.put('/data/recovery-point-offset-checkpoint', new TextEncoder().encode('0\n0\n'))
        model.batches = model.batches.slice(0, model.batches.indexOf(victim))
        model.end = victim.baseOffset
        if (model.end < model.start) {
          model.batches = []
          model.end = model.start
        }
        return
      }
    }
  }

  async checkRead(from: number, maxBytes: number, limit?: number): Promise<void> {
    const { model } = this
    if (limit === undefined) await this.settle()
    const outcome = await this.log.read(from, { maxBytes, isolation: 'high-watermark', minOneBatch: true })
    assert.ok('chunks' in outcome)
    const read = outcome.chunks.flatMap(chunk => [...batchesOf(chunk)])
    const bytes = read.reduce((sum, { sizeInBytes }) => sum + sizeInBytes, 0)
    assert.equal(bytes, outcome.sizeInBytes)
    assert.ok(bytes <= maxBytes || read.length === 1, `${bytes} bytes of ${maxBytes} in ${read.length} batches`)
    const end = limit ?? model.end
    const wanted = model.batches.filter(({ lastOffset }) => lastOffset >= from && lastOffset < end)
    assert.ok(read.length > 0 || wanted.length === 0, `nothing read from ${from} of ${end}`)
    assert.ok(read.length <= wanted.length, `read beyond ${end}`)
    for (const [index, batch] of read.entries()) {
      const expected = wanted[index]!
      assert.equal(batch.baseOffset, expected.baseOffset)
      assert.equal(batch.partitionLeaderEpoch, expected.epoch)
      assert.deepEqual(
        recordsOf(batch).map(({ value }) => new TextDecoder().decode(value!)),
        expected.values,
      )
    }
    outcome.release()
  }

  async check(): Promise<void> {
    const { log, model } = this
    await this.settle()
    assert.equal(log.logEndOffset, model.end)
    assert.equal(log.logStartOffset, model.start)
    for (let offset = model.start; offset < model.end; ) {
      await this.checkRead(offset, 300)
      offset = model.batches.find(({ lastOffset }) => lastOffset >= offset)!.lastOffset + 1
    }
    for (const { epoch, startOffset } of log.epochEntries) {
      const first = model.batches.find(batch => batch.epoch === epoch && batch.lastOffset >= model.start)
      if (first !== undefined) assert.equal(startOffset, Math.max(first.baseOffset, Math.min(startOffset, model.start)))
    }
    for (const producerId of [0, 1]) {
      const last = model.batches.findLast(batch => batch.producerId === producerId && batch.baseOffset >= model.start)
      const known = log.activeProducers().find(producer => producer.producerId === producerId)
      if (last !== undefined) assert.equal(known?.lastSequence, last.lastSequence, `of producer ${producerId}`)
    }
    const beyond = await log.read(model.end + 1, { maxBytes: 1, isolation: 'log-end', minOneBatch: true })
    assert.equal(beyond.errorCode, 1)
    assert.deepEqual(this.harness.failures, [])
  }
}

/** Random scripts of up to `stepsMax` steps against the model, until one tells them apart. */
export async function checkLogAgainstModel(numRuns: number, stepsMin = 5, stepsMax = 40): Promise<void> {
  await fc.assert(
    fc.asyncProperty(
      fc.array(steps, { minLength: stepsMin, maxLength: stepsMax, size: 'max' }),
      fc.constantFrom(
        { segmentBytes: 800, indexIntervalBytes: 100 },
        { segmentBytes: 1500, indexIntervalBytes: 0 },
        { segmentBytes: 1_000_000, indexIntervalBytes: 300 },
      ),
      fc.infiniteStream(fc.boolean()),
      async (script, config, coin) => {
        const run = new Run(config, () => coin.next().value === true)
        await run.open()
        for (const step of script) await run.step(step)
        await run.check()
      },
    ),
    { numRuns },
  )
}
