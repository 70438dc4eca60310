import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DiskFile } from '../../src/ports.ts'
import { MemoryDisk } from '../support/memory-disk.ts'
import { accepted, batchOf, openLog, produce, topicId } from './harness.ts'

const firstLog = '/data/t-0/00000000000000000000.log'

/** Says in which order files are made and synced; opening a file may be held up. */
class RecordingDisk extends MemoryDisk {
  readonly calls: string[] = []
  readonly held = new Map<string, Promise<void>>()
  beforeCall: () => void = () => {}

  #call(call: string): void {
    this.beforeCall()
    this.calls.push(call)
  }

  override async open(path: string, mode: 'read' | 'write' | 'create'): Promise<DiskFile> {
    await this.held.get(path)
    const file = await super.open(path, mode)
    if (mode === 'create') this.#call(`make ${path}`)
    return {
      ...file,
      sync: () => {
        this.#call(`sync ${path}`)
        return file.sync()
      },
    }
  }

  override syncDirectory(path: string): Promise<void> {
    this.#call(`sync ${path}`)
    return super.syncDirectory(path)
  }
}

test('a partition is created by its metadata file alone, and nothing is synced for it', async () => {
  const disk = new RecordingDisk()
  const { log } = await openLog(disk)
  log.assignEpochStartOffset(0, 0)
  await disk.idle()
  assert.deepEqual(disk.calls, ['sync /data', 'make /data/t-0/partition.metadata'])
  assert.deepEqual([...disk.files.keys()], ['/data/t-0/partition.metadata'])
})

test('a partition that nothing was written to is found again after a kill and after a stop', async () => {
  const disk = new MemoryDisk()
  const { manager } = await openLog(disk)
  const killed = await openLog(disk.clone())
  assert.equal(killed.log.topicId, topicId)
  assert.deepEqual(
    killed.loggers.lines.filter(line => line.startsWith('WARN')),
    [],
  )
  await manager.close()
  const stopped = await openLog(disk)
  assert.deepEqual([...stopped.manager.logs()].length, 1)
  assert.equal((await produce(stopped.log, batchOf(['a']))).baseOffset, 0)
})

test('a creation that was cut short leaves nothing behind', async () => {
  for (const metadata of [undefined, new Uint8Array(0)]) {
    const disk = new MemoryDisk()
    await disk.makeDirectory('/data/t-0')
    if (metadata !== undefined) disk.put('/data/t-0/partition.metadata', metadata)
    const { log, loggers } = await openLog(disk)
    assert.equal(log.topicId, topicId)
    assert.deepEqual(
      loggers.lines.filter(line => line.startsWith('WARN')),
      [],
    )
    assert.deepEqual([...disk.files.keys()], ['/data/t-0/partition.metadata'])
  }
})

test('nothing counts as flushed before the partition itself is on the disk', async () => {
  const disk = new RecordingDisk()
  const { log } = await openLog(disk)
  log.assignEpochStartOffset(0, 0)
  await produce(log, batchOf(['a']))
  await disk.idle()
  disk.calls.length = 0
  disk.beforeCall = () => assert.equal(log.recoveryPoint, 0)
  await log.flush()
  assert.deepEqual(
    new Set(disk.calls),
    new Set([
      `sync ${firstLog}`,
      'sync /data/t-0/partition.metadata',
      // Its name, and within it those of its files, its epochs among them.
      'sync /data',
      'sync /data/t-0',
    ]),
  )
  assert.equal(log.recoveryPoint, 1)
  assert.ok(disk.files.has('/data/t-0/leader-epoch-checkpoint'))
})

test('a partition that nothing was written to costs a stop nothing', async () => {
  const disk = new RecordingDisk()
  const { manager } = await openLog(disk)
  disk.calls.length = 0
  await manager.close()
  assert.deepEqual(
    disk.calls.filter(call => call.includes('t-0')),
    [],
  )
})

test('a segment is not made before the one that precedes it', async () => {
  const disk = new RecordingDisk()
  const { log } = await openLog(disk, { segmentBytes: 100 })
  const { promise, resolve } = Promise.withResolvers<void>()
  disk.held.set(firstLog, promise)
  const written = ['first', 'second', 'third'].map(value => {
    const outcome = accepted(log.produce(batchOf([value]), { leaderEpoch: 0 }) as ReturnType<typeof accepted>)
    return outcome.written
  })
  await disk.idle()
  assert.deepEqual(
    disk.calls.filter(call => call.endsWith('.log')),
    [],
  )
  resolve()
  await Promise.all(written)
  await log.flush()
  const made = disk.calls.filter(call => call.startsWith('make') && call.endsWith('.log'))
  assert.equal(made[0], `make ${firstLog}`)
  assert.equal(made.length, 3)
})
