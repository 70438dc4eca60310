import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CoordinatorLoader } from '../../../src/broker/coordinator/coordinator-loader.ts'
import type { CoordinatorPartition } from '../../../src/broker/coordinator/coordinator-partition.ts'
import type { CoordinatorShard } from '../../../src/coordinator/coordinator-shard.ts'
import { createChecksum } from '../../../src/platform/checksum.ts'
import { createCompression } from '../../../src/platform/compression.ts'
import type { Clock, Logger } from '../../../src/ports.ts'
import { writeBatch } from '../../../src/protocol/records/batch-writer.ts'

const silent: Logger = { isEnabled: () => false, debug() {}, info() {}, warn() {}, error() {} }

test('what an earlier coordinator is still writing is waited for, not asked for within the same turn', async () => {
  const key = Uint8Array.of(1)
  const batch = writeBatch([{ timestamp: 0, key, value: null }], {}, createChecksum())
  const delays: number[] = []
  const clock: Clock = {
    nowMs: () => 0,
    monotonicMs: () => 0,
    schedule(delayMs, callback) {
      delays.push(delayMs)
      callback()
      return { cancel() {} }
    },
  }
  const partition = {
    logStartOffset: 0,
    nextOffset: 1,
    get logEndOffset() {
      return delays.length < 3 ? 0 : 1
    },
    read: async () => (delays.length < 3 ? [] : [batch]),
  } as unknown as CoordinatorPartition
  const replayed: string[] = []
  const shard = { replay: (record: string) => replayed.push(record) } as unknown as CoordinatorShard<string>
  const serde = { encodeKey: () => key, encodeValue: () => null, decode: () => 'record' }
  const options = { clock, compression: createCompression(), logger: silent, bufferBytes: 1000 }
  const loader = new CoordinatorLoader<string>(serde, { ...options, decompressedBatchBytesMax: 1000 })
  const summary = await loader.load(partition, shard, () => false)
  assert.equal(summary.recordCount, 1)
  assert.deepEqual(replayed, ['record'])
  assert.ok(delays.slice(0, 3).every(delayMs => delayMs > 0))
})
