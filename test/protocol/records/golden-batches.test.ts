import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { decodeProducerSnapshot, encodeProducerSnapshot } from '../../../src/log/producer-snapshot.ts'
import { createChecksum } from '../../../src/platform/checksum.ts'
import { createCompression } from '../../../src/platform/compression.ts'
import { writeBatch } from '../../../src/protocol/records/batch-writer.ts'
import { type CompressionType, compressionTypeNames } from '../../../src/protocol/records/compression-type.ts'
import {
  ControlRecordType,
  controlRecordKey,
  controlRecordType,
  coordinatorEpochOf,
  endTransactionMarkerValue,
} from '../../../src/protocol/records/control-record.ts'
import { recordsOf } from '../../../src/protocol/records/record.ts'
import { batchesOf, type RecordBatch } from '../../../src/protocol/records/record-batch.ts'
import { walkRecords } from '../../../src/protocol/records/record-walk.ts'

// Written by Apache's own code: `test/log/java/Batches.java write test/fixtures/batches`.
const fixture = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../../fixtures/batches/${name}`, import.meta.url)))

const checksum = createChecksum()
const compression = createCompression()
const tools = { crc32c: checksum.crc32c, compress: compression.compress }
const utf8 = new TextEncoder()

const smallRecords = [
  { timestamp: 1_700_000_000_000, key: null, value: utf8.encode('value without key') },
  { timestamp: 1_700_000_000_005, key: utf8.encode('key'), value: null },
  {
    timestamp: 1_699_999_999_990,
    key: utf8.encode('clé'),
    value: utf8.encode('välue'),
    headers: [
      { key: 'first', value: utf8.encode('header') },
      { key: 'none', value: null },
    ],
  },
]

function only(bytes: Uint8Array): RecordBatch {
  const batches = [...batchesOf(bytes)]
  assert.equal(batches.length, 1)
  return batches[0]!
}

function recordBytesOf(batch: RecordBatch): Uint8Array {
  return new Uint8Array(compression.decompress(batch.compressionId as CompressionType, batch.recordBytes, 1 << 24))
}

for (const name of compressionTypeNames) {
  test(`a small ${name} batch of Apache's producer is read record by record`, () => {
    const batch = only(fixture(`${name}-small.bin`))
    assert.equal(checksum.crc32c(batch.checkedBytes), batch.crc)
    assert.equal(batch.maxTimestamp, 1_700_000_000_005)
    const records = recordsOf(batch, recordBytesOf(batch))
    assert.deepEqual(
      records,
      smallRecords.map((record, offset) => ({ headers: [], ...record, offset })),
    )
  })
}

for (const name of compressionTypeNames.slice(1)) {
  test(`a large ${name} batch of Apache's producer is walked and read`, () => {
    const batch = only(fixture(`${name}-large.bin`))
    assert.equal(checksum.crc32c(batch.checkedBytes), batch.crc)
    assert.equal(batch.producerId, 4711)
    assert.equal(batch.lastSequence, 941)
    const bytes = recordBytesOf(batch)
    const walk = walkRecords(bytes, 0, bytes.length, batch.recordCount, batch.baseTimestamp)
    assert.deepEqual(walk, {
      error: undefined,
      minTimestamp: 1_700_000_000_000,
      maxTimestamp: 1_700_000_000_899,
      keylessCount: 0,
      hasSequentialOffsets: true,
    })
    const last = recordsOf(batch, bytes).at(-1)!
    assert.equal(new TextDecoder().decode(last.key!), 'key 899')
    assert.equal(new TextDecoder().decode(last.value!), 'value 899 '.repeat(20))
  })
}

test("an uncompressed batch is written byte for byte as Apache's builder writes it", () => {
  assert.deepEqual(writeBatch(smallRecords, {}, tools), fixture('none-small.bin'))
  const transactional = writeBatch(
    [{ timestamp: 1_700_000_000_000, key: utf8.encode('k'), value: utf8.encode('v') }],
    { producerId: 4711, producerEpoch: 3, baseSequence: 7, isTransactional: true },
    tools,
  )
  assert.deepEqual(transactional, fixture('transactional.bin'))
})

test("a transaction marker is written byte for byte as Apache's builder writes it", () => {
  const key = controlRecordKey(ControlRecordType.ABORT)
  const record = only(fixture('abort-marker.bin'))
  const [marker] = recordsOf(record)
  assert.equal(controlRecordType(marker!.key), ControlRecordType.ABORT)
  assert.equal(coordinatorEpochOf(marker!.value), 17)
  const written = writeBatch(
    [{ timestamp: marker!.timestamp, key, value: endTransactionMarkerValue(17) }],
    {
      baseOffset: 5,
      partitionLeaderEpoch: 2,
      producerId: 4711,
      producerEpoch: 3,
      isTransactional: true,
      isControl: true,
    },
    tools,
  )
  assert.deepEqual(written, fixture('abort-marker.bin'))
})

test("a producer snapshot of Apache's is read and written again byte for byte", () => {
  const bytes = fixture('producers.snapshot')
  const entries = decodeProducerSnapshot(bytes, checksum)
  assert.equal(entries?.length, 2)
  assert.equal(entries[0]!.lastSequence, 941)
  assert.equal(entries[1]!.currentTransactionStartOffset, 12)
  assert.deepEqual(new Uint8Array(encodeProducerSnapshot(entries, checksum)), bytes)
  bytes[20]! ^= 1
  assert.equal(decodeProducerSnapshot(bytes, checksum), undefined)
})
