import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FilePool, PooledFile } from '../../src/log/file-pool.ts'
import { LogDir } from '../../src/log/log-dir.ts'
import { LogWriter } from '../../src/log/log-writer.ts'
import { OffsetIndex } from '../../src/log/offset-index.ts'
import { Segment } from '../../src/log/segment.ts'
import { TimeIndex } from '../../src/log/time-index.ts'
import { MemoryDisk } from '../support/memory-disk.ts'

test('who waits for the writes so far does not wait for those that go on coming', async () => {
  const disk = new MemoryDisk({ writesNow: () => false })
  const segment = new Segment({
    baseOffset: 0,
    file: new PooledFile('/data/0.log', true),
    sizeInBytes: 0,
    offsetIndex: new OffsetIndex(0),
    timeIndex: new TimeIndex(0),
    nowMs: 0,
    rollJitterMs: 0,
  })
  let endOffset = 0
  let isIdle = false
  let writtenUpTo = 0
  const writer = new LogWriter(new LogDir('/data', assert.fail), new FilePool(disk, 4), write => {
    writtenUpTo = write.endOffset
    // As producers do that have several requests under way: one is always queued when a write ends.
    if (!isIdle && endOffset < 100) append()
  })
  const append = () => {
    writer.enqueue({ segment, position: endOffset, bytes: new Uint8Array(1), endOffset: ++endOffset })
  }
  append()
  append()
  append()
  const idle = writer.whenIdle().then(() => {
    isIdle = true
    return writtenUpTo
  })
  assert.ok((await idle) >= 3)
  assert.ok(writtenUpTo < 20, `${writtenUpTo} were waited for`)
  await writer.whenIdle()
  assert.equal(writtenUpTo, endOffset)
})
