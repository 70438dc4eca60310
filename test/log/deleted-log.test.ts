import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Offload } from '../../src/ports.ts'
import { ErrorCode } from '../../src/protocol/errors.ts'
import { CompressionType } from '../../src/protocol/records/compression-type.ts'
import { MemoryDisk } from '../support/memory-disk.ts'
import { batchOf, openLog, produce } from './harness.ts'

for (const flushed of ['once', 'while the directory gets its new name', 'afterwards']) {
  test(`a partition that is deleted while it is flushed, ${flushed}, takes no directory offline`, async () => {
    for (let turns = 0; turns < 12; turns++) {
      const { log, manager, failures } = await openLog(new MemoryDisk())
      await produce(log, batchOf(['a']))
      const flushes: Promise<void>[] = []
      if (flushed === 'once') flushes.push(log.flush())
      for (let turn = 0; turn < turns; turn++) await Promise.resolve()
      const deleting = manager.delete('t', 0)
      for (let turn = 0; turn < turns; turn++) await Promise.resolve()
      if (flushed.startsWith('while')) flushes.push(log.flush())
      await deleting
      if (flushed === 'afterwards') flushes.push(log.flush())
      await Promise.all(flushes)
      assert.deepEqual(failures, [])
      await manager.close()
    }
  })
}

test('what is still looked at on another thread when its partition is deleted is refused, and takes no directory offline', async () => {
  const { promise, resolve } = Promise.withResolvers<never>()
  const offload: Offload = { run: () => promise }
  const { log, manager, failures } = await openLog(new MemoryDisk(), {}, { offload })
  await produce(log, batchOf(['a']))
  // Random, so that it stays as large as must be for that.
  const value = Buffer.from(new Uint8Array(200_000).map(() => 256 * Math.random())).toString('base64')
  const large = batchOf([value], { compressionType: CompressionType.LZ4 })
  const producing = log.produce(large, { leaderEpoch: 0 })
  assert.ok(producing instanceof Promise)
  await manager.delete('t', 0)
  resolve(undefined as never)
  assert.equal((await producing).errorCode, ErrorCode.NOT_LEADER_OR_FOLLOWER)
  assert.deepEqual(failures, [])
})
