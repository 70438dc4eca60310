import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DeleteRecords } from '../../../src/protocol/apis/delete-records.ts'
import { Fetch } from '../../../src/protocol/apis/fetch.ts'
import { InitProducerId } from '../../../src/protocol/apis/init-producer-id.ts'
import { ListOffsets } from '../../../src/protocol/apis/list-offsets.ts'
import { OffsetForLeaderEpoch } from '../../../src/protocol/apis/offset-for-leader-epoch.ts'
import { Produce } from '../../../src/protocol/apis/produce.ts'
import { ErrorCode } from '../../../src/protocol/errors.ts'
import type { RawClient } from '../../support/raw-client.ts'
import { batchOf } from '../../support/records.ts'
import { startTestBroker } from '../../support/test-broker.ts'

const times = [1000, 3000, 2000]

async function setUp(t: Parameters<typeof startTestBroker>[0]) {
  const broker = await startTestBroker(t)
  await broker.createTopic('t')
  const client = await broker.connect()
  for (const timestamp of times) {
    await client.send(Produce, 9, {
      acks: -1,
      timeoutMs: 1000,
      topicData: [{ name: 't', partitionData: [{ index: 0, records: batchOf([{ timestamp }]) }] }],
    })
  }
  return { broker, client }
}

async function offsetAt(client: RawClient, timestamp: number, version = 11, partitionIndex = 0, replicaId = -1) {
  const response = await client.send(ListOffsets, version, {
    replicaId,
    topics: [{ name: 't', partitions: [{ partitionIndex, timestamp }] }],
  })
  const [result] = response.topics[0]?.partitions ?? []
  assert.ok(result)
  return [result.errorCode, result.offset, result.timestamp]
}

test('ListOffsets finds the ends, the greatest timestamp and the first record not older than a time', async t => {
  const { client } = await setUp(t)
  assert.deepEqual(await offsetAt(client, -1), [0, 3, -1])
  assert.deepEqual(await offsetAt(client, -2), [0, 0, -1])
  assert.deepEqual(await offsetAt(client, -3), [0, 1, 3000])
  assert.deepEqual(await offsetAt(client, -4), [0, 0, -1])
  assert.deepEqual(await offsetAt(client, -5), [0, -1, -1])
  assert.deepEqual(await offsetAt(client, -6), [0, -1, -1])
  assert.deepEqual(await offsetAt(client, 0), [0, 0, 1000])
  assert.deepEqual(await offsetAt(client, 1001), [0, 1, 3000])
  assert.deepEqual(await offsetAt(client, 3001), [0, -1, -1])
})

test('a stand-in that the version does not know is UNSUPPORTED_VERSION, for that partition alone', async t => {
  const { client } = await setUp(t)
  const rows = [
    [-3, 6],
    [-4, 7],
    [-5, 8],
    [-6, 10],
    [-7, 11],
  ] as const
  for (const [timestamp, version] of rows) {
    assert.deepEqual(await offsetAt(client, timestamp, version), [ErrorCode.UNSUPPORTED_VERSION, -1, -1])
  }
})

for (let version = 1; version <= 11; version++) {
  test(`ListOffsets v${version} answers both ends`, async t => {
    const { client } = await setUp(t)
    assert.deepEqual(await offsetAt(client, -1, version), [0, 3, -1])
    assert.deepEqual(await offsetAt(client, -2, version), [0, 0, -1])
  })
}

