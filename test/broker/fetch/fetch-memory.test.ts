import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FetchMemory } from '../../../src/broker/fetch/fetch-memory.ts'
import { MemoryBudget } from '../../../src/memory/memory-budget.ts'
import { Deadlines } from '../../../src/timers/deadlines.ts'
import { ManualClock } from '../manual-clock.ts'

const MiB = 1024 * 1024

function setUp() {
  const clock = new ManualClock()
  const budget = new MemoryBudget(64 * MiB)
  const shortages: number[] = []
  const memory = new FetchMemory(budget, new Deadlines(clock), () => shortages.push(clock.nowMs()))
  return { clock, budget, memory, shortages }
}

test('responses get smaller as memory gets scarce, but a batch always fits while there is any', () => {
  const { memory } = setUp()
  assert.equal(memory.take(100, 0), 100)
  memory.settle(100, 0)
  assert.equal(memory.take(64 * MiB, 0), 8 * MiB)
  assert.equal(memory.take(64 * MiB, 0), 6 * MiB)
  memory.settle(0, 17 * MiB)
  assert.equal(memory.take(64 * MiB, 0), 1_048_588)
})

test('slow readers cannot take what producers need', async () => {
  const { budget, clock, memory } = setUp()
  for (;;) {
    const taken = memory.take(64 * MiB, 100)
    if (typeof taken === 'number') continue
    clock.advance(100)
    assert.equal(await taken, 0)
    break
  }
  assert.ok(budget.availableBytes > 30 * MiB)
})

test('what is read counts once: as taken until it goes out, then as the connection has it', () => {
  const { budget, memory } = setUp()
  const taken = memory.take(3000, 0)
  assert.deepEqual([taken, budget.usedBytes, memory.usedBytes], [3000, 3000, 3000])
  memory.settle(3000, 2000)
  assert.deepEqual([budget.usedBytes, memory.usedBytes], [0, 2000])
  memory.release(2000)
  assert.equal(memory.usedBytes, 0)
})

test('a fetch waits for room and gets it when a response is sent', async () => {
  const { budget, memory, shortages } = setUp()
  memory.settle(0, 32 * MiB)
  assert.equal(shortages.length, 0)
  const waiting = memory.take(1000, 100)
  assert.equal(shortages.length, 1)
  assert.equal(typeof waiting, 'object')
  memory.release(32 * MiB)
  assert.equal(await waiting, 1000)
  memory.settle(1000, 400)
  memory.release(400)
  assert.deepEqual([memory.usedBytes, budget.usedBytes], [0, 0])
})

test('room that comes for many is given to as many as it suffices for', async () => {
  const { clock, memory } = setUp()
  memory.settle(0, 32 * MiB)
  const waiting = [1, 2, 3].map(() => memory.take(64 * MiB, 100))
  memory.release(MiB)
  clock.advance(100)
  assert.deepEqual(await Promise.all(waiting), [1_048_588, 0, 0])
})

test('a fetch that wants nothing needs no room', () => {
  const { memory } = setUp()
  memory.settle(0, 32 * MiB)
  assert.equal(memory.take(0, 100), 0)
})
