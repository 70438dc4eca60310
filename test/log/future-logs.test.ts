import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LogConfig } from '../../src/log/log-config.ts'
import type { LogManager } from '../../src/log/log-manager.ts'
import type { PartitionLog } from '../../src/log/partition-log.ts'
import { DiskError } from '../../src/ports.ts'
import { batchesOf } from '../../src/protocol/records/record-batch.ts'
import { defaultLogConfig } from '../support/default-log-config.ts'
import { MemoryDisk } from '../support/memory-disk.ts'
import { accepted, batchOf, type Harness, openManager, produce, topicId } from './harness.ts'

const logDirs = ['/a', '/b']

async function openDirs(disk: MemoryDisk, assigned?: string, config: Partial<LogConfig> = {}): Promise<Harness> {
  for (const dir of logDirs) await disk.makeDirectory(dir)
  const harness = await openManager(disk, { logDirs, metadataLogDir: '/a' })
  const resolved = { ...defaultLogConfig, ...config }
  await harness.manager.loadLogs(
    () => resolved,
    () => assigned,
  )
  return harness
}

function create(manager: LogManager, config: Partial<LogConfig> = {}): Promise<PartitionLog> {
  return manager.getOrCreate({
    topic: 't',
    partition: 0,
    topicId,
    config: { ...defaultLogConfig, ...config },
    logDir: '/a',
  })
}

async function copyOf(manager: LogManager): Promise<PartitionLog> {
  const future = await manager.futures.create('t', 0, '/b')
  assert.ok(future !== undefined)
  return future
}

/** Base offsets of all batches. */
async function offsetsOf(log: PartitionLog): Promise<number[]> {
  const offsets: number[] = []
  for (let offset = log.logStartOffset; offset < log.logEndOffset; ) {
    const read = await log.read(offset, { maxBytes: 1_000_000, isolation: 'log-end', minOneBatch: true })
    assert.ok('chunks' in read, `${offset}: ${read.errorCode}`)
    for (const chunk of read.chunks) {
      for (const batch of batchesOf(chunk)) {
        offsets.push(batch.baseOffset)
        offset = batch.nextOffset
      }
    }
    read.release()
  }
  return offsets
}

async function copyAll(from: PartitionLog, to: PartitionLog): Promise<void> {
  while (to.nextOffset < from.logEndOffset) {
    const read = await from.read(to.nextOffset, { maxBytes: 1_000_000, isolation: 'log-end', minOneBatch: true })
    assert.ok('chunks' in read)
    for (const chunk of read.chunks) await accepted(to.appendAsFollower(chunk, 5)).written
    read.release()
  }
}

function directoriesOf(disk: MemoryDisk): string[] {
  const names = [...disk.files.keys()].map(path => path.split('/').slice(1, 3).join('/'))
  return [...new Set(names)].filter(name => name.includes('/t-')).toSorted()
}

const hex = '07'.repeat(16)

test('a copy is made in the other directory, follows, and takes the place of the partition', async () => {
  const disk = new MemoryDisk()
  const { manager, clock } = await openDirs(disk)
  const log = await create(manager)
  for (const value of ['a', 'b', 'c']) await produce(log, batchOf([value]))
  const { futures } = manager
  const future = await copyOf(manager)
  assert.deepEqual(directoriesOf(disk), ['a/t-0', `b/t-0.${hex}-future`])
  assert.equal(manager.get('t', 0), log)
  assert.equal(futures.get('t', 0), future)
  await copyAll(log, future)
  futures.follow('t', 0, () => assert.fail('it follows'))
  await produce(log, batchOf(['d']))
  assert.equal(future.logEndOffset, 4)
  const { log: moved, done } = futures.promote('t', 0)
  assert.equal(moved, future)
  assert.equal(manager.get('t', 0), future)
  assert.equal(futures.get('t', 0), undefined)
  // While names change both are usable.
  const during = produce(moved, batchOf(['e']))
  assert.deepEqual(await offsetsOf(log), [0, 1, 2, 3])
  await done
  await during
  assert.deepEqual(directoriesOf(disk), [`a/t-0.${hex}-delete`, 'b/t-0'])
  assert.deepEqual(await offsetsOf(log), [0, 1, 2, 3])
  assert.equal(moved.highWatermark, 5)
  clock.advance(defaultLogConfig.fileDeleteDelayMs)
  await new Promise(resolve => setImmediate(resolve))
  await manager.close()
  assert.deepEqual(directoriesOf(disk), ['b/t-0'])

  const again = await openDirs(disk, '/b')
  const reopened = again.manager.get('t', 0)
  assert.ok(reopened !== undefined)
  assert.equal(reopened.logDir, '/b')
  assert.deepEqual(await offsetsOf(reopened), [0, 1, 2, 3, 4])
})

