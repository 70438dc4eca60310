import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createCompression } from '../../../src/platform/compression.ts'
import { CompressionError } from '../../../src/ports.ts'
import { type CompressionType, compressionTypeNames } from '../../../src/protocol/records/compression-type.ts'

const compression = createCompression()

/** Bytes that repeat themselves at every distance, and some that do not. */
const content = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc
        .tuple(fc.uint8Array({ minLength: 1, maxLength: 12 }), fc.integer({ min: 1, max: 9000 }))
        .map(([unit, times]) => {
          const repeated = new Uint8Array(unit.length * times)
          for (let index = 0; index < times; index++) repeated.set(unit, index * unit.length)
          return repeated
        }),
    ),
    { maxLength: 8 },
  )
  .map(parts => new Uint8Array(Buffer.concat(parts)))

for (const [id, name] of compressionTypeNames.entries()) {
  if (id === 0) continue
  const type = id as CompressionType

  test(`${name}: what was compressed becomes the same again`, () => {
    fc.assert(
      fc.property(content, bytes => {
        const restored = compression.decompress(type, compression.compress(type, bytes), Math.max(1, bytes.length))
        assert.equal(Buffer.compare(restored, bytes), 0)
      }),
      { numRuns: 60 },
    )
  })

  test(`${name}: a bomb is refused before it goes off`, () => {
    const bomb = compression.compress(type, new Uint8Array(20_000_000))
    assert.throws(
      () => compression.decompress(type, bomb, 1_000_000),
      (error: unknown) => error instanceof CompressionError && error.code === 'TOO_LARGE',
    )
  })

  test(`${name}: damaged and cut bytes end in an error or in other bytes, never beyond the bound`, () => {
    const original = compression.compress(type, new TextEncoder().encode('abcdefgh '.repeat(3000)))
    fc.assert(
      fc.property(fc.nat(original.length - 1), fc.integer({ min: 1, max: 255 }), fc.boolean(), (at, flip, isCut) => {
        const bytes = isCut ? original.slice(0, at) : original.slice()
        if (!isCut) bytes[at]! ^= flip
        try {
          assert.ok(compression.decompress(type, bytes, 100_000).length <= 100_000)
        } catch (error) {
          assert.ok(error instanceof CompressionError, String(error))
        }
      }),
      { numRuns: 300 },
    )
  })
}
