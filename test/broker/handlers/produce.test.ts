import assert from 'node:assert/strict'
import { createCipheriv, createHash } from 'node:crypto'
import { test } from 'node:test'
import { createChecksum } from '../../../src/platform/checksum.ts'
import { createCompression } from '../../../src/platform/compression.ts'
import { Fetch } from '../../../src/protocol/apis/fetch.ts'
import { Produce } from '../../../src/protocol/apis/produce.ts'
import { ErrorCode } from '../../../src/protocol/errors.ts'
import { writeBatch } from '../../../src/protocol/records/batch-writer.ts'
import { CompressionType } from '../../../src/protocol/records/compression-type.ts'
import { batchesOf, RecordBatch } from '../../../src/protocol/records/record-batch.ts'
import { toUuid, type Uuid } from '../../../src/protocol/uuid.ts'
import type { RawClient } from '../../support/raw-client.ts'
import { batchOf } from '../../support/records.ts'
import { startTestBroker, type TestBroker } from '../../support/test-broker.ts'

const byName = 9

interface ProduceOptions {
  readonly version?: number
  readonly acks?: number
  readonly partition?: number
  readonly transactionalId?: string
}

async function produce(client: RawClient, topic: string, records: Uint8Array | null, options: ProduceOptions = {}) {
  const response = await client.send(Produce, options.version ?? byName, {
    transactionalId: options.transactionalId ?? null,
    acks: options.acks ?? -1,
    timeoutMs: 1000,
    topicData: [{ name: topic, partitionData: [{ index: options.partition ?? 0, records }] }],
  })
  const [result] = response.responses[0]?.partitionResponses ?? []
  assert.ok(result)
  return result
}

async function setUp(broker: TestBroker, ...configs: Parameters<TestBroker['createTopic']>[1][]) {
  const { name, id } = await broker.createTopic('t', ...configs)
  return { client: await broker.connect(), name, id }
}

test('batches get the offsets that follow', async t => {
  const broker = await startTestBroker(t)
  const { client } = await setUp(broker)
  const first = await produce(client, 't', batchOf(['a', 'b']))
  assert.deepEqual([first.errorCode, first.baseOffset, first.logStartOffset, first.logAppendTimeMs], [0, 0, 0, -1])
  for (const acks of [0, 1, -1]) {
    if (acks === 0) {
      client.sendOnly(Produce, byName, {
        acks,
        timeoutMs: 1000,
        topicData: [{ name: 't', partitionData: [{ index: 0, records: batchOf(['c']) }] }],
      })
    } else await produce(client, 't', batchOf(['c']), { acks })
  }
  assert.equal((await produce(client, 't', batchOf(['d']))).baseOffset, 5)
})

for (let version = 3; version <= 12; version++) {
  test(`Produce v${version} appends and answers`, async t => {
    const broker = await startTestBroker(t)
    const { client } = await setUp(broker)
    assert.equal((await produce(client, 't', batchOf(['a']), { version })).errorCode, 0)
    assert.equal((await produce(client, 't', batchOf(['a']), { version })).baseOffset, 1)
  })
}

test('from version 13 on topics go by id, and an id that is not known is UNKNOWN_TOPIC_ID', async t => {
  const broker = await startTestBroker(t)
  const { client, id } = await setUp(broker)
  const send = (topicId: typeof id) =>
    client.send(Produce, 13, {
      acks: 1,
      timeoutMs: 1000,
      topicData: [{ topicId, partitionData: [{ index: 0, records: batchOf(['a']) }] }],
    })
  const known = await send(id)
  assert.equal(known.responses[0]?.topicId, id)
  assert.equal(known.responses[0]?.partitionResponses[0]?.errorCode, 0)
  const unknown = await send(toUuid('AAAAAAAAAAAAAAAAAAAABQ'))
  assert.equal(unknown.responses[0]?.partitionResponses[0]?.errorCode, ErrorCode.UNKNOWN_TOPIC_ID)
})

