import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DiskFile } from '../../src/ports.ts'
import { MemoryDisk } from '../support/memory-disk.ts'
import { accepted, batchOf, opened, openLog } from './harness.ts'

/** Each record has a segment of its own. */
const config = { segmentBytes: 75 }

/** Syncs of files wait for `gate`, and then take some turns of the loop. */
class SlowDisk extends MemoryDisk {
  gate: Promise<void> = Promise.resolve()
  syncs = 0

  override async open(path: string, mode: 'read' | 'write' | 'create'): Promise<DiskFile> {
    const file = await super.open(path, mode)
    return {
      ...file,
      sync: async () => {
        await this.gate
        this.syncs++
        for (let turn = 0; turn < 20; turn++) await file.sync()
      },
    }
  }
}

async function openSlow() {
  const disk = new SlowDisk()
  const harness = await openLog(disk, config, { openFilesMax: 100 })
  await opened(harness.log)
  const append = async () => accepted(await harness.log.produce(batchOf(['x']), { leaderEpoch: 0 })).written
  return { ...harness, disk, append }
}

test('what rolls faster than segments are sealed is there at once, and answered when fewer than nine wait', async () => {
  const { log, manager, disk, append } = await openSlow()
  const { promise, resolve } = Promise.withResolvers<void>()
  disk.gate = promise
  let answered = 0
  const answers = Array.from({ length: 30 }, () => append().then(() => answered++))
  await disk.idle()
  // The first rolls nothing, and eight may wait.
  assert.equal(answered, 9)
  assert.equal(log.logEndOffset, 30)
  resolve()
  await Promise.all(answers)
  await log.flush()
  assert.equal(log.recoveryPoint, 30)
  await manager.close()
})

test('a flush ends while appends go on rolling', async () => {
  const { log, manager, disk, append } = await openSlow()
  let isFlushed = false
  let appended = 0
  const producers = Array.from({ length: 5 }, async () => {
    while (!isFlushed) {
      await append()
      appended++
      await new Promise(resolve => setImmediate(resolve))
    }
  })
  while (appended < 20) await new Promise(resolve => setImmediate(resolve))
  const { syncs } = disk
  await log.flush()
  isFlushed = true
  // Eight seals that waited and one more of each producer; and as many again, since the segment that was to be flushed is
  // among those that were rolled meanwhile. Four files a seal.
  assert.ok(disk.syncs - syncs <= 2 * 4 * (8 + 5 + 1), `${disk.syncs - syncs} syncs`)
  await Promise.all(producers)
  await manager.close()
})

test('a directory that fails leaves nobody waiting for segments to be sealed', async () => {
  const { manager, disk, append } = await openSlow()
  const { promise, resolve } = Promise.withResolvers<void>()
  disk.gate = promise
  const answers = Array.from({ length: 30 }, () => append())
  await disk.idle()
  disk.failWith = 'EIO'
  resolve()
  await Promise.all(answers)
  await manager.close()
  assert.equal(disk.openCount, 0)
})
