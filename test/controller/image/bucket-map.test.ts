import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { BucketMap } from '../../../src/controller/image/bucket-map.ts'

const change = fc.tuple(fc.string({ maxLength: 3 }), fc.option(fc.integer(), { nil: undefined }))

test('a bucket map holds what a map holds, and no update changes an earlier version', () => {
  fc.assert(
    fc.property(fc.array(fc.array(change, { maxLength: 8 })), batches => {
      const model = new Map<string, number>()
      const versions: [BucketMap<number>, Map<string, number>][] = [[BucketMap.empty(), new Map()]]
      for (const batch of batches) {
        const changes = new Map(batch)
        for (const [key, value] of changes) {
          if (value === undefined) model.delete(key)
          else model.set(key, value)
        }
        const [last] = versions.at(-1) ?? []
        assert.ok(last)
        versions.push([last.with(changes), new Map(model)])
      }
      for (const [map, expected] of versions) {
        assert.equal(map.size, expected.size)
        assert.deepEqual(new Map(map.entries()), expected)
        for (const [key, value] of expected) assert.equal(map.get(key), value)
      }
    }),
  )
})

test('the order of iteration depends on the keys alone', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string()), fc.infiniteStream(fc.nat()), (keys, order) => {
      const straight = BucketMap.empty<string>().with(new Map(keys.map(key => [key, key])))
      let shuffled = BucketMap.empty<string>()
      for (const key of keys.toSorted(() => ((order.next().value ?? 0) % 3) - 1)) {
        shuffled = shuffled.with(new Map([[key, key]]))
      }
      assert.deepEqual([...shuffled.values()], [...straight.values()])
    }),
  )
})
