import assert from 'node:assert/strict'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { fuzzRequests, requestCorpus } from '../protocol/support/fuzz.ts'

const FRAMES = 1_000_000
const ROUND_FRAMES = 100_000
const HEAP_GROWTH_BYTES_MAX = 32 * 1024 * 1024
/** A frame of a few kilobytes; generous, since collections of the corpus' garbage fall into some of them. */
const FRAME_MS_MAX = 1000

/** Damaged requests of every API: each is decoded or refused, quickly, and memory does not grow. */
export function soakProtocol(frames: number = FRAMES): void {
  const seed = Math.floor(Math.random() * 2 ** 31)
  console.log(`protocol: ${frames} damaged frames, seed ${seed}`)
  const collect = garbageCollector()
  const corpus = requestCorpus(seed)
  fuzzRequests(corpus, Math.min(frames, ROUND_FRAMES), seed)
  collect()
  const heapBytesBefore = process.memoryUsage().heapUsed
  let decoded = 0
  let worstMs = 0
  for (let done = 0; done < frames; done += ROUND_FRAMES) {
    const round = fuzzRequests(corpus, Math.min(ROUND_FRAMES, frames - done), seed + done + 1)
    decoded += round.decoded
    worstMs = Math.max(worstMs, round.worstMs)
  }
  collect()
  const growthBytes = process.memoryUsage().heapUsed - heapBytesBefore
  const growthKiB = Math.round(growthBytes / 1024)
  console.log(
    `protocol: ${decoded} decoded, ${frames - decoded} refused, worst ${worstMs.toFixed(1)} ms, heap ${growthKiB} KiB`,
  )
  assert.ok(growthBytes < HEAP_GROWTH_BYTES_MAX, `the heap grew by ${growthBytes} bytes; seed ${seed}`)
  assert.ok(worstMs < FRAME_MS_MAX, `one frame took ${worstMs} ms; seed ${seed}`)
}

function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as () => void
}
