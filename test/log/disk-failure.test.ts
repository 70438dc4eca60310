import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LogDirOfflineError } from '../../src/log/partition-log.ts'
import { ErrorCode } from '../../src/protocol/errors.ts'
import { MemoryDisk } from '../support/memory-disk.ts'
import { batchOf, openLog, produce } from './harness.ts'

for (const writesNow of [true, false]) {
  test(`a write that fails ${writesNow ? 'on the spot' : 'later'} takes the directory offline, and nothing is served from it`, async () => {
    const disk = new MemoryDisk({ writesNow: () => writesNow })
    const { log, failures, manager } = await openLog(disk)
    await produce(log, batchOf(['a']))
    disk.failWith = 'ENOSPC'
    const first = await log.produce(batchOf(['b']), { leaderEpoch: 0 })
    const second = await log.produce(batchOf(['c']), { leaderEpoch: 0 })
    for (const outcome of [first, second]) {
      if ('written' in outcome) await assert.rejects(outcome.written ?? Promise.resolve(), LogDirOfflineError)
      else assert.equal(outcome.errorCode, ErrorCode.KAFKA_STORAGE_ERROR)
    }
    assert.equal(log.isOffline, true)
    assert.deepEqual(failures, ['/data'])
    assert.equal((await log.produce(batchOf(['d']), { leaderEpoch: 0 })).errorCode, ErrorCode.KAFKA_STORAGE_ERROR)
    const read = await log.read(0, { maxBytes: 100, isolation: 'log-end', minOneBatch: true })
    assert.equal(read.errorCode, ErrorCode.KAFKA_STORAGE_ERROR)
    await assert.rejects(log.flush(), LogDirOfflineError)
    await assert.rejects(log.offsetForTimestamp(-1), LogDirOfflineError)
    await manager.close()
    assert.equal(disk.files.has('/data/.kafka_cleanshutdown'), false)
  })
}

test('one directory of two fails; the other goes on and takes new partitions', async () => {
  const disk = new MemoryDisk()
  await disk.makeDirectory('/other')
  const { log, manager } = await openLog(disk, {}, { logDirs: ['/data', '/other'] })
  const create = (partition: number) =>
    manager.getOrCreate({ topic: 't', partition, topicId: log.topicId, config: log.config })
  const second = await create(1)
  assert.notEqual(second.logDir, log.logDir)
  const [bad, good] = log.logDir === '/data' ? [log, second] : [second, log]
  await produce(bad, batchOf(['w']))
  disk.failWith = 'EIO'
  const outcome = await bad.produce(batchOf(['x']), { leaderEpoch: 0 })
  assert.equal(outcome.errorCode, ErrorCode.KAFKA_STORAGE_ERROR)
  disk.failWith = undefined
  await produce(good, batchOf(['y']))
  for (const partition of [2, 3]) assert.equal((await create(partition)).logDir, good.logDir)
  assert.deepEqual(
    manager.logDirs.map(({ path, isOffline }) => [path, isOffline]),
    [
      ['/data', bad.logDir === '/data'],
      ['/other', bad.logDir === '/other'],
    ],
  )
})
