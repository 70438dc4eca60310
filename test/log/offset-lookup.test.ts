import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { OffsetSpec } from '../../src/log/partition-log.ts'
import { writeBatch } from '../../src/protocol/records/batch-writer.ts'
import type { CompressionType } from '../../src/protocol/records/compression-type.ts'
import { MemoryDisk } from '../support/memory-disk.ts'
import { openLog, produce, tools } from './harness.ts'

const base = 1_700_000_000_000

test('places have stand-ins for timestamps', async () => {
  const { log } = await openLog(new MemoryDisk())
  const at = (spec: number) => log.offsetForTimestamp(spec)
  assert.deepEqual(await at(OffsetSpec.EARLIEST), { timestamp: -1, offset: 0, leaderEpoch: -1 })
  assert.deepEqual(await at(OffsetSpec.LATEST), { timestamp: -1, offset: 0, leaderEpoch: -1 })
  assert.equal(await at(OffsetSpec.MAX_TIMESTAMP), undefined)
  assert.equal(await at(base), undefined)
  for (const [epoch, times] of [
    [2, [5, 9, 7]],
    [4, [9, 1]],
  ] as const) {
    const records = times.map(ms => ({ timestamp: base + ms, key: null, value: null }))
    await produce(log, writeBatch(records, {}, tools), epoch)
  }
  assert.deepEqual(await at(OffsetSpec.EARLIEST), { timestamp: -1, offset: 0, leaderEpoch: 2 })
  assert.deepEqual(await at(OffsetSpec.EARLIEST_LOCAL), { timestamp: -1, offset: 0, leaderEpoch: 2 })
  assert.deepEqual(await at(OffsetSpec.LATEST), { timestamp: -1, offset: 5, leaderEpoch: 4 })
  assert.deepEqual(await at(OffsetSpec.MAX_TIMESTAMP), { timestamp: base + 9, offset: 1, leaderEpoch: 2 })
  assert.deepEqual(await at(OffsetSpec.LATEST_TIERED), { timestamp: -1, offset: -1, leaderEpoch: -1 })
  assert.deepEqual(await at(OffsetSpec.EARLIEST_PENDING_UPLOAD), { timestamp: -1, offset: -1, leaderEpoch: -1 })
  log.incrementLogStartOffset(4)
  assert.deepEqual(await at(OffsetSpec.EARLIEST), { timestamp: -1, offset: 4, leaderEpoch: 4 })
})

test('a timestamp leads to the first record that is not older, through segments, indexes and compression', async () => {
  const batches = fc.array(
    fc.record({
      times: fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 4 }),
      compressionType: fc.integer({ min: 0, max: 4 }) as fc.Arbitrary<CompressionType>,
    }),
    { minLength: 1, maxLength: 25 },
  )
  const input = fc.tuple(
    batches,
    fc.array(fc.integer({ min: -5, max: 1005 }), { minLength: 3 }),
    fc.boolean(),
    fc.nat(100),
  )
  await fc.assert(
    fc.asyncProperty(input, async ([script, wanted, restarts, startShare]) => {
      const disk = new MemoryDisk()
      const config = { segmentBytes: 500, indexIntervalBytes: 60 }
      let { log, manager } = await openLog(disk, config)
      const written: { offset: number; timestamp: number }[] = []
      for (const { times, compressionType } of script) {
        const records = times.map(ms => ({ timestamp: base + ms, key: null, value: new Uint8Array(20) }))
        const { baseOffset } = await produce(log, writeBatch(records, { compressionType }, tools))
        for (const [index, ms] of times.entries()) written.push({ offset: baseOffset + index, timestamp: base + ms })
      }
      const start = Math.floor((startShare / 101) * log.logEndOffset)
      log.incrementLogStartOffset(start)
      if (restarts) {
        await manager.close()
        log = (await openLog(disk, config)).log
      }
      for (const ms of wanted) {
        const first = written.find(({ timestamp, offset }) => timestamp >= base + ms && offset >= start)
        const found = await log.offsetForTimestamp(base + ms)
        if (found === undefined && first !== undefined) {
          // Kafka looks at one segment only, and what fits there may lie before the log's start.
          assert.ok(written.some(({ timestamp, offset }) => timestamp >= base + ms && offset < start))
          continue
        }
        assert.deepEqual([found?.offset, found?.timestamp], [first?.offset, first?.timestamp])
      }
      const newest = written.reduce((max, each) => (each.timestamp > max.timestamp ? each : max))
      const found = await log.offsetForTimestamp(OffsetSpec.MAX_TIMESTAMP)
      assert.deepEqual([found?.offset, found?.timestamp], [newest.offset, newest.timestamp])
    }),
    { numRuns: 60 },
  )
})
