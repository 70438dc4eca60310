import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { DeadlineHeap } from '../../src/timers/deadline-heap.ts'
import { Deadlines } from '../../src/timers/deadlines.ts'
import { ManualClock } from './manual-clock.ts'

describe('a heap of deadlines', () => {
  it('yields what a sorted list would, under any sequence of sets, removals and takes', () => {
    const step = fc.record({
      entry: fc.nat(15),
      action: fc.constantFrom('set', 'set', 'set', 'remove', 'take'),
      deadlineMs: fc.nat(50),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), steps => {
        const heap = new DeadlineHeap<{ deadlineMs: number; heapIndex: number }>()
        const entries = Array.from({ length: 16 }, () => ({ deadlineMs: 0, heapIndex: -1 }))
        const model = new Map<(typeof entries)[number], number>()
        for (const { entry: index, action, deadlineMs } of steps) {
          const entry = entries[index]!
          if (action === 'set') {
            heap.set(entry, deadlineMs)
            model.set(entry, deadlineMs)
          } else if (action === 'remove') {
            heap.remove(entry)
            model.delete(entry)
          } else {
            const taken = heap.takeDue(deadlineMs)
            const earliest = Math.min(...model.values())
            if (taken === undefined) assert.ok(earliest > deadlineMs)
            else {
              assert.equal(model.get(taken), earliest)
              model.delete(taken)
            }
          }
          assert.equal(heap.size, model.size)
          assert.equal(heap.nextDeadlineMs, Math.min(...model.values()))
        }
      }),
    )
  })
})

describe('the deadlines of a broker', () => {
  it('fire once each, in order, on a single timer', () => {
    const clock = new ManualClock()
    const deadlines = new Deadlines(clock)
    const fired: number[] = []
    for (const delayMs of [30, 10, 20]) deadlines.after(delayMs, () => fired.push(delayMs))
    clock.advance(15)
    assert.deepEqual(fired, [10])
    clock.advance(100)
    assert.deepEqual(fired, [10, 20, 30])
    assert.equal(deadlines.size, 0)
    assert.ok(clock.timerCount <= 1)
  })

  it('can be moved and cancelled', () => {
    const clock = new ManualClock()
    const deadlines = new Deadlines(clock)
    const fired: string[] = []
    const moved = deadlines.after(10, () => fired.push('moved'))
    const cancelled = deadlines.after(10, () => fired.push('cancelled'))
    moved.set(clock.monotonicMs() + 50)
    cancelled.cancel()
    clock.advance(40)
    assert.deepEqual(fired, [])
    assert.equal(moved.isSet, true)
    clock.advance(10)
    assert.deepEqual(fired, ['moved'])
  })

  it('may be set from within one that fires', () => {
    const clock = new ManualClock()
    const deadlines = new Deadlines(clock)
    let count = 0
    const repeated = deadlines.after(10, () => {
      count++
      repeated.set(clock.monotonicMs() + 10)
    })
    for (let turn = 0; turn < 5; turn++) clock.advance(10)
    assert.equal(count, 5)
  })

  it('go on after one of them has thrown', () => {
    const clock = new ManualClock()
    const deadlines = new Deadlines(clock)
    let hasFired = false
    deadlines.after(10, () => {
      throw new Error('a bug')
    })
    deadlines.after(20, () => {
      hasFired = true
    })
    assert.throws(() => clock.advance(10), /a bug/)
    clock.advance(10)
    assert.equal(hasFired, true)
  })

  it('call nobody once they are closed', () => {
    const clock = new ManualClock()
    const deadlines = new Deadlines(clock)
    deadlines.after(10, () => assert.fail('called'))
    deadlines.close()
    deadlines.after(5, () => assert.fail('called'))
    clock.advance(100)
  })
})
