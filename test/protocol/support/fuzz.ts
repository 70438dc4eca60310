import assert from 'node:assert/strict'
import fc from 'fast-check'
import { ALL_APIS } from '../../../src/protocol/all-apis.ts'
import { decodeRequestFrame, encodeRequestFrame, FRAME_SIZE_BYTES } from '../../../src/protocol/frame.ts'
import { isIn } from '../../../src/protocol/schema/field.ts'
import { ProtocolError } from '../../../src/protocol/schema/protocol-error.ts'
import { arbitraryValue, extremeValues } from './arbitrary.ts'
import { versionsOf } from './messages.ts'

export interface FuzzResult {
  /** Frames that were still requests after what was done to them. */
  readonly decoded: number
  readonly refused: number
  /** The longest that one frame took. */
  readonly worstMs: number
}

/** Valid requests of every version of every API, without their size. */
export function requestCorpus(seed: number): Buffer[] {
  const frames: Buffer[] = []
  for (const api of ALL_APIS) {
    for (const version of versionsOf(api.request)) {
      const random = fc.sample(arbitraryValue(api.request, version), { numRuns: 3, seed })
      for (const value of [...extremeValues(api.request, version), ...random]) {
        const header = { correlationId: frames.length, clientId: frames.length % 5 === 0 ? null : 'fuzz' }
        frames.push(Buffer.concat(encodeRequestFrame(api, version, header, value)).subarray(FRAME_SIZE_BYTES))
      }
    }
  }
  return frames
}

/** Cuts, flips and overwrites valid requests, and demands that each is decoded or refused with `ProtocolError`. */
export function fuzzRequests(corpus: readonly Buffer[], frames: number, seed: number): FuzzResult {
  const random = randomIntegers(seed)
  let decoded = 0
  let worstMs = 0
  for (let i = 0; i < frames; i++) {
    const original = corpus[random(corpus.length)]
    assert.ok(original !== undefined)
    const frame = damaged(original, random)
    const start = performance.now()
    if (decodes(frame)) decoded++
    worstMs = Math.max(worstMs, performance.now() - start)
  }
  return { decoded, refused: frames - decoded, worstMs }
}

function decodes(frame: Uint8Array): boolean {
  try {
    const { api, apiVersion, body } = decodeRequestFrame(frame)
    const request = ALL_APIS[api.key]?.request
    if (request === undefined || !isIn(apiVersion, request.versions)) return false
    request.decode(body, apiVersion)
    return true
  } catch (error) {
    if (error instanceof ProtocolError) return false
    throw new Error(`not a ProtocolError, for ${Buffer.from(frame).toString('hex')}`, { cause: error })
  }
}

export type RandomBelow = (bound: number) => number

/** xorshift32: small, seeded, and good enough to choose bytes. */
export function randomIntegers(seed: number): RandomBelow {
  let state = seed | 1
  return bound => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % bound
  }
}

// What lengths look like when they lie: the greatest, the least, and varints that go on and on.
const LIES = [
  '7fffffff',
  '80000000',
  'ffffffff',
  'ffffffff0f',
  '8080808008',
  'ffffffffffff',
  '7fff',
  '8000',
  '00',
  '01',
].map(hex => Buffer.from(hex, 'hex'))

export function damaged(original: Buffer, random: RandomBelow): Buffer {
  const at = random(original.length + 1)
  switch (random(6)) {
    case 0:
      return original.subarray(0, at)
    case 1: {
      const flipped = Buffer.from(original)
      for (let flips = 1 + random(4); flips > 0; flips--) {
        const byte = random(flipped.length)
        flipped[byte] = (flipped[byte] ?? 0) ^ (1 << random(8))
      }
      return flipped
    }
    case 2: {
      const lying = Buffer.from(original)
      LIES[random(LIES.length)]?.copy(lying, at)
      return lying
    }
    case 3:
      return Buffer.concat([original.subarray(0, at), LIES[random(LIES.length)] ?? LIES[0]!, original.subarray(at)])
    case 4:
      return Buffer.concat([original.subarray(0, at), original.subarray(Math.min(original.length, at + 1 + random(8)))])
    default: {
      const garbage = Buffer.from(original)
      for (let i = at; i < Math.min(garbage.length, at + 16); i++) garbage[i] = random(256)
      return garbage
    }
  }
}
