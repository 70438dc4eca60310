import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { WorkerOffload } from '../../src/platform/worker-offload.ts'
import type { CompressedRecords, CompressedWalk } from '../../src/protocol/records/compressed-records.ts'
import { CompressionType } from '../../src/protocol/records/compression-type.ts'

const garbage = (): CompressedRecords => ({
  compressionType: CompressionType.GZIP,
  bytes: Uint8Array.from([1, 2, 3]),
  recordCount: 1,
  baseTimestamp: 0,
  decompressedBytesMax: 1000,
})

describe('offload to threads', () => {
  it('answers each task with its own outcome, however many there are', async () => {
    const offload = new WorkerOffload()
    const tasks = Array.from({ length: 20 }, (_, index) =>
      index % 2 === 0
        ? offload.run<CompressedWalk>('walkCompressed', garbage()).then(walk => ('failure' in walk ? walk.failure : ''))
        : offload.run('nothing', index).then(
            () => '',
            (error: Error) => error.message,
          ),
    )
    const expected = ['CORRUPT', 'there is no function nothing to offload']
    assert.deepEqual(
      await Promise.all(tasks),
      Array.from({ length: 20 }, (_, index) => expected[index % 2]),
    )
  })

  it('takes buffers over instead of copying them', async () => {
    const offload = new WorkerOffload()
    const records = garbage()
    const walking = offload.run<CompressedWalk>('walkCompressed', records, [records.bytes.buffer as ArrayBuffer])
    assert.equal(records.bytes.length, 0)
    assert.ok('failure' in (await walking))
  })
})
