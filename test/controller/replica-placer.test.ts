import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { placeReplicas, type UsableBroker } from '../../src/controller/replica-placer.ts'

const broker = fc.record({
  id: fc.nat({ max: 20 }),
  rack: fc.option(fc.constantFrom('a', 'b', 'c')),
  fenced: fc.boolean(),
})
const cluster = fc.uniqueArray(broker, { selector: ({ id }) => id, minLength: 1, maxLength: 9 })

function place(brokers: readonly UsableBroker[], partitions: number, factor: number, seed: number) {
  let state = seed
  return placeReplicas(brokers, partitions, factor, bound => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return state % bound
  })
}

test('each partition has as many different brokers as asked for, and a leader that is not fenced', () => {
  fc.assert(
    fc.property(
      cluster,
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 40 }),
      fc.nat(),
      (brokers, factor, partitions, seed) => {
        const placements = place(brokers, partitions, factor, seed)
        if ('fault' in placements) {
          assert.ok(factor > brokers.length || brokers.every(({ fenced }) => fenced))
          return
        }
        assert.equal(placements.length, partitions)
        for (const replicas of placements) {
          assert.equal(new Set(replicas).size, factor)
          assert.equal(replicas.length, factor)
          assert.equal(brokers.find(({ id }) => id === replicas[0])?.fenced, false)
        }
      },
    ),
  )
})

test('leaders are spread evenly over equal brokers, and replicas over racks', () => {
  const brokers = [0, 1, 2, 3, 4, 5].map(id => ({ id, rack: 'abc'[id % 3] ?? null, fenced: false }))
  const placements = place(brokers, 60, 3, 7)
  assert.ok(!('fault' in placements))
  const leaders = new Map<number | undefined, number>()
  for (const replicas of placements) {
    leaders.set(replicas[0], (leaders.get(replicas[0]) ?? 0) + 1)
    assert.equal(new Set(replicas.map(id => id % 3)).size, 3, 'one replica per rack')
  }
  assert.deepEqual([...leaders.values()], [10, 10, 10, 10, 10, 10])
})
