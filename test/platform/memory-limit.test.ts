import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { memoryBudgetBytes } from '../../src/platform/memory-limit.ts'

const MIB = 1024 * 1024

describe('the memory budget', () => {
  const cases: [availableMib: number, budgetMib: number][] = [
    [32, 8],
    [128, 16],
    [192, 48],
    [224, 64],
    [512, 64],
    [768, 96],
    [1024, 128],
    [65_536, 128],
  ]
  for (const [availableMib, budgetMib] of cases) {
    it(`is ${budgetMib} MiB where ${availableMib} MiB may be used`, () => {
      assert.equal(memoryBudgetBytes(availableMib * MIB), budgetMib * MIB)
    })
  }

  it('is known on this machine', () => {
    assert.ok(memoryBudgetBytes() >= 8 * MIB && memoryBudgetBytes() <= 128 * MIB)
  })
})