test('readers see no append that the copy lacks, once it follows', async () => {
  let writesNow = true
  const disk = new MemoryDisk({ writesNow: () => writesNow })
  const { manager } = await openDirs(disk)
  const log = await create(manager)
  await produce(log, batchOf(['a']))
  const future = await copyOf(manager)
  await copyAll(log, future)
  writesNow = false
  const before = accepted(await log.produce(batchOf(['b']), { leaderEpoch: 0 }))
  assert.equal(log.logEndOffset, 1)
  // What is on its way to the one goes to the other too.
  manager.futures.follow('t', 0, () => assert.fail('it follows'))
  const ends: [number, number][] = []
  log.listener = { logEndOffsetMoved: () => ends.push([log.logEndOffset, future.logEndOffset]) }
  const after = accepted(await log.produce(batchOf(['c']), { leaderEpoch: 0 }))
  await Promise.all([before.written, after.written])
  assert.equal(log.logEndOffset, 3)
  assert.deepEqual(
    ends.filter(([end, copied]) => end > copied),
    [],
  )
  assert.deepEqual(await offsetsOf(future), [0, 1, 2])
})

test('a copy whose directory fails is given up, and the partition goes on', async () => {
  const disk = new MemoryDisk()
  const { manager } = await openDirs(disk)
  const log = await create(manager)
  await produce(log, batchOf(['a']))
  const future = await copyOf(manager)
  await copyAll(log, future)
  let failures = 0
  manager.futures.follow('t', 0, () => failures++)
  disk.failBelow = '/b'
  disk.failWith = 'EIO'
  await produce(log, batchOf(['b']))
  assert.equal(failures, 1)
  assert.equal(future.isOffline, true)
  assert.deepEqual(await offsetsOf(log), [0, 1])
  await manager.futures.delete('t', 0)
  await produce(log, batchOf(['c']))
  assert.equal(log.logEndOffset, 3)
})

test('a move that is given up leaves nothing of the copy', async () => {
  const disk = new MemoryDisk()
  const { manager, clock } = await openDirs(disk)
  const log = await create(manager)
  await produce(log, batchOf(['a']))
  await copyOf(manager)
  await manager.futures.delete('t', 0)
  assert.equal(manager.futures.get('t', 0), undefined)
  clock.advance(defaultLogConfig.fileDeleteDelayMs)
  await new Promise(resolve => setImmediate(resolve))
  assert.deepEqual(directoriesOf(disk), ['a/t-0'])
  await produce(log, batchOf(['b']))
})

