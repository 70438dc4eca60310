import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LogConfig } from '../../src/log/log-config.ts'
import type { AppendOutcome, AppendRejected, PartitionLog } from '../../src/log/partition-log.ts'
import { ErrorCode } from '../../src/protocol/errors.ts'
import { type BatchOptions, type RecordToWrite, writeBatch } from '../../src/protocol/records/batch-writer.ts'
import { CompressionType } from '../../src/protocol/records/compression-type.ts'
import { writeInt32 } from '../../src/protocol/records/int64.ts'
import { recordsOf } from '../../src/protocol/records/record.ts'
import { BatchField, batchesOf, type RecordBatch } from '../../src/protocol/records/record-batch.ts'
import { MemoryDisk } from '../support/memory-disk.ts'
import { accepted, batchOf, checksum, compression, openLog, tools } from './harness.ts'

const nowMs = 1_700_000_000_000
const utf8 = new TextEncoder()

function record(timestamp = nowMs, key: string | null = null): RecordToWrite {
  return { timestamp, key: key === null ? null : utf8.encode(key), value: utf8.encode('v') }
}

async function logOf(config: Partial<LogConfig> = {}): Promise<PartitionLog> {
  return (await openLog(new MemoryDisk(), config, { isTransactionVerificationEnabled: () => true })).log
}

async function attempt(log: PartitionLog, bytes: Uint8Array): Promise<AppendOutcome> {
  const outcome = await log.produce(bytes, { leaderEpoch: 5 })
  if ('written' in outcome) await outcome.written
  return outcome
}

async function refused(log: PartitionLog, bytes: Uint8Array): Promise<AppendRejected> {
  const end = log.nextOffset
  const outcome = await attempt(log, bytes)
  assert.ok('errorMessage' in outcome, 'it was accepted')
  assert.equal(log.nextOffset, end)
  return outcome
}

async function stored(log: PartitionLog): Promise<RecordBatch[]> {
  log.updateHighWatermark(log.logEndOffset)
  const read = await log.read(0, { maxBytes: 1 << 20, isolation: 'log-end', minOneBatch: true })
  assert.ok('chunks' in read)
  return read.chunks.flatMap(chunk => [...batchesOf(chunk)])
}

/** Changes header fields, and the CRC where asked. */
function altered(bytes: Uint8Array, change: (bytes: Uint8Array) => void, withCrc = true): Uint8Array {
  const copy = bytes.slice()
  change(copy)
  if (withCrc) writeInt32(copy, BatchField.CRC, checksum.crc32c(copy.subarray(BatchField.ATTRIBUTES)))
  return copy
}

const sound = writeBatch([record(), record()], {}, tools)
const join = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts))

const refusals: [string, Uint8Array, number, number][] = [
  ['no batch at all', new Uint8Array(0), ErrorCode.INVALID_RECORD, -1],
  ['a batch cut short', sound.subarray(0, sound.length - 1), ErrorCode.INVALID_RECORD, -1],
  ['two batches', join(sound, sound), ErrorCode.INVALID_RECORD, -1],
  ['a batch of magic 1', altered(sound, bytes => bytes.fill(1, 16, 17)), ErrorCode.INVALID_RECORD, -1],
  ['a batch of magic 3', altered(sound, bytes => bytes.fill(3, 16, 17)), ErrorCode.CORRUPT_MESSAGE, -1],
  ['a tiny length', altered(sound, bytes => writeInt32(bytes, 8, 13)), ErrorCode.CORRUPT_MESSAGE, -1],
  ['a base offset', altered(sound, bytes => bytes.fill(1, 7, 8)), ErrorCode.INVALID_RECORD, 0],
  ['a wrong CRC', altered(sound, bytes => bytes.fill(9, 17, 18), false), ErrorCode.CORRUPT_MESSAGE, -1],
  ['a flipped bit', altered(sound, bytes => bytes.fill(9, 70, 71), false), ErrorCode.CORRUPT_MESSAGE, -1],
  ['no records', altered(sound, bytes => writeInt32(bytes, 57, 0)), ErrorCode.INVALID_RECORD, 0],
  ['a count above the offsets', altered(sound, bytes => writeInt32(bytes, 57, 3)), ErrorCode.INVALID_RECORD, 0],
  ['a negative offset delta', altered(sound, bytes => writeInt32(bytes, 23, -1)), ErrorCode.INVALID_RECORD, 0],
  ['an unknown compression', altered(sound, bytes => bytes.fill(6, 22, 23)), ErrorCode.UNKNOWN_SERVER_ERROR, 0],
  ['garbage for gzip', altered(sound, bytes => bytes.fill(1, 22, 23)), ErrorCode.UNKNOWN_SERVER_ERROR, 0],
  ['a record longer than it is', altered(sound, bytes => bytes.fill(30, 61, 62)), ErrorCode.INVALID_RECORD, 0],
  ['a control batch', writeBatch([record()], { isControl: true }, tools), ErrorCode.INVALID_RECORD, 0],
  [
    'a producer without sequence',
    writeBatch([record()], { producerId: 1, producerEpoch: 0 }, tools),
    ErrorCode.INVALID_RECORD,
    0,
  ],
  [
    'a record an hour and more ahead',
    writeBatch([record(nowMs + 3_600_001)], {}, tools),
    ErrorCode.INVALID_TIMESTAMP,
    0,
  ],
  [
    'a transaction nobody vouches for',
    writeBatch([record()], { producerId: 1, producerEpoch: 0, baseSequence: 0, isTransactional: true }, tools),
    ErrorCode.INVALID_TXN_STATE,
    0,
  ],
]

