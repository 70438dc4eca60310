import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createCompression } from '../../../src/platform/compression.ts'
import { CompressionType } from '../../../src/protocol/records/compression-type.ts'

const compression = createCompression()

/** Bytes in which much repeats, at all distances. */
const repetitive = fc
  .array(fc.tuple(fc.constantFrom('kafka', 'a', 'samsa', '\0\0\0\0', 'züürau'), fc.integer({ min: 1, max: 2000 })), {
    maxLength: 60,
  })
  .map(parts => Buffer.from(parts.map(([text, times]) => text.repeat(times)).join('')))

test('what LZ4 has compressed at any level is decompressed to what it was', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 17 }),
      fc.oneof(repetitive, fc.uint8Array({ maxLength: 5000 })),
      (level, bytes) => {
        const compressed = compression.compress(CompressionType.LZ4, bytes, level)
        const decompressed = compression.decompress(CompressionType.LZ4, compressed, bytes.length)
        assert.ok(Buffer.from(decompressed).equals(bytes))
      },
    ),
    { numRuns: 150 },
  )
})

test('LZ4 becomes smaller level by level, except that 9 is the fast compressor', () => {
  const words = Array.from({ length: 9000 }, (_, index) => `${(index * index * 7919) % 4093} gregor`).join(' ')
  const sizes = Array.from(
    { length: 17 },
    (_, index) => compression.compress(CompressionType.LZ4, Buffer.from(words), index + 1).length,
  )
  const [fast] = sizes.splice(8, 1)
  assert.deepEqual(
    sizes,
    sizes.toSorted((a, b) => b - a),
  )
  assert.ok(fast! > sizes.at(-1)!)
})
