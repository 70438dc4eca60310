import assert from 'node:assert/strict'
import { test } from 'node:test'
import zlib from 'node:zlib'
import { ZstdDecoder } from '../../src/platform/zstd-decoder.ts'

function decoder(): ZstdDecoder {
  const made = ZstdDecoder.create()
  assert.ok(made, 'this Node.js has another inside')
  return made
}

const bytesMax = 10_000_000
/** Some of it compresses, some does not. */
const plain = (length: number) =>
  Buffer.from(Array.from({ length }, (_, at) => (at % 7 === 0 ? (at * at) >> 3 : at >> 6)))

test('one decoder decompresses what zlib does, whatever the size, time after time', () => {
  const zstd = decoder()
  for (const length of [0, 1, 65_535, 65_536, 65_537, 131_072, 2_500_000, 1_048_576, 10, 65_536]) {
    const bytes = zlib.zstdCompressSync(plain(length))
    assert.ok(plain(length).equals(zstd.decompress(bytes, bytesMax)), `${length} bytes`)
  }
})

test('frames behind one another are read as zlib reads them', () => {
  const zstd = decoder()
  for (const [first, second] of [
    [100, 200],
    [65_536, 65_536],
    [65_000, 536],
  ] as const) {
    const bytes = Buffer.concat([zlib.zstdCompressSync(plain(first)), zlib.zstdCompressSync(plain(second))])
    assert.ok(zlib.zstdDecompressSync(bytes).equals(zstd.decompress(bytes, bytesMax)))
  }
})

test('what is cut short or damaged is corrupt, and the next is sound again', () => {
  const zstd = decoder()
  const bytes = zlib.zstdCompressSync(plain(100_000))
  const corrupt = { code: 'CORRUPT' }
  for (let length = 1; length < bytes.length; length += 97) {
    assert.throws(() => zstd.decompress(bytes.subarray(0, length), bytesMax), corrupt, `${length} of ${bytes.length}`)
  }
  assert.throws(() => zstd.decompress(Buffer.from('no frame at all'), bytesMax), corrupt)
  assert.ok(plain(100_000).equals(zstd.decompress(bytes, bytesMax)))
})

test('a bomb is given up before it is large', () => {
  const zstd = decoder()
  const bomb = zlib.zstdCompressSync(Buffer.alloc(5_000_000))
  for (const limit of [10, 70_000, 4_999_999]) {
    assert.throws(() => zstd.decompress(bomb, limit), { code: 'TOO_LARGE' })
  }
  assert.equal(zstd.decompress(bomb, 5_000_000).length, 5_000_000)
})
