import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createChecksum } from '../../src/platform/checksum.ts'

const withNative = createChecksum()
const portable = createChecksum(null)

test('CRC-32C gives what RFC 3720 says', () => {
  for (const [bytes, crc] of [
    [new Uint8Array(32), 0x8a9136aa],
    [new Uint8Array(32).fill(0xff), 0x62a8ab43],
    [Uint8Array.from({ length: 32 }, (_, index) => index), 0x46dd794e],
    [new TextEncoder().encode('123456789'), 0xe3069283],
  ] as const) {
    assert.equal(withNative.crc32c(bytes), crc)
    assert.equal(portable.crc32c(bytes), crc)
  }
})

test('the native and the portable way agree, on views too', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2000 }), fc.nat(100), (bytes, from) => {
      const view = bytes.subarray(Math.min(from, bytes.length))
      assert.equal(withNative.crc32c(view), portable.crc32c(view))
    }),
  )
})