test('each refusal has the error code of Kafka', async t => {
  const broker = await startTestBroker(t)
  const { client } = await setUp(broker)
  const good = batchOf(['a'])
  const badMagic = Buffer.from(good)
  badMagic[16] = 1
  const badCrc = Buffer.from(good)
  badCrc[good.length - 1] = good[good.length - 1]! ^ 1
  const rows: readonly (readonly [string, string, Uint8Array | null, ProduceOptions, number])[] = [
    ['unknown topic', 'none', good, {}, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION],
    ['unknown partition', 't', good, { partition: 9 }, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION],
    ['acks 2', 't', good, { acks: 2 }, ErrorCode.INVALID_REQUIRED_ACKS],
    ['no batch', 't', new Uint8Array(), {}, ErrorCode.INVALID_RECORD],
    ['two batches', 't', Buffer.concat([good, good]), {}, ErrorCode.INVALID_RECORD],
    ['magic 1', 't', badMagic, {}, ErrorCode.INVALID_RECORD],
    ['a wrong checksum', 't', badCrc, {}, ErrorCode.CORRUPT_MESSAGE],
    ['no records at all', 't', null, {}, ErrorCode.UNKNOWN_SERVER_ERROR],
    [
      'transactional records without a transactional id',
      't',
      batchOf(['a'], { isTransactional: true, producerId: 1, producerEpoch: 0, baseSequence: 0 }),
      {},
      ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
    ],
    [
      'transactional records where nobody coordinates transactions',
      't',
      batchOf(['a'], { isTransactional: true, producerId: 1, producerEpoch: 0, baseSequence: 0 }),
      { transactionalId: 'tx' },
      ErrorCode.NOT_ENOUGH_REPLICAS,
    ],
  ]
  for (const [name, topic, records, options, errorCode] of rows) {
    const result = await produce(client, topic, records, options)
    assert.equal(result.errorCode, errorCode, name)
    assert.equal(result.baseOffset, -1, name)
  }
  assert.equal((await produce(client, 't', good)).baseOffset, 0)
})

test('an error with acks=0 closes the connection', async t => {
  const broker = await startTestBroker(t)
  const { client } = await setUp(broker)
  client.sendOnly(Produce, byName, {
    acks: 0,
    timeoutMs: 1000,
    topicData: [{ name: 'none', partitionData: [{ index: 0, records: batchOf(['a']) }] }],
  })
  await client.closed
})

test('a duplicate of an idempotent batch answers the offset of the first', async t => {
  const broker = await startTestBroker(t)
  const { client } = await setUp(broker)
  const batch = (baseSequence: number) => batchOf(['a', 'b'], { producerId: 7, producerEpoch: 0, baseSequence })
  assert.equal((await produce(client, 't', batch(0))).baseOffset, 0)
  assert.equal((await produce(client, 't', batch(2))).baseOffset, 2)
  assert.deepEqual(
    [(await produce(client, 't', batch(0))).errorCode, (await produce(client, 't', batch(2))).baseOffset],
    [0, 2],
  )
  const gap = await produce(client, 't', batch(9))
  assert.equal(gap.errorCode, ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER)
  assert.equal(gap.logStartOffset, 0)
})

test('internal topics take records from the admin client alone', async t => {
  const broker = await startTestBroker(t)
  await broker.createTopic('__transaction_state', { clientId: '__admin_client' })
  const client = await broker.connect()
  const refused = await produce(client, '__transaction_state', batchOf([{ key: Buffer.from('k') }]))
  assert.equal(refused.errorCode, ErrorCode.INVALID_TOPIC_EXCEPTION)
  const admin = await broker.connect({ clientId: '__admin_client' })
  assert.equal((await produce(admin, '__transaction_state', batchOf([{ key: Buffer.from('k') }]))).errorCode, 0)
})

