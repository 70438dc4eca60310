import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FetchMemory } from '../../../src/broker/fetch/fetch-memory.ts'
import { MemoryBudget } from '../../../src/memory/memory-budget.ts'
import { Deadlines } from '../../../src/timers/deadlines.ts'
import { ManualClock } from '../manual-clock.ts'

function setUp() {
  const clock = new ManualClock()
  const budget = new MemoryBudget(1000)
  return { clock, budget, memory: new FetchMemory(budget, new Deadlines(clock)) }
}

test('responses get smaller as memory gets scarce', () => {
  const { memory } = setUp()
  assert.equal(memory.responseBytesMax(100), 100)
  assert.equal(memory.responseBytesMax(1000), 125)
  memory.hold(400)
  assert.equal(memory.responseBytesMax(1000), 25)
})

test('slow readers cannot take what producers need', () => {
  const { budget, memory } = setUp()
  memory.hold(500)
  assert.equal(memory.responseBytesMax(1000), 0)
  assert.equal(budget.availableBytes, 500)
})

test('a fetch waits for room and gets it when a response is sent', async () => {
  const { budget, memory } = setUp()
  assert.equal(memory.whenRoom(100), undefined)
  memory.hold(600)
  const room = memory.whenRoom(100)
  memory.free(600)
  assert.equal(await room, true)
  assert.equal(budget.usedBytes, 0)
})

test('a fetch that finds no room in time is told so', async () => {
  const { clock, memory } = setUp()
  memory.hold(600)
  const room = memory.whenRoom(100)
  clock.advance(100)
  assert.equal(await room, false)
  memory.free(600)
  assert.equal(memory.whenRoom(100), undefined)
})
