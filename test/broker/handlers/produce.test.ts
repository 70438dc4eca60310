import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Produce } from '../../../src/protocol/apis/produce.ts'
import { ErrorCode } from '../../../src/protocol/errors.ts'
import { toUuid } from '../../../src/protocol/uuid.ts'
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
