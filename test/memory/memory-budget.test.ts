import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { MemoryBudget } from '../../src/memory/memory-budget.ts'

describe('a memory budget', () => {
  it('grants as long as anything is left, so that the excess is bounded by one reservation', () => {
    const budget = new MemoryBudget(100)
    assert.equal(budget.tryReserve(99), true)
    assert.equal(budget.tryReserve(1000), true)
    assert.equal(budget.tryReserve(1), false)
    assert.equal(budget.availableBytes, 0)
  })

  it('serves those who wait in the order of asking, before anyone who comes later', () => {
    const budget = new MemoryBudget(100)
    const granted: string[] = []
    budget.reserve(100)
    budget.reserveLater(60, () => granted.push('first'))
    budget.reserveLater(60, () => granted.push('second'))
    budget.reserveLater(60, () => granted.push('third'))
    budget.release(50)
    assert.deepEqual(granted, ['first'])
    assert.equal(budget.tryReserve(1), false)
    budget.release(60)
    assert.deepEqual(granted, ['first', 'second'])
    assert.equal(budget.usedBytes, 110)
  })

  it('forgets a wait that was taken back', () => {
    const budget = new MemoryBudget(10)
    budget.reserve(10)
    const takeBack = budget.reserveLater(5, () => assert.fail('granted'))
    takeBack()
    budget.release(10)
    assert.equal(budget.usedBytes, 0)
    assert.equal(budget.hasWaiters, false)
  })
})