test('ListOffsets names what is unknown or asked for twice', async t => {
  const { client } = await setUp(t)
  assert.equal((await offsetAt(client, -1, 11, 5))[0], ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
  const twice = await client.send(ListOffsets, 5, {
    replicaId: -1,
    topics: [
      {
        name: 't',
        partitions: [
          { partitionIndex: 0, timestamp: -1 },
          { partitionIndex: 0, timestamp: -2 },
        ],
      },
    ],
  })
  assert.deepEqual(
    twice.topics[0]?.partitions.map(({ errorCode }) => errorCode),
    [ErrorCode.INVALID_REQUEST],
  )
})

test('DeleteRecords moves the log start, and refuses what is beyond the high watermark', async t => {
  const { client } = await setUp(t)
  const deleteBefore = async (offset: number, name = 't') => {
    const response = await client.send(DeleteRecords, 2, {
      topics: [{ name, partitions: [{ partitionIndex: 0, offset }] }],
      timeoutMs: 1000,
    })
    const [result] = response.topics[0]?.partitions ?? []
    return [result?.errorCode, result?.lowWatermark]
  }
  assert.deepEqual(await deleteBefore(2), [0, 2])
  assert.deepEqual(await offsetAt(client, -2), [0, 2, -1])
  assert.deepEqual(await deleteBefore(1), [0, 2])
  assert.deepEqual(await deleteBefore(4), [ErrorCode.OFFSET_OUT_OF_RANGE, -1])
  assert.deepEqual(await deleteBefore(-2), [ErrorCode.OFFSET_OUT_OF_RANGE, -1])
  assert.deepEqual(await deleteBefore(-1), [0, 3])
  assert.deepEqual(await deleteBefore(0, 'none'), [ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, -1])
  const fetched = await client.send(Fetch, 4, {
    maxWaitMs: 0,
    minBytes: 0,
    topics: [{ topic: 't', partitions: [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 100 }] }],
  })
  assert.equal(fetched.responses[0]?.partitions[0]?.errorCode, ErrorCode.OFFSET_OUT_OF_RANGE)
})

test('OffsetForLeaderEpoch tells where an epoch ends', async t => {
  const { broker, client } = await setUp(t)
  const ask = async (from: RawClient, leaderEpoch: number, currentLeaderEpoch = -1, partition = 0) => {
    const response = await from.send(OffsetForLeaderEpoch, 4, {
      replicaId: -1,
      topics: [{ topic: 't', partitions: [{ partition, currentLeaderEpoch, leaderEpoch }] }],
    })
    const [result] = response.topics[0]?.partitions ?? []
    return [result?.errorCode, result?.leaderEpoch, result?.endOffset]
  }
  assert.deepEqual(await ask(client, 0, 0), [0, 0, 3])
  assert.deepEqual(await ask(client, 1000), [0, -1, -1])
  assert.equal((await ask(client, 0, 1000))[0], ErrorCode.UNKNOWN_LEADER_EPOCH)
  assert.equal((await ask(client, 0, -1, 9))[0], ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
  await broker.restart()
  const later = await broker.connect()
  assert.deepEqual(await ask(later, 0), [0, 0, 3])
  assert.equal((await ask(later, 0, 0))[0], ErrorCode.FENCED_LEADER_EPOCH)
})

test('producer ids are never given twice, not even over a restart', async t => {
  const { broker, client } = await setUp(t)
  const ask = async (from: RawClient) => {
    const response = await from.send(InitProducerId, 4, { transactionalId: null, transactionTimeoutMs: 1000 })
    assert.deepEqual([response.errorCode, response.producerEpoch], [0, 0])
    return response.producerId
  }
  const ids = [await ask(client), await ask(client)]
  await broker.restart()
  ids.push(await ask(await broker.connect()))
  assert.equal(new Set(ids).size, 3)
})

test('an id without its epoch is INVALID_REQUEST, and a transactional id has its coordinator', async t => {
  const { client } = await setUp(t)
  const ask = (transactionalId: string | null, producerId = -1) =>
    client.send(InitProducerId, 4, { transactionalId, transactionTimeoutMs: 1000, producerId })
  assert.equal((await ask(null, 5)).errorCode, ErrorCode.INVALID_REQUEST)
  assert.equal((await ask('')).errorCode, ErrorCode.INVALID_REQUEST)
  assert.equal((await ask('tx')).errorCode, ErrorCode.NOT_COORDINATOR)
})
