import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LogConfig } from '../../src/log/log-config.ts'
import type { DiskFile } from '../../src/ports.ts'
import { writeBatch } from '../../src/protocol/records/batch-writer.ts'
import { MemoryDisk } from '../support/memory-disk.ts'
import { openLog, produce, tools } from './harness.ts'

const nowMs = 1_700_000_000_000
const batchBytes = 170

/** Ten segments of one batch each, written a second apart, the last now. */
async function tenSegments(config: Partial<LogConfig>) {
  const disk = new MemoryDisk()
  const opened = await openLog(disk, { segmentBytes: batchBytes, ...config })
  for (let age = 9; age >= 0; age--) {
    const record = { timestamp: nowMs - age * 1000, key: null, value: new Uint8Array(100) }
    await produce(opened.log, writeBatch([record], {}, tools))
  }
  assert.equal(opened.log.sizeInBytes, 10 * batchBytes)
  opened.manager.startPeriodicWork()
  return { ...opened, disk }
}

const cases: [string, Partial<LogConfig>, number][] = [
  ['nothing goes where nothing is bounded', { retentionMs: -1, retentionBytes: -1 }, 0],
  ['what is older than retention.ms goes', { retentionMs: 34_500 }, 5],
  ['all goes when all is older, and the active segment with it', { retentionMs: 29_999 }, 10],
  [
    'what exceeds retention.bytes goes, whole segments only',
    { retentionMs: -1, retentionBytes: 3 * batchBytes + 1 },
    6,
  ],
  ['compaction alone removes nothing old', { isDeleted: false, isCompacted: true, retentionMs: 1 }, 0],
]

for (const [name, config, expected] of cases) {
  test(`retention: ${name}`, async () => {
    // Records of compacted topics have keys; these were written before the topic became one.
    const { log, manager, clock, disk } = await tenSegments({
      ...config,
      isCompacted: false,
      isDeleted: config.isDeleted ?? true,
    })
    manager.updateConfig('t', { ...log.config, ...config })
    clock.advance(30_000)
    await disk.idle()
    assert.equal(log.logStartOffset, expected)
    assert.equal(log.sizeInBytes, (10 - expected) * batchBytes)
    assert.equal(log.logEndOffset, 10)
    const deleted = [...disk.files.keys()].filter(path => path.endsWith('.log.deleted'))
    assert.equal(deleted.length, expected)
    clock.advance(60_000)
    await disk.idle()
    assert.ok(![...disk.files.keys()].some(path => path.endsWith('.deleted')))
  })
}

test('retention stops at the high watermark', async () => {
  const { log, clock, disk } = await tenSegments({ retentionMs: 1 })
  log.updateHighWatermark(4)
  clock.advance(30_000)
  await disk.idle()
  assert.equal(log.logStartOffset, 4)
})

test('segments below the log start go even where nothing else may', async () => {
  const { log, clock, disk } = await tenSegments({ retentionMs: -1 })
  assert.equal(log.incrementLogStartOffset(7), true)
  assert.equal(log.incrementLogStartOffset(11), false)
  clock.advance(30_000)
  await disk.idle()
  assert.equal(log.sizeInBytes, 3 * batchBytes)
})

test('the active segment is rolled when its first record is older than segment.ms', async () => {
  const { log } = await openLog(new MemoryDisk(), { segmentMs: 1000 })
  const at = (ms: number) => writeBatch([{ timestamp: nowMs + ms, key: null, value: null }], {}, tools)
  for (const ms of [0, 1000, 1001, 1002]) await produce(log, at(ms))
  const { segments } = log as unknown as { segments: { baseOffset: number }[] }
  assert.deepEqual(
    segments.map(({ baseOffset }) => baseOffset),
    [0, 2],
  )
})

test('the file of a large segment goes in pieces, since freeing its page cache keeps a processor busy', async () => {
  const lengths: number[] = []
  class WatchedDisk extends MemoryDisk {
    override async open(path: string, mode: 'read' | 'write' | 'create'): Promise<DiskFile> {
      const file = await super.open(path, mode)
      if (!path.endsWith('.log.deleted')) return file
      lengths.push(await file.size())
      return {
        ...file,
        truncate: length => {
          lengths.push(length)
          return file.truncate(length)
        },
      }
    }
  }
  const disk = new WatchedDisk()
  const config = { segmentBytes: 3_000_000, retentionMs: 1, fileDeleteDelayMs: 1000 }
  const { log, manager, clock } = await openLog(disk, config)
  const record = { timestamp: nowMs - 60_000, key: null, value: new Uint8Array(900_000) }
  for (let count = 0; count < 4; count++) await produce(log, writeBatch([record], {}, tools))
  manager.startPeriodicWork()
  clock.advance(30_000)
  await disk.idle()
  assert.equal(log.logStartOffset, 4)
  clock.advance(1000)
  await disk.idle()
  // Of three records and of one; the second is no more than a piece.
  const [length = 0, , , other = 0] = lengths
  assert.deepEqual(lengths, [length, length - 2 ** 20, length - 2 * 2 ** 20, other])
  assert.ok(length > 2 * 2 ** 20 && length < 3 * 2 ** 20 && other < 2 ** 20)
  assert.ok(![...disk.files.keys()].some(path => path.endsWith('.deleted')))
})
