import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { murmur2, partitionOfKey } from '../../src/client/murmur2.ts'

describe('murmur2', () => {
  // From Kafka's own tests of `Utils.murmur2`.
  for (const [text, hash] of [
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ] as const) {
    it(`of ${text} is Kafka's`, () => assert.equal(murmur2(Buffer.from(text)), hash))
  }

  it('chooses a partition that exists', () => {
    for (let key = 0; key < 1000; key++) {
      const partition = partitionOfKey(Buffer.from(String(key)), 7)
      assert.ok(partition >= 0 && partition < 7)
    }
  })
})