test('a partition that rolls while its directory gets another name loses nothing', async () => {
  const disk = new MemoryDisk()
  const config = { segmentBytes: 200 }
  const { manager } = await openDirs(disk, undefined, config)
  const log = await create(manager, config)
  for (let index = 0; index < 10; index++) await produce(log, batchOf([`value ${index}`]))
  const future = await copyOf(manager)
  await copyAll(log, future)
  manager.futures.follow('t', 0, () => assert.fail('it follows'))
  const { log: moved, done } = manager.futures.promote('t', 0)
  for (let index = 10; index < 30; index++) {
    await produce(moved, batchOf([`value ${index}`]))
    assert.equal((await offsetsOf(moved)).length, index + 1)
  }
  await done
  await manager.close()
  assert.equal([...disk.files.keys()].filter(path => path.includes('-future')).length, 0)
  const again = await openDirs(disk, '/b', config)
  assert.equal((await offsetsOf(again.manager.get('t', 0)!)).length, 30)
})

for (const [assigned, expected] of [
  ['/b', '/b'],
  ['/a', '/a'],
  [undefined, '/a'],
] as const) {
  test(`after a crash with both there the one in ${assigned ?? 'no directory'} that the metadata names is served`, async () => {
    const disk = new MemoryDisk()
    const { manager } = await openDirs(disk)
    const log = await create(manager)
    for (const value of ['a', 'b', 'c']) await produce(log, batchOf([value]))
    const future = await copyOf(manager)
    await copyAll(log, future)
    const crashed = disk.clone()
    const again = await openDirs(crashed, assigned)
    const served = again.manager.get('t', 0)!
    assert.equal(served.logDir, expected)
    assert.deepEqual(await offsetsOf(served), [0, 1, 2])
    const copy = again.manager.futures.get('t', 0)
    assert.equal(copy?.logDir, expected === '/a' ? '/b' : undefined)
    assert.deepEqual(
      directoriesOf(crashed),
      expected === '/a' ? ['a/t-0', `b/t-0.${hex}-future`] : [`a/t-0.${hex}-delete`, 'b/t-0'],
    )
  })
}

test('after a crash between the two renames the copy alone is there, and becomes the partition', async () => {
  const disk = new MemoryDisk()
  const { manager } = await openDirs(disk)
  const log = await create(manager)
  for (const value of ['a', 'b']) await produce(log, batchOf([value]))
  await copyAll(log, await copyOf(manager))
  const crashed = disk.clone()
  await crashed.removeTree('/a/t-0')
  const again = await openDirs(crashed, '/b')
  assert.equal(again.manager.get('t', 0)?.logDir, '/b')
  assert.deepEqual(await offsetsOf(again.manager.get('t', 0)!), [0, 1])
  assert.deepEqual(directoriesOf(crashed), ['b/t-0'])
})

test('a partition that Kafka left under its own name in both directories is served from the one the metadata names', async () => {
  const disk = new MemoryDisk()
  const { manager } = await openDirs(disk)
  const log = await create(manager)
  await produce(log, batchOf(['a']))
  const future = await copyOf(manager)
  await copyAll(log, future)
  await manager.close()
  await disk.rename(`/b/t-0.${hex}-future`, '/b/t-0')
  const again = await openDirs(disk, '/b')
  assert.equal(again.manager.get('t', 0)?.logDir, '/b')
  assert.deepEqual(directoriesOf(disk), [`a/t-0.${hex}-stray`, 'b/t-0'])
})

test('of a partition that is in two directories the one that cannot be set aside fails, not the one that is kept', async () => {
  const disk = new MemoryDisk()
  const { manager } = await openDirs(disk)
  const log = await create(manager)
  await produce(log, batchOf(['a']))
  await manager.getOrCreate({ topic: 't', partition: 1, topicId, config: defaultLogConfig, logDir: '/b' })
  await copyAll(log, await copyOf(manager))
  await manager.close()
  await disk.rename(`/b/t-0.${hex}-future`, '/b/t-0')
  disk.rename = async from => {
    throw new DiskError('EIO', from)
  }
  // The other one is found first.
  const list = disk.list.bind(disk)
  disk.list = async path => {
    for (let turn = 0; path === '/b' && turn < 20; turn++) await new Promise(resolve => setImmediate(resolve))
    return await list(path)
  }
  const again = await openDirs(disk, '/b')
  assert.deepEqual(again.failures, ['/a'])
  assert.equal(again.manager.get('t', 0)?.logDir, '/b')
  assert.deepEqual(await offsetsOf(again.manager.get('t', 0)!), [0])
  assert.ok(again.manager.get('t', 1) !== undefined)
})

