import assert from 'node:assert/strict'
import { test } from 'node:test'
import { atEveryCall, losses, SimulatedLog } from './simulated-log.ts'

/** Each record has a segment of its own. */
const config = { segmentBytes: 75, retentionMs: 1, fileDeleteDelayMs: 50 }
const values = ['a', 'b', 'c', 'd', 'e', 'f']
const all = values.map((value, offset) => `${offset}:${value}`)

async function sixFlushedSegments(simulated: SimulatedLog): Promise<void> {
  for (const value of values) await simulated.produce(value)
  await simulated.process.wait(simulated.log.flush())
}

/** Retention finds all of them too old. */
async function untilRetention(simulated: SimulatedLog): Promise<void> {
  simulated.manager.startPeriodicWork()
  await simulated.sleep(20_200)
}

test('wherever power fails while old segments go, what is left has no gap', async () => {
  const fates = {
    ...losses,
    'a power loss that forgets what became of the first': (_: string, path: string) => !path.includes('0.'),
    'a power loss that forgets what became of the second': (_: string, path: string) => !path.includes('1.'),
  }
  const crashes = await atEveryCall({ config, fates }, sixFlushedSegments, untilRetention, async (simulated, where) => {
    const { logStartOffset, logEndOffset } = simulated.log
    assert.equal(logEndOffset, 6, where)
    assert.deepEqual(await simulated.contents(), all.slice(logStartOffset), where)
  })
  assert.ok(crashes > 100)
})

test('a clean stop waits for retention under way: the log begins where it said it does', async () => {
  for (const retentionMs of [0, 20_001, 20_004, 20_008, 20_016, 20_032]) {
    const simulated = new SimulatedLog(config)
    await simulated.run(async () => {
      await simulated.start()
      await sixFlushedSegments(simulated)
      simulated.manager.startPeriodicWork()
      await simulated.sleep(retentionMs)
      await simulated.process.wait(simulated.manager.close())
      const { logStartOffset } = simulated.log
      await simulated.crash(() => false)
      assert.equal(simulated.log.logStartOffset, logStartOffset)
    })
  }
})

test('a cut and retention come one after the other', async () => {
  for (const waitMs of [0, 1, 2, 4, 8, 16]) {
    const simulated = new SimulatedLog(config)
    await simulated.run(async () => {
      await simulated.start()
      await sixFlushedSegments(simulated)
      simulated.manager.startPeriodicWork()
      await simulated.sleep(20_000 - 8 + waitMs)
      const cut = simulated.log.truncateTo(4)
      await simulated.sleep(200)
      await simulated.process.wait(cut)
      await simulated.produce('g')
      const { logStartOffset, logEndOffset } = simulated.log
      const contents = await simulated.contents()
      assert.equal(logEndOffset, logStartOffset + contents.length)
      await simulated.crash()
      assert.deepEqual(await simulated.contents(), contents)
    })
  }
})

test('retention takes a segment away under a flush, and no file is missed', async () => {
  for (let waitMs = 0; waitMs < 40; waitMs++) {
    const simulated = new SimulatedLog({ ...config, fileDeleteDelayMs: 1 })
    await simulated.run(async () => {
      await simulated.start()
      for (const value of values) await simulated.produce(value)
      simulated.manager.startPeriodicWork()
      await simulated.sleep(20_000 - 20 + waitMs)
      await simulated.produce('g')
      await simulated.process.wait(simulated.log.flush())
      await simulated.sleep(500)
      assert.equal(simulated.log.isOffline, false)
    })
  }
})
