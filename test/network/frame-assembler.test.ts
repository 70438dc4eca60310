import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { FrameAssembler, type FrameOwner, SharedReceiveBuffer } from '../../src/network/frame-assembler.ts'
import { type FrameBuffer, FramePool } from '../../src/network/frame-pool.ts'
import { Deadlines } from '../../src/timers/deadlines.ts'
import { ManualClock } from '../timers/manual-clock.ts'
import { sized } from './frames.ts'

/** Takes frames as long as it has patience, then refuses until it is asked again. */
class Owner implements FrameOwner {
  readonly taken: Buffer[] = []
  readonly #patience: readonly boolean[]
  #asked = 0
  malformedReason: string | undefined

  constructor(patience: readonly boolean[]) {
    this.#patience = patience
  }

  mayTake(): boolean {
    return this.#patience.length === 0 || this.#patience[this.#asked++ % this.#patience.length]!
  }

  take(frame: Uint8Array, buffer: FrameBuffer | undefined): void {
    this.taken.push(Buffer.from(frame))
    buffer?.release()
  }

  malformed(reason: string): void {
    this.malformedReason = reason
  }
}

const frames = fc.array(
  fc
    .record({
      apiKey: fc.constantFrom(0, 1, 3),
      length: fc.oneof(fc.integer({ min: 2, max: 200 }), fc.integer({ min: 20_000, max: 300_000 })),
      fill: fc.integer({ min: 0, max: 255 }),
    })
    .map(({ apiKey, length, fill }) => {
      const frame = Buffer.alloc(length, fill)
      frame.writeInt16BE(apiKey)
      return frame
    }),
  { maxLength: 12 },
)

describe('a frame assembler', () => {
  it('yields the frames that were sent, however the stream is cut and whenever the owner refuses', () => {
    const clock = new ManualClock()
    const pool = new FramePool(new Deadlines(clock), () => clock.monotonicMs())
    const shared = new SharedReceiveBuffer()
    fc.assert(
      fc.property(
        frames,
        fc.array(fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 150_000 })), { minLength: 1 }),
        fc.array(fc.boolean(), { maxLength: 5 }).filter(patience => patience.length === 0 || patience.includes(true)),
        fc.integer({ min: 1, max: 2000 }),
        (sent, cuts, patience, connections) => {
          shared.share(1_000_000, connections)
          const owner = new Owner(patience)
          const assembler = new FrameAssembler(owner, pool, shared, 400_000)
          const stream = Buffer.concat(sent.map(sized))
          for (let at = 0, cut = 0; at < stream.length; cut++) {
            const buffer = assembler.receiveBuffer()
            const length = Math.min(cuts[cut % cuts.length]!, buffer.length, stream.length - at)
            buffer.set(stream.subarray(at, at + length))
            at += length
            assembler.received(length)
            assembler.proceed()
          }
          for (let patient = 0; patient < 200; patient++) assembler.proceed()
          assert.equal(assembler.isMidFrame, false)
          assert.equal(owner.taken.length, sent.length)
          for (const [index, frame] of sent.entries()) assert.ok(frame.equals(owner.taken[index]!))
        },
      ),
      { numRuns: 150 },
    )
  })

  it('receives a large Produce that follows another in place, but for its first 512 bytes', () => {
    const clock = new ManualClock()
    const pool = new FramePool(new Deadlines(clock), () => clock.monotonicMs())
    const shared = new SharedReceiveBuffer()
    const owner = new Owner([])
    const assembler = new FrameAssembler(owner, pool, shared, 400_000)
    const stream = Buffer.concat([1, 2, 3].map(fill => sized(Buffer.alloc(300_000, fill).fill(0, 0, 2))))
    let copiedBytes = 0
    for (let at = 0; at < stream.length; ) {
      const buffer = assembler.receiveBuffer()
      const length = Math.min(buffer.length, stream.length - at, at < 300_004 ? 150_000 : 299_000)
      buffer.set(stream.subarray(at, at + length))
      if (at >= 300_004 && buffer.buffer === shared.bytes.buffer) copiedBytes += length
      at += length
      assembler.received(length)
    }
    assert.equal(owner.taken.length, 3)
    assert.equal(copiedBytes, 2 * 512)
  })

  it('allocates nothing for a size that is not allowed', () => {
    const clock = new ManualClock()
    const pool = new FramePool(new Deadlines(clock), () => clock.monotonicMs())
    const owner = new Owner([])
    const assembler = new FrameAssembler(owner, pool, new SharedReceiveBuffer(), 1000)
    const header = Buffer.from([0, 0, 3, 233, 0, 0])
    assembler.receiveBuffer().set(header)
    assembler.received(header.length)
    assert.equal(owner.malformedReason, 'Invalid receive (size = 1001 larger than 1000)')
    assert.equal(assembler.partialBytes, 0)
  })
})

describe('a frame pool', () => {
  it('gives back what lies ready after a while', () => {
    const clock = new ManualClock()
    const pool = new FramePool(new Deadlines(clock), () => clock.monotonicMs())
    const spaces = [pool.take(100_000), pool.take(1_000_000), pool.take(100)]
    for (const { buffer } of spaces) buffer.release()
    assert.ok(pool.freeBytes >= 1_100_000)
    clock.advance(10_000)
    assert.equal(pool.freeBytes, 0)
  })

  it('keeps a bounded number of bytes ready', () => {
    const clock = new ManualClock()
    const pool = new FramePool(new Deadlines(clock), () => clock.monotonicMs())
    const spaces = Array.from({ length: 100 }, () => pool.take(1_000_000))
    for (const { buffer } of spaces) buffer.release()
    assert.ok(pool.freeBytes <= 32 * 1024 * 1024)
  })

  it('never lets two frames share bytes', () => {
    const clock = new ManualClock()
    const pool = new FramePool(new Deadlines(clock), () => clock.monotonicMs())
    const held: { fill: number; space: ReturnType<FramePool['take']> }[] = []
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 60_000 }), fc.nat(255), fc.nat(), (length, fill, victim) => {
        const space = pool.take(length)
        space.bytes.fill(fill)
        held.push({ fill, space })
        if (held.length > 20) {
          const [gone] = held.splice(victim % held.length, 1)
          gone!.space.buffer.release()
        }
        for (const one of held) assert.ok(one.space.bytes.every(byte => byte === one.fill))
      }),
      { numRuns: 200 },
    )
  })
})