test('many requests under way keep the order of their partition', async t => {
  const broker = await startTestBroker(t)
  const { client } = await setUp(broker)
  const results = await Promise.all(Array.from({ length: 200 }, (_, n) => produce(client, 't', batchOf([`${n}`]))))
  assert.deepEqual(
    results.map(({ baseOffset }) => baseOffset),
    results.map((_, n) => n),
  )
})

for (const compression of ['GZIP', 'SNAPPY', 'LZ4', 'ZSTD'] as const) {
  test(`large batches compressed with ${compression}, which another thread looks into, are read as they were sent`, async t => {
    const broker = await startTestBroker(t)
    const { client, id } = await setUp(broker)
    // Noise, so that they are large as compressed ones too; one behind the other, so that each frame's memory is used again.
    const batches = [1, 2, 3, 4].map(n => largeBatch(n, CompressionType[compression]))
    const results = await Promise.all(batches.map(batch => produce(client, 't', batch.slice())))
    assert.deepEqual(
      results.map(({ errorCode, baseOffset }) => [errorCode, baseOffset]),
      batches.map((_, n) => [0, 2 * n]),
    )
    const read = await fetchAll(client, id)
    assert.equal(
      read.length,
      batches.reduce((sum, { length }) => sum + length, 0),
    )
    const stored = [...batchesOf(read)]
    // What follows the leader's offset and epoch is the sender's, CRC and all.
    assert.deepEqual(
      stored.map(({ checkedBytes }) => checkedBytes),
      batches.map(sent => new RecordBatch(sent, 0, sent.length).checkedBytes),
    )
  })
}

test('a topic with LogAppendTime answers the time it stamped', async t => {
  const broker = await startTestBroker(t)
  const { client } = await setUp(broker, { configs: { 'message.timestamp.type': 'LogAppendTime' } })
  const result = await produce(client, 't', batchOf(['a']))
  assert.ok(Math.abs(result.logAppendTimeMs - Date.now()) < 60_000)
})

test('a batch above max.message.bytes is MESSAGE_TOO_LARGE', async t => {
  const broker = await startTestBroker(t)
  const { client } = await setUp(broker, { configs: { 'max.message.bytes': '100' } })
  assert.equal((await produce(client, 't', batchOf(['x'.repeat(200)]))).errorCode, ErrorCode.MESSAGE_TOO_LARGE)
})

test('what is acknowledged is there after a restart', async t => {
  const broker = await startTestBroker(t)
  const { client } = await setUp(broker)
  await produce(client, 't', batchOf(['a', 'b', 'c']))
  await broker.restart()
  assert.equal((await produce(await broker.connect(), 't', batchOf(['d']))).baseOffset, 3)
})

function largeBatch(seed: number, compressionType: CompressionType): Uint8Array {
  const values = [0, 1].map(part => noise(`${seed}.${part}`, 150_000))
  const records = values.map(value => ({ timestamp: 1_700_000_000_000, key: null, value }))
  return writeBatch(records, { compressionType }, { ...createChecksum(), compress: createCompression().compress })
}

function noise(seed: string, length: number): Uint8Array {
  return createCipheriv('aes-128-ctr', createHash('md5').update(seed).digest(), Buffer.alloc(16)).update(
    Buffer.alloc(length),
  )
}

async function fetchAll(client: RawClient, topicId: Uuid): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  for (let offset = 0; ; ) {
    const response = await client.send(Fetch, 13, {
      maxWaitMs: 0,
      minBytes: 1,
      maxBytes: 50_000_000,
      topics: [{ topicId, partitions: [{ partition: 0, fetchOffset: offset, partitionMaxBytes: 50_000_000 }] }],
    })
    const bytes = response.responses[0]?.partitions[0]?.records
    assert.ok(bytes instanceof Uint8Array)
    if (bytes.length === 0) return new Uint8Array(Buffer.concat(pieces))
    pieces.push(bytes)
    offset = [...batchesOf(bytes)].at(-1)!.nextOffset
  }
}
