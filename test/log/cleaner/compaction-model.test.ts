import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Throttle } from '../../../src/log/cleaner/throttle.ts'
import { decodeRecords } from '../../../src/log/offset-lookup.ts'
import { OffsetSpec } from '../../../src/log/partition-log.ts'
import { SegmentedLog } from '../../../src/log/segmented-log.ts'
import { createOffloadFunctions } from '../../../src/platform/offload-functions.ts'
import type { Offload } from '../../../src/ports.ts'
import { writeBatch } from '../../../src/protocol/records/batch-writer.ts'
import type { CompressionType } from '../../../src/protocol/records/compression-type.ts'
import {
  ControlRecordType,
  controlRecordKey,
  controlRecordType,
  endTransactionMarkerValue,
} from '../../../src/protocol/records/control-record.ts'
import { batchesOf } from '../../../src/protocol/records/record-batch.ts'
import { MemoryDisk } from '../../support/memory-disk.ts'
import { accepted, checksum, compression, type Harness, openLog, tools } from '../harness.ts'

const utf8 = new TextEncoder()
const text = new TextDecoder()

/** On the spot, as a single thread would. */
const functions = createOffloadFunctions()
const offload: Offload = {
  run: async <Result>(name: string, input: unknown) => functions[name]!(input) as Result,
}

interface Written {
  readonly offset: number
  readonly key: string
  /** `null` is a tombstone. */
  readonly value: string | null
  /** Whose open transaction it belongs to; decided by its marker. */
  fate: 'committed' | 'aborted' | number
}

type Step =
  | { do: 'append'; keys: number[]; isTombstone: boolean; compression: CompressionType; producer: number }
  | { do: 'transaction'; keys: number[]; producer: number }
  | { do: 'end'; producer: number; isCommit: boolean }
  | { do: 'clean'; keysMax: number }
  | { do: 'wait'; ms: number }
  | { do: 'restart' }
  | { do: 'kill' }
  | { do: 'deleteRecords'; share: number }

const keys = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 4 })
const producer = fc.integer({ min: 0, max: 2 })

