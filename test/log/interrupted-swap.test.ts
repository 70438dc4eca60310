import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PartitionLog } from '../../src/log/partition-log.ts'
import { recordsOf } from '../../src/protocol/records/record.ts'
import { batchesOf } from '../../src/protocol/records/record-batch.ts'
import { MemoryDisk } from '../support/memory-disk.ts'
import { batchOf, openLog, produce } from './harness.ts'

const base = (offset: number) => `/data/t-0/${String(offset).padStart(20, '0')}`

/** Segments at 0, 2, 4 and 6, two records each, as a killed node leaves them. */
async function fourSegments(): Promise<MemoryDisk> {
  const disk = new MemoryDisk()
  const { log } = await openLog(disk, { segmentBytes: 100 })
  for (const letter of ['a', 'b', 'c', 'd']) await produce(log, batchOf([letter, letter]))
  await log.flush()
  return disk.clone()
}

/** What a cleaner would make of the segments at 0 and 2: of each only the second record. */
const cleaned = Buffer.concat([
  batchOf(['a'], { baseOffset: 1, partitionLeaderEpoch: 0 }),
  batchOf(['b'], { baseOffset: 3, partitionLeaderEpoch: 0 }),
])

async function contents(disk: MemoryDisk): Promise<string[]> {
  const { log } = await openLog(disk, { segmentBytes: 100 })
  assert.ok(![...disk.files.keys()].some(path => /\.(swap|cleaned|deleted)$/.test(path)))
  return await readAll(log)
}

async function readAll(log: PartitionLog): Promise<string[]> {
  const found: string[] = []
  for (let offset = 0; offset < log.logEndOffset; ) {
    const read = await log.read(offset, { maxBytes: 10_000, isolation: 'log-end', minOneBatch: true })
    assert.ok('chunks' in read)
    const batches = read.chunks.flatMap(chunk => [...batchesOf(chunk)])
    for (const { offset, value } of batches.flatMap(batch => recordsOf(batch))) {
      found.push(`${offset}${new TextDecoder().decode(value!)}`)
    }
    offset = batches.at(-1)!.nextOffset
  }
  return found
}

const untouched = ['0a', '1a', '2b', '3b', '4c', '5c', '6d', '7d']
const replaced = ['1a', '3b', '4c', '5c', '6d', '7d']

test('a cleaning that had not come to renaming is taken back', async () => {
  const disk = await fourSegments()
  disk.put(`${base(0)}.log.cleaned`, cleaned)
  disk.put(`${base(0)}.index.cleaned`, new Uint8Array(0))
  assert.deepEqual(await contents(disk), untouched)
})

test('one that was still renaming to .swap is taken back', async () => {
  const disk = await fourSegments()
  disk.put(`${base(0)}.log.swap`, cleaned)
  disk.put(`${base(0)}.index.cleaned`, new Uint8Array(0))
  assert.deepEqual(await contents(disk), untouched)
})

for (const gone of [[], [0], [0, 2]]) {
  test(`one that was swapping is completed: ${gone.length} old segments were out of the way`, async () => {
    const disk = await fourSegments()
    disk.put(`${base(0)}.log.swap`, cleaned)
    disk.put(`${base(0)}.index.swap`, new Uint8Array(0))
    for (const offset of gone) await disk.rename(`${base(offset)}.log`, `${base(offset)}.log.deleted`)
    assert.deepEqual(await contents(disk), replaced)
    assert.ok(!disk.files.has(`${base(2)}.log`))
  })
}

test('indexes of a cleaning that was taken back do not come to stand beside the log that was left', async () => {
  const disk = await fourSegments()
  const before = disk.files.get(`${base(0)}.index`)
  disk.put(`${base(0)}.index.swap`, new Uint8Array([0, 0, 0, 1, 0, 0, 0, 40]))
  assert.deepEqual(await contents(disk), untouched)
  assert.deepEqual(disk.files.get(`${base(0)}.index`), before)
})

test('an index whose new name power loss has taken gets it again', async () => {
  const disk = await fourSegments()
  const before = disk.files.get(`${base(0)}.index`)!
  await disk.rename(`${base(0)}.index`, `${base(0)}.index.swap`)
  assert.deepEqual(await contents(disk), untouched)
  assert.deepEqual(disk.files.get(`${base(0)}.index`), before)
})
