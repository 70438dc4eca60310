import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DiskError, type DiskFile } from '../../src/ports.ts'
import { MemoryDisk } from '../support/memory-disk.ts'
import { batchOf, type ManualClock, openLog, produce, topicId } from './harness.ts'

/** As many files may be open as the process has descriptors for, whoever holds them. */
class CrowdedDisk extends MemoryDisk {
  descriptorsMax = Number.POSITIVE_INFINITY

  override async open(path: string, mode: 'read' | 'write' | 'create'): Promise<DiskFile> {
    this.#claim(path)
    return await super.open(path, mode)
  }

  override async readFile(path: string): Promise<Uint8Array> {
    this.#claim(path)
    return await super.readFile(path)
  }

  override async replaceFile(path: string, bytes: Uint8Array): Promise<void> {
    this.#claim(path)
    await super.replaceFile(path, bytes)
  }

  override async syncDirectory(path: string): Promise<void> {
    this.#claim(path)
    await super.syncDirectory(path)
  }

  #claim(path: string): void {
    if (this.openCount >= this.descriptorsMax) throw new DiskError('EMFILE', path)
  }
}

/** Meanwhile time passes, as fast as the loop turns. */
async function passing<Result>(clock: ManualClock, work: Promise<Result>): Promise<Result> {
  let isDone = false
  const done = () => {
    isDone = true
  }
  work.then(done, done)
  while (!isDone) {
    await new Promise(resolve => setImmediate(resolve))
    clock.advance(5)
  }
  return await work
}

test('where the process has no descriptors left the open logs give some of theirs', async () => {
  const disk = new CrowdedDisk()
  const { manager, log, clock, failures } = await openLog(disk, { segmentBytes: 75 }, { openFilesMax: 100 })
  disk.descriptorsMax = 4
  const logs = [log]
  for (let partition = 1; partition < 10; partition++) {
    logs.push(await manager.getOrCreate({ topic: 't', partition, topicId, config: log.config }))
  }
  for (let round = 0; round < 3; round++) {
    for (const each of logs) await passing(clock, produce(each, batchOf(['x'])))
  }
  for (const each of logs) await passing(clock, each.flush())
  await passing(clock, manager.close())
  assert.deepEqual(failures, [])
  disk.descriptorsMax = Number.POSITIVE_INFINITY
  const again = await openLog(disk)
  assert.equal(again.log.logEndOffset, 3)
})

test('where all descriptors are taken by others a flush waits for one, and its directory stays online', async () => {
  const disk = new CrowdedDisk()
  const { log, clock, failures, loggers } = await openLog(disk)
  await produce(log, batchOf(['x']))
  disk.descriptorsMax = 0
  let isFlushed = false
  const flushing = log.flush().then(() => {
    isFlushed = true
  })
  for (let round = 0; round < 5; round++) {
    await disk.idle()
    clock.advance(20)
  }
  assert.equal(isFlushed, false)
  assert.equal(loggers.lines.filter(line => line.includes('Too many open files')).length, 1)
  disk.descriptorsMax = 2
  await passing(clock, flushing)
  assert.equal(log.recoveryPoint, 1)
  assert.deepEqual(failures, [])
})

test('where no descriptor comes back for half a minute the directory fails', async () => {
  const disk = new CrowdedDisk()
  const { log, clock, failures } = await openLog(disk)
  await produce(log, batchOf(['x']))
  disk.descriptorsMax = 0
  const flushing = log.flush()
  flushing.catch(() => undefined)
  for (let waitedMs = 0; waitedMs <= 31_000; waitedMs += 1000) {
    clock.advance(1000)
    for (let turn = 0; turn < 3; turn++) await new Promise(resolve => setImmediate(resolve))
  }
  await assert.rejects(flushing)
  assert.deepEqual(failures, ['/data'])
})
