import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createChecksum } from '../../../src/platform/checksum.ts'
import { type RecordToWrite, uncompressedBatchBytes, writeBatch } from '../../../src/protocol/records/batch-writer.ts'
import { readInt64, writeInt64 } from '../../../src/protocol/records/int64.ts'
import { InvalidRecordError, recordsOf } from '../../../src/protocol/records/record.ts'
import { RecordBatch } from '../../../src/protocol/records/record-batch.ts'
import { walkRecords } from '../../../src/protocol/records/record-walk.ts'

const tools = { crc32c: createChecksum().crc32c }

const nullableBytes = fc.option(fc.uint8Array({ maxLength: 300 }), { nil: null })
const timestamp = fc.oneof(
  fc.integer({ min: 1_700_000_000_000, max: 1_700_000_100_000 }),
  fc.constant(-1),
  fc.maxSafeInteger().map(Math.abs),
)
const record: fc.Arbitrary<RecordToWrite> = fc.record({
  timestamp,
  key: nullableBytes,
  value: nullableBytes,
  headers: fc.array(fc.record({ key: fc.string(), value: nullableBytes }, { noNullPrototype: true }), { maxLength: 3 }),
})
const records = fc.array(record, { minLength: 1, maxLength: 20 })

function walk(batch: RecordBatch) {
  const { bytes, position, sizeInBytes, recordCount, baseTimestamp } = batch
  return walkRecords(bytes, position + 61, position + sizeInBytes, recordCount, baseTimestamp)
}

test('records come out as they went in, and the walk agrees with the objects', () => {
  fc.assert(
    fc.property(records, written => {
      const bytes = writeBatch(written, {}, tools)
      assert.equal(uncompressedBatchBytes(written), bytes.length)
      const batch = new RecordBatch(bytes, 0, bytes.length)
      const read = recordsOf(batch)
      assert.deepEqual(
        read.map(({ key, value, headers }) => ({ key, value, headers })),
        written.map(({ key, value, headers }) => ({ key, value, headers })),
      )
      const result = walk(batch)
      assert.equal(result.error, undefined)
      assert.equal(result.keylessCount, written.filter(({ key }) => key === null).length)
      assert.equal(result.hasSequentialOffsets, true)
      const times = read.map(each => each.timestamp).filter(time => time !== -1)
      // Differences of timestamps beyond 2^53 lose their last bit.
      const near = (a: number, b: number) => a === b || Math.abs(a - b) <= 4
      assert.ok(near(result.maxTimestamp, Math.max(-1, ...times)))
      assert.ok(near(result.minTimestamp, Math.min(...times)))
    }),
  )
})

test('a walk refuses exactly the bytes that reading refuses', () => {
  fc.assert(
    fc.property(
      records,
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      fc.integer({ min: -1, max: 1 }),
      (written, at, flip, extra) => {
        const bytes = writeBatch(written, {}, tools)
        const body = bytes.length - 61
        bytes[61 + (at % body)]! ^= flip
        const padded = new Uint8Array(bytes.length + Math.max(0, extra))
        padded.set(bytes)
        const batch = new RecordBatch(padded, 0, bytes.length + extra)
        let isReadable = true
        try {
          recordsOf(batch)
        } catch (error) {
          assert.ok(error instanceof InvalidRecordError)
          isReadable = false
        }
        assert.equal(walk(batch).error === undefined, isReadable)
      },
    ),
    { numRuns: 2000 },
  )
})

test('an offset delta out of line is noticed', () => {
  const bytes = writeBatch(
    [
      { timestamp: 1, key: null, value: null },
      { timestamp: 1, key: null, value: null, offsetDelta: 2 },
    ],
    {},
    tools,
  )
  assert.equal(walk(new RecordBatch(bytes, 0, bytes.length)).hasSequentialOffsets, false)
})

test('an int64 is read as the nearest double', () => {
  const bytes = new Uint8Array(8)
  const view = new DataView(bytes.buffer)
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), value => {
      view.setBigInt64(0, value)
      assert.equal(readInt64(bytes, 0), Number(value))
    }),
  )
  fc.assert(
    fc.property(fc.maxSafeInteger(), value => {
      writeInt64(bytes, 0, value)
      assert.equal(Number(view.getBigInt64(0)), value)
    }),
  )
})
