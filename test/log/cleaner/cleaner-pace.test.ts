import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CleanerPace } from '../../../src/log/cleaner/cleaner-pace.ts'
import { ManualClock } from '../harness.ts'

function begin() {
  const clock = new ManualClock()
  const served = { count: 0 }
  const pace = new CleanerPace(clock, () => served.count)
  /** Whether there is a rest after `workMs` of work, and for how long, to the millisecond. */
  const restAfter = async (workMs: number, isAborted = false): Promise<number> => {
    clock.advance(workMs)
    let isOver = false
    const resting = pace
      .rest(() => isAborted)
      .then(() => {
        isOver = true
      })
    await Promise.resolve()
    let restMs = 0
    for (; !isOver; restMs++) {
      clock.advance(1)
      await Promise.resolve()
      await Promise.resolve()
    }
    await resting
    return restMs
  }
  return { clock, served, restAfter }
}

test('a cleaner rests four times as long as it worked while clients are served', async () => {
  const { served, restAfter } = begin()
  served.count++
  assert.equal(await restAfter(5), 20)
  assert.equal(await restAfter(3), 12)
  assert.equal(await restAfter(500), 0)
  served.count++
  assert.equal(await restAfter(500), 40)
})

test('short pieces of work are counted together', async () => {
  const { served, restAfter } = begin()
  served.count++
  assert.deepEqual([await restAfter(1), await restAfter(0.5), await restAfter(1.5)], [0, 0, 12])
})

test('a cleaner nobody would wait for does not rest', async () => {
  const { served, restAfter } = begin()
  assert.equal(await restAfter(50), 0)
  served.count++
  assert.equal(await restAfter(50, true), 0)
  assert.equal(await restAfter(10), 40)
  // The request was 60 ms ago, then 110.
  assert.equal(await restAfter(10), 40)
  assert.equal(await restAfter(60), 0)
})