for (const [name, bytes, errorCode, logStartOffset] of refusals) {
  test(`produce refuses ${name}`, async () => {
    const outcome = await refused(await logOf(), bytes)
    assert.equal(outcome.errorCode, errorCode, outcome.errorMessage)
    assert.equal(outcome.logStartOffset, logStartOffset)
  })
}

test('produce leaves out what follows a batch and is less than one', async () => {
  const log = await logOf()
  accepted(await attempt(log, join(sound, sound.subarray(0, 40))))
  assert.equal((await stored(log)).length, 1)
})

test('a batch above max.message.bytes is MESSAGE_TOO_LARGE, one above segment.bytes RECORD_LIST_TOO_LARGE', async () => {
  const bytes = batchOf(['x'.repeat(1000)])
  assert.equal(
    (await refused(await logOf({ maxMessageBytes: bytes.length - 1 }), bytes)).errorCode,
    ErrorCode.MESSAGE_TOO_LARGE,
  )
  accepted(await attempt(await logOf({ maxMessageBytes: bytes.length }), bytes.slice()))
  assert.equal(
    (await refused(await logOf({ segmentBytes: bytes.length - 1 }), bytes)).errorCode,
    ErrorCode.RECORD_LIST_TOO_LARGE,
  )
})

test('keyless records in a compacted topic are named one by one', async () => {
  const log = await logOf({ isCompacted: true })
  const outcome = await refused(log, writeBatch([record(), record(nowMs, 'k'), record()], {}, tools))
  assert.equal(outcome.errorCode, ErrorCode.INVALID_RECORD)
  const message = 'Compacted topic cannot accept message without key in topic partition t-0'
  assert.deepEqual(outcome.recordErrors, [
    { batchIndex: 0, message },
    { batchIndex: 2, message },
  ])
  assert.equal(outcome.isReported, true)
  assert.match(outcome.errorMessage, /2 record errors in total, .* RecordError\(batchIndex=2, message='Compacted/)
})

test('timestamps out of range are named one by one, -1 is in any', async () => {
  const log = await logOf({ messageTimestampBeforeMaxMs: 1000, messageTimestampAfterMaxMs: 500 })
  accepted(await attempt(log, writeBatch([record(nowMs - 1000), record(nowMs + 500), record(-1)], {}, tools)))
  const outcome = await refused(log, writeBatch([record(), record(nowMs + 501), record(nowMs - 1001)], {}, tools))
  assert.equal(outcome.errorCode, ErrorCode.INVALID_TIMESTAMP)
  assert.deepEqual(
    outcome.recordErrors.map(({ batchIndex }) => batchIndex),
    [1, 2],
  )
  assert.match(outcome.recordErrors[0]!.message, /within \[1699999999000, 1700000000500\]$/)
})

test('LogAppendTime is stamped into the batch and answered', async () => {
  const log = await logOf({ messageTimestampType: 'LogAppendTime' })
  const outcome = accepted(await attempt(log, writeBatch([record(5)], {}, tools)))
  assert.equal(outcome.logAppendTimeMs, nowMs)
  const [batch] = await stored(log)
  assert.equal(batch!.isLogAppendTime, true)
  assert.equal(recordsOf(batch!)[0]!.timestamp, nowMs)
  assert.equal(checksum.crc32c(batch!.checkedBytes), batch!.crc)
  const claimed = await refused(log, writeBatch([record()], { logAppendTimeMs: nowMs }, tools))
  assert.equal(claimed.errorCode, ErrorCode.INVALID_TIMESTAMP)
  const described = 'DefaultRecord(offset=0, timestamp=1700000000000, key=0 bytes, value=1 bytes)'
  assert.equal(
    claimed.recordErrors[0]?.message,
    `Invalid timestamp type in message ${described}. Producer should not set timestamp type to LogAppendTime.`,
  )
})

test('a batch that lies about its largest timestamp is put right', async () => {
  const log = await logOf()
  accepted(
    await attempt(
      log,
      altered(sound, bytes => bytes.fill(0, 35, 43)),
    ),
  )
  const [batch] = await stored(log)
  assert.equal(batch!.maxTimestamp, nowMs)
  assert.equal(checksum.crc32c(batch!.checkedBytes), batch!.crc)
})

for (const compressionType of ['gzip', 'snappy', 'lz4', 'zstd', 'uncompressed'] as const) {
  test(`compression.type=${compressionType} stores every batch so`, async () => {
    const log = await logOf({ compressionType })
    const id = compressionType === 'uncompressed' ? 0 : CompressionType[compressionType.toUpperCase() as 'GZIP']
    const producer: BatchOptions = { producerId: 9, producerEpoch: 1 }
    let baseSequence = 0
    for (const sent of [0, 1, 2, 3, 4] as CompressionType[]) {
      const bytes = writeBatch(
        [record(nowMs, 'a'), record(nowMs + 1, 'b')],
        { ...producer, baseSequence, compressionType: sent },
        tools,
      )
      accepted(await attempt(log, bytes))
      baseSequence += 2
    }
    const batches = await stored(log)
    assert.equal(batches.length, 5)
    for (const [index, batch] of batches.entries()) {
      assert.equal(batch.compressionId, id)
      assert.equal(checksum.crc32c(batch.checkedBytes), batch.crc)
      assert.deepEqual(
        [batch.baseOffset, batch.partitionLeaderEpoch, batch.producerId, batch.baseSequence],
        [2 * index, 5, 9, 2 * index],
      )
      const bytes = compression.decompress(id, batch.recordBytes, 1 << 20)
      assert.deepEqual(
        recordsOf(batch, bytes).map(({ key, timestamp }) => [new TextDecoder().decode(key!), timestamp]),
        [
          ['a', nowMs],
          ['b', nowMs + 1],
        ],
      )
    }
  })
}

test('offsets with gaps: left alone uncompressed, refused compressed, closed where the topic recompresses', async () => {
  const gaps = [record(nowMs, 'a'), { ...record(nowMs, 'b'), offsetDelta: 5 }]
  const batch = (compressionType: CompressionType) => writeBatch(gaps, { compressionType, lastOffsetDelta: 1 }, tools)
  const log = await logOf()
  accepted(await attempt(log, batch(CompressionType.NONE)))
  assert.equal((await refused(log, batch(CompressionType.GZIP))).errorCode, ErrorCode.UNKNOWN_SERVER_ERROR)
  const recompressed = await logOf({ compressionType: 'gzip' })
  accepted(await attempt(recompressed, batch(CompressionType.NONE)))
  const [stored1] = await stored(recompressed)
  const records = recordsOf(stored1!, compression.decompress(CompressionType.GZIP, stored1!.recordBytes, 1 << 20))
  assert.deepEqual(
    records.map(({ offset }) => offset),
    [0, 1],
  )
})

test('what a builder of Kafka refuses cannot be recompressed, and is stored where it need not be', async () => {
  const log = await logOf()
  const recompressed = await logOf({ compressionType: 'gzip' })
  const early = writeBatch([record(-2)], {}, tools)
  const nobodys = writeBatch([record()], { isTransactional: true }, tools)
  for (const bytes of [early, nobodys]) {
    const outcome = await refused(recompressed, bytes.slice())
    assert.equal(outcome.errorCode, ErrorCode.UNKNOWN_SERVER_ERROR)
  }
  accepted(await attempt(log, early))
  accepted(await attempt(log, nobodys))
})

test('a decompression bomb is MESSAGE_TOO_LARGE', async () => {
  const { log } = await openLog(new MemoryDisk(), {}, { decompressedBatchBytesMax: 100_000 })
  const value = new Uint8Array(200_000)
  const bytes = writeBatch([{ timestamp: nowMs, key: null, value }], { compressionType: CompressionType.ZSTD }, tools)
  assert.equal((await refused(log, bytes)).errorCode, ErrorCode.MESSAGE_TOO_LARGE)
})

test('a large compressed batch is checked on another thread, and what follows keeps its place', async () => {
  const log = await logOf({ maxMessageBytes: 4 * 1024 * 1024 })
  // Hardly compressible, so that it stays large.
  let seed = 1
  const value = Uint8Array.from({ length: 300_000 }, () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
    return seed >>> 24
  })
  const large = (baseSequence: number) =>
    writeBatch(
      [{ timestamp: nowMs, key: null, value }],
      { compressionType: CompressionType.LZ4, producerId: 3, producerEpoch: 0, baseSequence },
      tools,
    )
  const small = writeBatch([record()], { producerId: 3, producerEpoch: 0, baseSequence: 1 }, tools)
  const broken = large(2)
  broken.fill(0xff, 61, 65)
  writeInt32(broken, BatchField.CRC, checksum.crc32c(broken.subarray(BatchField.ATTRIBUTES)))
  const answers = [large(0), small, broken, large(2)].map(bytes => log.produce(bytes, { leaderEpoch: 5 }))
  assert.ok(answers.every(answer => answer instanceof Promise))
  const outcomes = await Promise.all(answers)
  assert.deepEqual(
    outcomes.map(outcome => ('baseOffset' in outcome ? outcome.baseOffset : -outcome.errorCode - 1000)),
    [0, 1, -999, 2],
  )
  assert.ok(!(log.produce(writeBatch([record()], {}, tools), { leaderEpoch: 5 }) instanceof Promise))
})
