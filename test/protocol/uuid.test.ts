import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  isReservedUuid,
  isUuid,
  METADATA_TOPIC_ID,
  ONE_UUID,
  randomUuid,
  toUuid,
  uuidFromBytes,
  uuidToBytes,
  ZERO_UUID,
} from '../../src/protocol/uuid.ts'

test('sixteen bytes and their text stand for each other', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), bytes => {
      const uuid = uuidFromBytes(bytes)
      assert.ok(isUuid(uuid))
      assert.deepEqual(Uint8Array.from(uuidToBytes(uuid)), bytes)
    }),
  )
})

test('a view into a larger buffer is read where it lies', () => {
  const bytes = Uint8Array.from({ length: 32 }, (_, i) => i)
  assert.equal(uuidFromBytes(bytes.subarray(16)), 'EBESExQVFhcYGRobHB0eHw')
})

for (const text of [
  '',
  'AAAA',
  'AAAAAAAAAAAAAAAAAAAAAB',
  'AAAAAAAAAAAAAAAAAAAAA=',
  'AAAAAAAAAAAAAAAAAAAAA+AA',
  '+AAAAAAAAAAAAAAAAAAAAA',
]) {
  test(`${JSON.stringify(text)} is not a uuid`, () => {
    assert.equal(isUuid(text), false)
    assert.throws(() => toUuid(text), TypeError)
  })
}

test('the first hundred are reserved', () => {
  const numbered = (low: number) => uuidFromBytes(Uint8Array.from({ length: 16 }, (_, i) => (i === 15 ? low : 0)))
  assert.equal(numbered(0), ZERO_UUID)
  assert.equal(numbered(1), ONE_UUID)
  assert.equal(METADATA_TOPIC_ID, ONE_UUID)
  assert.equal(isReservedUuid(numbered(99)), true)
  assert.equal(isReservedUuid(numbered(100)), false)
  assert.equal(isReservedUuid('AQAAAAAAAAAAAAAAAAAAAQ' as never), false)
})

test('a random uuid is of version 4, and drawn again where a command line would take it for an option', () => {
  const draws = [Buffer.alloc(16, 0xf8), Buffer.alloc(16, 0xab)]
  const uuid = randomUuid(() => draws.shift() ?? Buffer.alloc(16))
  assert.equal(draws.length, 0)
  const bytes = uuidToBytes(uuid)
  assert.equal((bytes[6] ?? 0) >> 4, 4)
  assert.equal((bytes[8] ?? 0) >> 6, 2)
})
