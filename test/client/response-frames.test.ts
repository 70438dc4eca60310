import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { ResponseFrames } from '../../src/client/response-frames.ts'

/** Feeds a stream in pieces of the given sizes, as a socket would, and yields the frames cut from it. */
function cut(stream: Uint8Array, pieces: Iterable<number>): Uint8Array[] {
  const frames = new ResponseFrames()
  const found: Uint8Array[] = []
  let at = 0
  for (const piece of pieces) {
    if (at === stream.length) break
    const into = frames.receiveBuffer()
    const length = Math.min(piece, into.length, stream.length - at)
    into.set(stream.subarray(at, at + length))
    at += length
    found.push(...frames.received(length))
  }
  assert.equal(at, stream.length)
  return found
}

function framed(bodies: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(
    bodies.flatMap(body => {
      const size = Buffer.alloc(4)
      size.writeInt32BE(body.length)
      return [size, body]
    }),
  )
}

describe('the frames of a connection', () => {
  it('are the same however the stream is cut into pieces', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ minLength: 4, maxLength: 100 }), { maxLength: 20 }),
        fc.infiniteStream(fc.integer({ min: 1, max: 50 })),
        (bodies, pieces) => assert.deepEqual(cut(framed(bodies), pieces), bodies),
      ),
    )
  })

  for (const size of [-1, 3, 2 ** 31 - 1]) {
    it(`are refused at an impossible size of ${size}`, () => {
      const frames = new ResponseFrames()
      new DataView(frames.receiveBuffer().buffer).setInt32(0, size)
      assert.throws(() => [...frames.received(4)], RangeError)
    })
  }
})
