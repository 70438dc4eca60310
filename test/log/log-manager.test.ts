import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LogDirOfflineError } from '../../src/log/partition-log.ts'
import { defaultLogConfig } from '../support/default-log-config.ts'
import { MemoryDisk } from '../support/memory-disk.ts'
import { accepted, batchOf, openLog, openManager, produce, topicId } from './harness.ts'

const text = (disk: MemoryDisk, path: string) => {
  const bytes = disk.files.get(path)
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes)
}

test('two who want the same new partition get the same log', async () => {
  const { manager, log } = await openLog(new MemoryDisk())
  const options = { topic: 'u', partition: 1, topicId, config: log.config }
  const [first, second] = await Promise.all([manager.getOrCreate(options), manager.getOrCreate(options)])
  assert.equal(first, second)
  assert.equal(manager.get('u', 1), first)
  assert.deepEqual([...manager.logs()].map(({ topic, partition }) => `${topic}-${partition}`).toSorted(), [
    't-0',
    'u-1',
  ])
})

test('a deleted partition is gone at once, its files after file.delete.delay.ms, and its name is free', async () => {
  const disk = new MemoryDisk()
  const { manager, log, clock } = await openLog(disk, { fileDeleteDelayMs: 1000 })
  await produce(log, batchOf(['old']))
  await manager.delete('t', 0)
  assert.equal(manager.get('t', 0), undefined)
  assert.ok([...disk.files.keys()].some(path => /^\/data\/t-0\.[0-9a-f]{32}-delete\//.test(path)))
  const again = await manager.getOrCreate({
    topic: 't',
    partition: 0,
    topicId: 'YW5vdGhlci10b3BpYy1pZA',
    config: log.config,
  })
  assert.equal(again.logEndOffset, 0)
  await produce(again, batchOf(['new']))
  clock.advance(1000)
  await disk.idle()
  assert.ok(![...disk.files.keys()].some(path => path.includes('-delete')))
  assert.equal(again.isOffline, false)
})

test('a partition that is deleted and made again in the same breath is made when the old one is out of the way', async () => {
  const disk = new MemoryDisk()
  const { manager, log, failures } = await openLog(disk)
  await produce(log, batchOf(['old']))
  const deleting = manager.delete('t', 0)
  const again = await manager.getOrCreate({
    topic: 't',
    partition: 0,
    topicId: 'YW5vdGhlci10b3BpYy1pZA',
    config: log.config,
  })
  await deleting
  await produce(again, batchOf(['new']))
  await again.flush()
  assert.ok(disk.files.has('/data/t-0/00000000000000000000.log'))
  assert.match(text(disk, '/data/t-0/partition.metadata')!, /YW5vdGhlci10b3BpYy1pZA/)
  assert.deepEqual(failures, [])
})

test('a partition is made beside what lies where it belongs, which is set aside', async () => {
  const disk = new MemoryDisk()
  const { manager, log, loggers } = await openLog(disk)
  disk.put('/data/u-0/00000000000000000000.log', batchOf(['of another life']))
  disk.put('/data/u-0/00000000000000000007.snapshot', new Uint8Array(10))
  const made = await manager.getOrCreate({ topic: 'u', partition: 0, topicId, config: log.config })
  await produce(made, batchOf(['new']))
  assert.equal(made.logEndOffset, 1)
  assert.ok(!disk.files.has('/data/u-0/00000000000000000007.snapshot'))
  assert.ok([...disk.files.keys()].some(path => /^\/data\/u-0\.[0-9a-f]{32}-stray\/0{19}7\.snapshot$/.test(path)))
  assert.ok(loggers.lines.some(line => line.startsWith('WARN /data/u-0 ')))
})

test('a directory of no topic of this cluster is set aside, one half deleted is finished', async () => {
  const disk = new MemoryDisk()
  const { manager, log } = await openLog(disk)
  await produce(log, batchOf(['x']))
  await manager.close()
  disk.put('/data/unnamed-3/00000000000000000000.log', new Uint8Array(0))
  disk.put(`/data/gone-1.${'a'.repeat(32)}-delete/00000000000000000000.log`, new Uint8Array(0))
  disk.put('/data/lost+found/x', new Uint8Array(0))
  const again = await openManager(disk)
  await again.manager.loadLogs(() => undefined)
  assert.deepEqual([...again.manager.logs()], [])
  const directories = new Set([...disk.files.keys()].map(path => path.split('/')[2]!.replace(/\.[0-9a-f]{32}/, '.HEX')))
  assert.ok(directories.has('t-0.HEX-stray'))
  assert.ok(directories.has('unnamed-3.HEX-stray'))
  assert.ok(directories.has('lost+found'))
  assert.ok(![...directories].some(name => name.includes('delete')))
})

test('checkpoints are written in their time and believed after a crash', async () => {
  const disk = new MemoryDisk()
  const { manager, log, clock } = await openLog(disk)
  manager.startPeriodicWork()
  await produce(log, batchOf(['a', 'b', 'c']))
  log.updateHighWatermark(2)
  log.incrementLogStartOffset(1)
  await log.flush()
  clock.advance(30_000)
  await disk.idle()
  assert.equal(text(disk, '/data/replication-offset-checkpoint'), '0\n1\nt 0 2\n')
  clock.advance(60_000)
  await disk.idle()
  assert.equal(text(disk, '/data/recovery-point-offset-checkpoint'), '0\n1\nt 0 3\n')
  assert.equal(text(disk, '/data/log-start-offset-checkpoint'), '0\n1\nt 0 1\n')
  const again = await openLog(disk.clone())
  assert.deepEqual(
    [again.log.logStartOffset, again.log.highWatermark, again.log.logEndOffset, again.log.recoveryPoint],
    [1, 2, 3, 3],
  )
})

test('the epoch of a clean shutdown is known at the next start, and only there', async () => {
  const disk = new MemoryDisk()
  const first = await openLog(disk)
  assert.equal(first.manager.previousBrokerEpoch, -1)
  await first.manager.close(42)
  assert.equal(text(disk, '/data/.kafka_cleanshutdown'), '{"version":0,"brokerEpoch":42}')
  assert.equal((await openLog(disk)).manager.previousBrokerEpoch, 42)
  assert.equal((await openLog(disk)).manager.previousBrokerEpoch, -1)
})

test('the metadata log comes back with every record, whatever way the node ended', async () => {
  const disk = new MemoryDisk()
  const { manager } = await openManager(disk)
  const log = await manager.openMetadataLog(defaultLogConfig)
  const options = { leaderEpoch: 1, origin: 'raft-leader' } as const
  log.appendAsLeader(batchOf(['a'], { baseOffset: 0, partitionLeaderEpoch: 1 }), options)
  log.appendAsLeader(batchOf(['b', 'c'], { baseOffset: 1, partitionLeaderEpoch: 1 }), options)
  await log.flush()
  const killed = disk.clone()
  await manager.close()
  for (const each of [killed, disk]) {
    const again = await openManager(each)
    const metadata = await again.manager.openMetadataLog(defaultLogConfig)
    assert.equal(metadata.logEndOffset, 3)
    assert.deepEqual([...again.manager.logs()], [])
    assert.equal(metadata.topicId, 'AAAAAAAAAAAAAAAAAAAAAQ')
  }
})

test('few descriptors serve many logs', async () => {
  const disk = new MemoryDisk()
  const { manager, log } = await openLog(disk, {}, { openFilesMax: 3 })
  const logs = [log]
  for (let partition = 1; partition < 20; partition++) {
    logs.push(await manager.getOrCreate({ topic: 't', partition, topicId, config: log.config }))
  }
  for (let round = 0; round < 3; round++) for (const each of logs) await produce(each, batchOf([`${round}`]))
  await disk.idle()
  assert.ok(disk.openCount <= 3, `${disk.openCount} open`)
  for (const each of logs) assert.equal(each.logEndOffset, 3)
  await manager.close()
  assert.equal(disk.openCount, 0)
})

test('files that wait to be removed when the node stops are left alone, and removed at the next start', async () => {
  const disk = new MemoryDisk()
  const { manager, log, clock } = await openLog(disk, { segmentBytes: 75, retentionMs: 1000 })
  for (const value of ['a', 'b', 'c']) await produce(log, batchOf([value]))
  manager.startPeriodicWork()
  clock.advance(30_000)
  await disk.idle()
  const doomed = () => [...disk.files.keys()].filter(path => path.endsWith('.deleted'))
  const left = doomed()
  assert.ok(left.length > 0)
  await manager.close()
  assert.equal(disk.openCount, 0)
  const { operations } = disk
  clock.advance(60_000)
  await disk.idle()
  assert.equal(disk.operations, operations)
  assert.deepEqual(doomed(), left)
  await openLog(disk)
  assert.deepEqual(doomed(), [])
})

test('nothing stays open of a directory that has failed', async () => {
  const disk = new MemoryDisk()
  const { manager, log } = await openLog(disk, { segmentBytes: 75 })
  for (const value of ['a', 'b', 'c']) await produce(log, batchOf([value]))
  disk.failWith = 'EIO'
  const outcome = accepted(await log.produce(batchOf(['d']), { leaderEpoch: 0 }))
  await assert.rejects(async () => outcome.written, LogDirOfflineError)
  await manager.close()
  assert.equal(disk.openCount, 0)
})
