import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LogConfig } from '../../src/log/log-config.ts'
import { MemoryDisk } from '../support/memory-disk.ts'
import { batchOf, openLog, produce } from './harness.ts'

/** Two logs, each in a directory of its own, the first of which fails whatever is written to it from now on. */
async function oneFailingOfTwo(config: Partial<LogConfig>) {
  const disk = new MemoryDisk()
  await disk.makeDirectory('/other')
  const harness = await openLog(disk, config, { logDirs: ['/data', '/other'], flushCheckIntervalMs: 5000 })
  const { log, manager } = harness
  const other = await manager.getOrCreate({ topic: 't', partition: 1, topicId: log.topicId, config: log.config })
  for (const each of [log, other]) for (const value of ['a', 'b', 'c']) await produce(each, batchOf([value]))
  disk.failBelow = log.logDir
  disk.failWith = 'EIO'
  manager.startPeriodicWork()
  return { ...harness, disk, other }
}

test('where the directory of one log fails under retention, that of the others goes on', async () => {
  const { log, other, clock, disk } = await oneFailingOfTwo({ segmentBytes: 75, retentionMs: 1000 })
  clock.advance(30_000)
  await disk.idle()
  assert.equal(log.isOffline, true)
  assert.equal(other.logStartOffset, 3)
})

test('where the directory of one log fails as it is flushed, the others are flushed all the same', async () => {
  const { log, other, clock, disk } = await oneFailingOfTwo({ flushMs: 1000 })
  clock.advance(5000)
  await disk.idle()
  assert.equal(log.isOffline, true)
  assert.equal(other.recoveryPoint, 3)
})