const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      do: fc.constant('append' as const),
      keys,
      isTombstone: fc.boolean(),
      compression: fc.constantFrom<CompressionType>(0, 1, 2, 3, 4),
      producer: fc.integer({ min: -1, max: 2 }),
    }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('transaction' as const), keys, producer }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('end' as const), producer, isCommit: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('clean' as const), keysMax: fc.integer({ min: 2, max: 40 }) }) },
  fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 800 }) }),
  fc.constant<Step>({ do: 'restart' }),
  fc.constant<Step>({ do: 'kill' }),
  fc.record({ do: fc.constant('deleteRecords' as const), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
)

/** A disk that remembers how it was before each change of a directory: where a crash may leave it. */
function watched(disk: MemoryDisk, crashes: MemoryDisk[]): MemoryDisk {
  const changes = new Set(['rename', 'remove', 'syncDirectory', 'open'])
  return new Proxy(disk, {
    get(target, name) {
      const member = Reflect.get(target, name, target) as unknown
      if (typeof member !== 'function') return member
      return (...args: unknown[]) => {
        if (changes.has(String(name)) && crashes.length < 200) crashes.push(disk.clone())
        return (member as (...args: unknown[]) => unknown).apply(target, args)
      }
    },
  })
}

class Run {
  harness!: Harness & { log: SegmentedLog }
  #disk = new MemoryDisk()
  #crashes: MemoryDisk[] = []
  #written: Written[] = []
  #end = 0
  #start = 0
  #elapsedMs = 0
  #cleanedTo = 0
  readonly #open = new Set<number>()
  readonly #sequences = new Map<number, number>()

  async open(disk = this.#disk): Promise<void> {
    this.#disk = disk
    // Whoever worked on the disk before has no part in this.
    this.#crashes = []
    this.harness = await this.#openOn(watched(disk, this.#crashes))
    this.harness.clock.advance(this.#elapsedMs)
  }

  async #openOn(disk: MemoryDisk): Promise<Harness & { log: SegmentedLog }> {
    const config = {
      segmentBytes: 400,
      indexIntervalBytes: 100,
      isCompacted: true,
      isDeleted: false,
      deleteRetentionMs: 500,
      minCleanableDirtyRatio: 0,
      fileDeleteDelayMs: 100,
    }
    const harness = await openLog(disk, config, { offload, openFilesMax: 2 })
    assert(harness.log instanceof SegmentedLog)
    harness.log.updateHighWatermark(harness.log.logEndOffset)
    return { ...harness, log: harness.log }
  }

  async step(step: Step): Promise<void> {
    const { clock, log } = this.harness
    switch (step.do) {
      case 'append':
        if (this.#open.has(step.producer)) return
        return await this.#append(step.keys, step.isTombstone, step.compression, step.producer, false)
      case 'transaction':
        return await this.#append(step.keys, false, 0, step.producer, true)
      case 'end':
        return await this.#end_(step.producer, step.isCommit)
      case 'clean':
        return await this.#clean(step.keysMax)
      case 'wait':
        this.#elapsedMs += step.ms
        clock.advance(step.ms)
        return
      case 'restart': {
        const before = log.activeProducers()
        await this.harness.manager.close()
        await this.open()
        assert.deepEqual(this.harness.log.activeProducers(), before)
        return
      }
      case 'kill':
        return await this.open(this.#disk.clone())
      case 'deleteRecords':
        this.#start = Math.max(this.#start, Math.floor(step.share * log.lastStableOffset * 0.5))
        assert(log.incrementLogStartOffset(this.#start))
        return
    }
  }

  async #append(
    keys: readonly number[],
    isTombstone: boolean,
    compressionType: CompressionType,
    producerId: number,
    isTransactional: boolean,
  ): Promise<void> {
    const { clock, log } = this.harness
    const written: Written[] = keys.map((key, index) => ({
      offset: this.#end + index,
      key: `key ${key}`,
      value: isTombstone ? null : `value of ${this.#end + index}`,
      fate: isTransactional ? producerId : 'committed',
    }))
    const baseSequence = producerId < 0 ? -1 : (this.#sequences.get(producerId) ?? 0)
    if (producerId >= 0) this.#sequences.set(producerId, baseSequence + keys.length)
    if (isTransactional) this.#open.add(producerId)
    const records = written.map(({ key, value }) => ({
      timestamp: clock.nowMs(),
      key: utf8.encode(key),
      value: value === null ? null : utf8.encode(value),
    }))
    const producer = producerId < 0 ? {} : { producerId, producerEpoch: 0, baseSequence }
    const batch = writeBatch(records, { compressionType, isTransactional, ...producer }, tools)
    const outcome = accepted(await log.produce(batch, { leaderEpoch: 0 }))
    await outcome.written
    assert.equal(outcome.baseOffset, this.#end)
    this.#written.push(...written)
    this.#appended(keys.length)
  }

  async #end_(producerId: number, isCommit: boolean): Promise<void> {
    if (!this.#open.delete(producerId)) return
    const { clock, log } = this.harness
    const type = isCommit ? ControlRecordType.COMMIT : ControlRecordType.ABORT
    const record = { timestamp: clock.nowMs(), key: controlRecordKey(type), value: endTransactionMarkerValue(0) }
    const options = { producerId, producerEpoch: 0, isControl: true, isTransactional: true }
    const outcome = accepted(
      log.appendAsLeader(writeBatch([record], options, tools), { leaderEpoch: 0, origin: 'coordinator' }),
    )
    await outcome.written
    for (const written of this.#written)
      if (written.fate === producerId) written.fate = isCommit ? 'committed' : 'aborted'
    // A marker forgets the producer's batches: sequence numbers begin anew.
    this.#sequences.set(
      producerId,
      this.harness.log.activeProducers().find(p => p.producerId === producerId)!.lastSequence + 1,
    )
    this.#appended(1)
  }

  #appended(count: number): void {
    this.#end += count
    this.harness.log.updateHighWatermark(this.#end)
  }

  async #clean(keysMax: number): Promise<void> {
    const { clock, log } = this.harness
    const range = await log.cleanableRange()
    if (range === undefined || !range.isDue) return
    this.#crashes.length = 0
    const result = await log.compact(range, {
      throttle: new Throttle(clock, () => Number.POSITIVE_INFINITY),
      dedupeBufferBytes: 24 * keysMax,
      dedupeBufferLoadFactor: 0.9,
      chunkBytes: 150,
    })
    assert(result !== undefined && result.endOffset > range.firstDirtyOffset)
    this.#cleanedTo = result.endOffset
    const crashes = this.#crashes.splice(0)
    await this.check(log)
    await this.#checkClean(log)
    for (const disk of crashes) {
      const { log: recovered } = await this.#openOn(disk)
      if (this.#start > 0) recovered.incrementLogStartOffset(this.#start)
      await this.check(recovered)
      assert.deepEqual(
        recovered.activeProducers().map(withoutTimes).sort(byProducerId),
        log.activeProducers().map(withoutTimes).sort(byProducerId),
      )
    }
    this.#crashes.length = 0
  }

  /** What readers at `read_committed` make of the log is what they would of all that was ever written. */
  async check(log: SegmentedLog): Promise<void> {
    assert.equal(log.logEndOffset, this.#end)
    const found = await readAll(log)
    const byOffset = new Map(this.#written.map(written => [written.offset, written]))
    let last = -1
    const latest = new Map<string, string | null>()
    for (const { offset, key, value, isAborted } of found) {
      assert(offset > last, `offset ${offset} follows ${last}`)
      last = offset
      const written = byOffset.get(offset)
      assert(written !== undefined, `nothing was written at ${offset}`)
      assert.deepEqual([key, value], [written.key, written.value])
      assert.equal(isAborted, written.fate === 'aborted', `fate of ${offset}`)
      if (written.fate === 'committed') latest.set(key, value)
    }
    const expected = new Map<string, Written>()
    for (const written of this.#written) {
      if (written.fate === 'committed' && written.offset < log.lastStableOffset) expected.set(written.key, written)
    }
    for (const [key, { offset, value }] of expected) {
      if (offset < this.#start) continue
      const isGoneTombstone = value === null && !latest.has(key)
      if (!isGoneTombstone) assert.equal(latest.get(key), value, `${key}, last written at ${offset}`)
    }
  }

  /** Below the cleaned offset each key has one record, and aborted ones have none. */
  async #checkClean(log: SegmentedLog): Promise<void> {
    const found = (await readAll(log)).filter(({ offset }) => offset < this.#cleanedTo)
    const seen = new Set<string>()
    for (const { offset, key, isAborted } of found.reverse()) {
      assert(!isAborted, `aborted record ${offset} is still there`)
      assert(!seen.has(key), `${key} is there twice, the first time at ${offset}`)
      seen.add(key)
    }
  }
}

const withoutTimes = ({
  producerId,
  producerEpoch,
  lastSequence,
  currentTransactionStartOffset,
}: ReturnType<SegmentedLog['activeProducers']>[number]) => ({
  producerId,
  producerEpoch,
  lastSequence,
  isOpen: currentTransactionStartOffset >= 0,
})
const byProducerId = (a: { producerId: number }, b: { producerId: number }) => a.producerId - b.producerId

interface Found {
  readonly offset: number
  readonly key: string
  readonly value: string | null
  readonly isAborted: boolean
}

/** Every data record, and whether a consumer at `read_committed` would leave it out. */
async function readAll(log: SegmentedLog): Promise<Found[]> {
  const found: Found[] = []
  const start = (await log.offsetForTimestamp(OffsetSpec.EARLIEST))!.offset
  let offset = start
  const aborted = new Set<number>()
  while (offset < log.lastStableOffset) {
    const read = await log.read(offset, { maxBytes: 1000, isolation: 'read-committed', minOneBatch: true })
    assert(read.errorCode === 0 && 'chunks' in read)
    if (read.chunks.length === 0) break
    const upcoming = [...read.abortedTransactions!].sort((a, b) => a.firstOffset - b.firstOffset)
    for (const batch of read.chunks.flatMap(chunk => [...batchesOf(chunk)])) {
      assert.equal(checksum.crc32c(batch.checkedBytes), batch.crc)
      while (upcoming.length > 0 && upcoming[0]!.firstOffset <= batch.lastOffset)
        aborted.add(upcoming.shift()!.producerId)
      const records = decodeRecords(batch, { checksum, compression, decompressedBatchBytesMax: 1_000_000 })
      offset = batch.nextOffset
      if (batch.isControl) {
        for (const { key } of records)
          if (controlRecordType(key) === ControlRecordType.ABORT) aborted.delete(batch.producerId)
        continue
      }
      const isAborted = batch.isTransactional && aborted.has(batch.producerId)
      for (const record of records) {
        if (record.offset < start) continue
        const value = record.value === null ? null : text.decode(record.value)
        found.push({ offset: record.offset, key: text.decode(record.key!), value, isAborted })
      }
    }
  }
  return found.filter(({ offset: at }) => at < log.lastStableOffset)
}

test('a compacted log says what the whole log said, wherever a crash interrupts the compaction', async () => {
  const seed = process.env['OTTLA_TEST_SEED']
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { minLength: 20, maxLength: 80 }), async script => {
      const run = new Run()
      await run.open()
      for (const step of script) await run.step(step)
      await run.step({ do: 'clean', keysMax: 40 })
      await run.check(run.harness.log)
    }),
    {
      endOnFailure: true,
      numRuns: Number(process.env['OTTLA_RUNS'] ?? 20),
      ...(seed === undefined ? {} : { seed: Number(seed) }),
    },
  )
})
