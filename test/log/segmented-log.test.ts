import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PartitionLog, ReadOutcome } from '../../src/log/partition-log.ts'
import { recordsOf } from '../../src/protocol/records/record.ts'
import { batchesOf } from '../../src/protocol/records/record-batch.ts'
import { MemoryDisk } from '../support/memory-disk.ts'
import { batchOf, openLog, produce } from './harness.ts'

function valuesOf(outcome: ReadOutcome): string[] {
  if (!('chunks' in outcome)) throw new Error(`Read failed with ${outcome.errorCode}`)
  const values: string[] = []
  for (const chunk of outcome.chunks) {
    for (const batch of batchesOf(chunk)) {
      for (const { offset, value } of recordsOf(batch))
        values.push(`${offset}:${new TextDecoder().decode(value ?? new Uint8Array())}`)
    }
  }
  outcome.release()
  return values
}

async function readAll(log: PartitionLog, from: number): Promise<string[]> {
  const values: string[] = []
  let offset = from
  while (offset < log.highWatermark) {
    const read = valuesOf(await log.read(offset, { maxBytes: 100, isolation: 'high-watermark', minOneBatch: true }))
    assert.ok(read.length > 0, `nothing at ${offset}`)
    values.push(...read)
    offset = Number(read.at(-1)!.split(':')[0]) + 1
  }
  return values
}

test('what was appended is read back, across segments and after a clean restart', async () => {
  const disk = new MemoryDisk()
  const { log, manager } = await openLog(disk, { segmentBytes: 400, indexIntervalBytes: 100 })
  const expected: string[] = []
  for (let batch = 0; batch < 20; batch++) {
    const outcome = await produce(log, batchOf([`a${batch}`, `b${batch}`]))
    assert.equal(outcome.baseOffset, 2 * batch)
    expected.push(`${2 * batch}:a${batch}`, `${2 * batch + 1}:b${batch}`)
  }
  assert.deepEqual(await readAll(log, 0), expected)
  assert.deepEqual(await readAll(log, 17), expected.slice(16))
  await manager.close()
  assert.ok(disk.files.has('/data/.kafka_cleanshutdown'))

  const again = await openLog(disk, { segmentBytes: 400, indexIntervalBytes: 100 })
  assert.ok(!disk.files.has('/data/.kafka_cleanshutdown'))
  assert.equal(again.log.logEndOffset, 40)
  assert.equal(again.log.highWatermark, 40)
  assert.deepEqual(await readAll(again.log, 0), expected)
})
