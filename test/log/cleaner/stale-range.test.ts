import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Throttle } from '../../../src/log/cleaner/throttle.ts'
import type { SegmentedLog } from '../../../src/log/segmented-log.ts'
import { writeBatch } from '../../../src/protocol/records/batch-writer.ts'
import { MemoryDisk } from '../../support/memory-disk.ts'
import { openLog, produce, tools } from '../harness.ts'

const config = { isCompacted: true, isDeleted: false, segmentBytes: 100 }

/** A segment each. */
async function produceKeys(log: SegmentedLog, ...keys: string[]): Promise<void> {
  for (const key of keys) {
    const record = { timestamp: 1_700_000_000_000, key: Buffer.from(key), value: Buffer.from(key) }
    await produce(log, writeBatch([record], {}, tools))
  }
}

for (const [name, cut] of Object.entries({
  'begun anew above it': (log: SegmentedLog) => log.truncateFullyAndStartAt(20),
  'begun anew below it': (log: SegmentedLog) => log.truncateFullyAndStartAt(1),
  'cut within it': (log: SegmentedLog) => log.truncateTo(2),
  // Nobody has said yet that the new records are decided.
  'cut within it, and grown again': async (log: SegmentedLog) => {
    await log.truncateTo(2)
    await produceKeys(log, 'a', 'a', 'a', 'a')
    log.updateHighWatermark(2)
  },
})) {
  test(`a log that was ${name} is not compacted by a range found before`, async () => {
    const disk = new MemoryDisk()
    const opened = await openLog(disk, config)
    const log = opened.log as SegmentedLog
    await produceKeys(log, 'a', 'b', 'a', 'b', 'a')
    await log.flush()
    const range = await log.cleanableRange()
    assert.equal(range?.firstUncleanableOffset, 4)
    await cut(log)
    await log.flush()
    const before = disk.files
    const throttle = new Throttle(opened.clock, () => Number.POSITIVE_INFINITY)
    const options = { throttle, dedupeBufferBytes: 1000, dedupeBufferLoadFactor: 0.9, chunkBytes: 1000 }
    assert.equal(await log.compact(range, options), undefined)
    assert.deepEqual(disk.files, before)
    await opened.manager.close()
  })
}
