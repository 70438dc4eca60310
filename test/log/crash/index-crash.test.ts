import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OffsetSpec } from '../../../src/log/partition-log.ts'
import { TimeIndex } from '../../../src/log/time-index.ts'
import { writeBatch } from '../../../src/protocol/records/batch-writer.ts'
import { accepted, recordsOf, tools } from '../harness.ts'
import { losses, SimulatedLog } from './simulated-log.ts'

const nowMs = 1_700_000_000_000

/** A record, written when it resolves. */
async function produceAt(simulated: SimulatedLog, timestamp: number): Promise<void> {
  const batch = writeBatch(recordsOf(['x'], timestamp), {}, tools)
  await simulated.process.wait(accepted(await simulated.log.produce(batch, { leaderEpoch: 0 })).written)
}

test('a log that a crash has emptied keeps no index of what it held', async () => {
  const simulated = new SimulatedLog()
  await simulated.run(async () => {
    await simulated.start()
    await simulated.produce('a')
    // Its indexes reach the disk, its records too; then it is cut to nothing, and power fails before it is flushed.
    await simulated.process.wait(simulated.manager.close())
    await simulated.crash()
    await simulated.process.wait(simulated.log.truncateTo(0))
    await simulated.produce('b')
    await simulated.crash(() => false)
    assert.equal(simulated.log.logEndOffset, 0)
    await simulated.process.wait(simulated.manager.close())
    const path = '/data/t-0/00000000000000000000.timeindex'
    assert.equal(simulated.disk.readFile(path).length, 0)
    await simulated.crash()
    assert.equal(await simulated.process.wait(simulated.log.offsetForTimestamp(OffsetSpec.MAX_TIMESTAMP)), undefined)
  })
})

test('the snapshot of a clean stop is no proof that a segment, cut to where the log ended then, is sealed', async () => {
  const config = { segmentMs: 1000 }
  for (let calls = 0, ended = true; ended; calls++) {
    const simulated = new SimulatedLog(config)
    await simulated.run(async () => {
      await simulated.start()
      await produceAt(simulated, nowMs)
      // The snapshot at 1, and the recovery point.
      await simulated.process.wait(simulated.manager.close())
      await simulated.crash()
      await produceAt(simulated, nowMs + 500)
      await produceAt(simulated, nowMs + 2000)
      // The next start writes indexes of what it finds; then power takes that, but not them.
      await simulated.crash()
      await simulated.crash(() => false)
      assert.equal(simulated.log.logEndOffset, 1)
      // A segment begins where the snapshot is.
      ended = await simulated.endsWithin(calls, async () => {
        await produceAt(simulated, nowMs + 2000)
        await simulated.log.flush()
      })
      await simulated.crash()
      await simulated.process.wait(simulated.manager.close())
      const times = TimeIndex.parse(simulated.disk.readFile('/data/t-0/00000000000000000000.timeindex'), 0)
      assert.equal(times.lastOffset, 0, `within call ${calls}`)
    })
  }
})

for (const missing of [['.index'], ['.timeindex'], ['.index', '.timeindex']]) {
  test(`a start that ends while it writes ${missing.join(' and ')} again leaves no index that knows less`, async () => {
    const stem = '/data/t-0/00000000000000000000'
    for (const [name, isKept] of Object.entries(losses)) {
      for (let calls = 0, ended = true; ended; calls++) {
        const simulated = new SimulatedLog({ segmentMs: 1000 })
        await simulated.run(async () => {
          await simulated.start()
          for (const age of [0, 500, 2000, 4000]) await produceAt(simulated, nowMs + age)
          await simulated.process.wait(simulated.manager.close())
          for (const suffix of missing) simulated.disk.remove(`${stem}${suffix}`)
          simulated.disk.syncDirectory('/data/t-0')
          simulated.process.end()
          ended = await simulated.endsStarting(calls)
          await simulated.crash(isKept)
          const where = `${name}, within call ${calls}`
          const found = await simulated.process.wait(simulated.log.offsetForTimestamp(nowMs + 500))
          assert.equal(found?.offset, 1, where)
          await simulated.process.wait(simulated.manager.close())
          assert.equal(TimeIndex.parse(simulated.disk.readFile(`${stem}.timeindex`), 0).lastOffset, 1, where)
        })
      }
    }
  })
}
