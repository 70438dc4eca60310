import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { MemoryBudget } from '../../src/memory/memory-budget.ts'
import { RequestMemory } from '../../src/network/request-memory.ts'

const small = 1024
const large = 100_000

describe('the memory of requests', () => {
  test('lets a small request through where large ones wait', () => {
    const memory = new RequestMemory(new MemoryBudget(large), -1)
    assert.ok(memory.tryReserve(large))
    assert.equal(memory.tryReserve(large), false)
    assert.ok(memory.tryReserve(small))
  })

  test('is bounded by queued.max.request.bytes over all requests, small ones too', () => {
    const memory = new RequestMemory(new MemoryBudget(10 * large), large)
    assert.ok(memory.tryReserve(large))
    assert.equal(memory.tryReserve(small), false)
    let granted = false
    memory.reserveLater(small, () => {
      granted = true
    })
    memory.release(large)
    assert.ok(granted)
  })

  test('is all there again, in whatever order requests come, wait, give up and end', () => {
    const step = fc.record({ length: fc.constantFrom(1, small, 20_000, large), ends: fc.boolean(), at: fc.nat() })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.constantFrom(-1, 150_000), (steps, queuedBytesMax) => {
        const memory = new RequestMemory(new MemoryBudget(200_000), queuedBytesMax)
        const held: number[] = []
        const cancels = new Set<() => void>()
        const ask = (length: number) => {
          if (memory.tryReserve(length)) return void held.push(length)
          const cancel = memory.reserveLater(length, () => {
            cancels.delete(cancel)
            held.push(length)
          })
          cancels.add(cancel)
        }
        for (const { length, ends, at } of steps) {
          const waiting = [...cancels]
          if (!ends) ask(length)
          else if (held.length > 0 && (at % 2 === 0 || waiting.length === 0))
            memory.release(held.splice(at % held.length, 1)[0]!)
          else if (waiting.length > 0) {
            const cancel = waiting[at % waiting.length]!
            cancels.delete(cancel)
            cancel()
          }
        }
        while (held.length > 0) memory.release(held.pop()!)
        assert.equal(cancels.size, 0, 'whoever waited was served once there was room')
        for (let count = 0; count < 3; count++) assert.ok(memory.tryReserve(small))
        for (let count = 0; count < 3; count++) memory.release(small)
        assert.ok(memory.tryReserve(large))
      }),
    )
  })
})