test('a partition that is deleted while the directory of its copy gets its name stays deleted', async () => {
  for (let turns = 0; turns < 20; turns++) {
    const disk = new MemoryDisk()
    const { manager, failures, clock } = await openDirs(disk)
    const log = await create(manager)
    await produce(log, batchOf(['a']))
    await copyAll(log, await copyOf(manager))
    manager.futures.follow('t', 0, () => assert.fail('it follows'))
    const { done } = manager.futures.promote('t', 0)
    for (let turn = 0; turn < turns; turn++) await Promise.resolve()
    const deleted = manager.delete('t', 0)
    await Promise.all([done, deleted])
    assert.deepEqual(
      directoriesOf(disk).map(name => name.replace(hex, 'HEX')),
      ['a/t-0.HEX-delete', 'b/t-0.HEX-delete'],
      `after ${turns} turns`,
    )
    clock.advance(defaultLogConfig.fileDeleteDelayMs)
    await disk.idle()
    assert.deepEqual(directoriesOf(disk), [], `after ${turns} turns`)
    assert.deepEqual(failures, [])
  }
})

test('a stop waits for the names of directories that are changing', async () => {
  for (let turns = 0; turns < 20; turns++) {
    const disk = new MemoryDisk()
    const { manager } = await openDirs(disk)
    const log = await create(manager)
    await produce(log, batchOf(['a']))
    await copyAll(log, await copyOf(manager))
    manager.futures.follow('t', 0, () => assert.fail('it follows'))
    const { done } = manager.futures.promote('t', 0)
    for (let turn = 0; turn < turns; turn++) await Promise.resolve()
    await manager.close()
    const { operations } = disk
    await done
    await disk.idle()
    assert.equal(disk.operations, operations)
    assert.equal(disk.openCount, 0)
    const again = await openDirs(disk, '/b')
    assert.equal(again.manager.get('t', 0)?.logDir, '/b')
    assert.deepEqual(await offsetsOf(again.manager.get('t', 0)!), [0])
  }
})

test('a copy of a partition that is not of this cluster is set aside', async () => {
  const disk = new MemoryDisk()
  const { manager } = await openDirs(disk)
  await create(manager)
  await copyOf(manager)
  await manager.close()
  const again = await openManager(disk, { logDirs, metadataLogDir: '/a' })
  await again.manager.loadLogs(() => undefined)
  assert.deepEqual(directoriesOf(disk), [`a/t-0.${hex}-stray`, `b/t-0.${hex}-stray`])
})

test('a partition that is not here yet is made where somebody asked for it', async () => {
  const disk = new MemoryDisk()
  const { manager } = await openDirs(disk)
  manager.futures.prefer('t', 0, '/b')
  assert.equal((await create(manager)).logDir, '/b')
})

test('a partition that is deleted while its copy is made leaves none behind', async () => {
  let made = 0
  for (let turns = 0; turns < 40; turns++) {
    const disk = new MemoryDisk()
    const { manager } = await openDirs(disk)
    await create(manager)
    const creating = manager.futures.create('t', 0, '/b')
    for (let turn = 0; turn < turns; turn++) await new Promise(resolve => setImmediate(resolve))
    await manager.delete('t', 0)
    if ((await creating) !== undefined) made++
    assert.equal(manager.futures.get('t', 0), undefined, `after ${turns} turns`)
    assert.ok(
      directoriesOf(disk).every(name => name.endsWith('-delete')),
      `after ${turns} turns`,
    )
    await manager.close()
  }
  assert.ok(made > 0 && made < 40, `${made}`)
})
