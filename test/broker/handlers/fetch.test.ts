import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { ApiVersions } from '../../../src/protocol/apis/api-versions.ts'
import { Fetch } from '../../../src/protocol/apis/fetch.ts'
import { Produce } from '../../../src/protocol/apis/produce.ts'
import { ErrorCode } from '../../../src/protocol/errors.ts'
import { batchesOf } from '../../../src/protocol/records/record-batch.ts'
import { toUuid, type Uuid } from '../../../src/protocol/uuid.ts'
import type { RawClient } from '../../support/raw-client.ts'
import { batchOf, valuesIn } from '../../support/records.ts'
import { SteeredClock } from '../../support/steered-clock.ts'
import { startTestBroker, type TestTopic } from '../../support/test-broker.ts'

interface FetchOptions {
  readonly version?: number
  readonly maxWaitMs?: number
  readonly minBytes?: number
  readonly maxBytes?: number
  readonly partitionMaxBytes?: number
  readonly isolationLevel?: number
  readonly currentLeaderEpoch?: number
  readonly lastFetchedEpoch?: number
  readonly replicaId?: number
  readonly topicId?: Uuid
  readonly sessionId?: number
  readonly sessionEpoch?: number
}

function fetchAt(client: RawClient, places: readonly (readonly [number, number])[], options: FetchOptions = {}) {
  const { topicId, replicaId = -1, partitionMaxBytes = 1_000_000, currentLeaderEpoch, lastFetchedEpoch } = options
  const version = options.version ?? 12
  return client.send(Fetch, version, {
    ...(version >= 15 ? { replicaState: { replicaId, replicaEpoch: -1 } } : { replicaId }),
    maxWaitMs: options.maxWaitMs ?? 0,
    minBytes: options.minBytes ?? 1,
    maxBytes: options.maxBytes ?? 10_000_000,
    isolationLevel: options.isolationLevel ?? 0,
    sessionId: options.sessionId ?? 0,
    sessionEpoch: options.sessionEpoch ?? -1,
    topics: [
      {
        ...(topicId === undefined ? { topic: 't' } : { topicId }),
        partitions: places.map(([partition, fetchOffset]) => ({
          partition,
          fetchOffset,
          partitionMaxBytes,
          ...(currentLeaderEpoch === undefined ? undefined : { currentLeaderEpoch }),
          ...(lastFetchedEpoch === undefined ? undefined : { lastFetchedEpoch }),
        })),
      },
    ],
    forgottenTopicsData: [],
  })
}

async function fetchOne(client: RawClient, offset: number, options: FetchOptions = {}) {
  const response = await fetchAt(client, [[0, offset]], options)
  const [result] = response.responses[0]?.partitions ?? []
  assert.ok(result)
  return result
}

async function produce(client: RawClient, values: string[], partition = 0) {
  const response = await client.send(Produce, 9, {
    acks: -1,
    timeoutMs: 1000,
    topicData: [{ name: 't', partitionData: [{ index: partition, records: batchOf(values) }] }],
  })
  assert.equal(response.responses[0]?.partitionResponses[0]?.errorCode, 0)
}

async function setUp(t: TestContext, topic?: TestTopic, ports?: Parameters<typeof startTestBroker>[2]) {
  const broker = await startTestBroker(t, {}, ports)
  const { id } = await broker.createTopic('t', topic)
  return { broker, client: await broker.connect(), id }
}

for (let version = 4; version <= 18; version++) {
  test(`Fetch v${version} returns what was produced`, async t => {
    const { client, id } = await setUp(t)
    await produce(client, ['a', 'b'])
    await produce(client, ['c'])
    const result = await fetchOne(client, 0, { version, ...(version >= 13 ? { topicId: id } : undefined) })
    assert.deepEqual(valuesIn(result.records), ['a', 'b', 'c'])
    assert.deepEqual([result.errorCode, result.highWatermark, result.lastStableOffset], [0, 3, 3])
    assert.equal(result.logStartOffset, version >= 5 ? 0 : -1)
  })
}

test('a fetch from within a batch gets the whole batch', async t => {
  const { client } = await setUp(t)
  await produce(client, ['a', 'b', 'c'])
  assert.deepEqual(valuesIn((await fetchOne(client, 2)).records), ['a', 'b', 'c'])
})

test('errors carry empty records, not null, and no high watermark', async t => {
  const { client, id } = await setUp(t)
  await produce(client, ['a'])
  const rows: readonly (readonly [string, number, FetchOptions, number])[] = [
    ['beyond the end', 2, {}, ErrorCode.OFFSET_OUT_OF_RANGE],
    ['a newer leader epoch', 0, { currentLeaderEpoch: 1000 }, ErrorCode.UNKNOWN_LEADER_EPOCH],
    ['an unknown id', 0, { version: 13, topicId: toUuid('AAAAAAAAAAAAAAAAAAAABQ') }, ErrorCode.UNKNOWN_TOPIC_ID],
    ['a replica that is none', 0, { replicaId: 5 }, ErrorCode.NOT_LEADER_OR_FOLLOWER],
  ]
  for (const [name, offset, options, errorCode] of rows) {
    const result = await fetchOne(client, offset, options)
    assert.deepEqual([result.errorCode, result.highWatermark], [errorCode, -1], name)
    assert.equal(result.records?.length, 0, name)
  }
  const unknown = await fetchAt(client, [[7, 0]], { version: 13, topicId: id })
  assert.equal(unknown.responses[0]?.partitions[0]?.errorCode, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
})

test('a fetch that is ahead of where its last epoch ended is told where the logs part', async t => {
  const { broker, client } = await setUp(t)
  await produce(client, ['a'])
  const epochAt = async (from: RawClient, offset: number) => {
    const { records } = await fetchOne(from, offset)
    return [...batchesOf(records ?? new Uint8Array())].at(-1)?.partitionLeaderEpoch ?? -1
  }
  const firstEpoch = await epochAt(client, 0)
  await broker.restart()
  const later = await broker.connect()
  await produce(later, ['b'])
  const secondEpoch = await epochAt(later, 1)
  assert.ok(secondEpoch > firstEpoch)
  const parted = await fetchOne(later, 2, { lastFetchedEpoch: firstEpoch })
  assert.deepEqual(
    [parted.errorCode, parted.divergingEpoch.epoch, parted.divergingEpoch.endOffset, parted.records?.length],
    [0, firstEpoch, 1, 0],
  )
  const agreeing = await fetchOne(later, 2, { lastFetchedEpoch: secondEpoch })
  assert.deepEqual([agreeing.errorCode, agreeing.divergingEpoch.epoch], [0, -1])
  const unheardOf = await fetchOne(later, 1, { lastFetchedEpoch: secondEpoch + 5 })
  assert.equal(unheardOf.errorCode, ErrorCode.OFFSET_OUT_OF_RANGE)
})

test('the first batch is returned whole whatever the limits, and no second one then', async t => {
  const { client } = await setUp(t, { partitions: 2 })
  const large = 'x'.repeat(5000)
  await produce(client, [large], 0)
  await produce(client, [large], 0)
  await produce(client, [large], 1)
  for (const limits of [{ maxBytes: 100 }, { partitionMaxBytes: 100 }, { maxBytes: 0 }, { partitionMaxBytes: 0 }]) {
    const response = await fetchAt(
      client,
      [
        [0, 0],
        [1, 0],
      ],
      limits,
    )
    const sizes = response.responses[0]?.partitions.map(({ records }) => valuesIn(records).length)
    assert.deepEqual(sizes, [1, 0])
  }
})

test('a fetch waits for enough bytes and is answered by the append that brings them', async t => {
  const { broker, client } = await setUp(t)
  const consumer = await broker.connect()
  let isAnswered = false
  const waiting = fetchOne(consumer, 0, { maxWaitMs: 30_000, minBytes: 150 }).then(result => {
    isAnswered = true
    return result
  })
  await produce(client, ['a'])
  assert.equal(isAnswered, false)
  await produce(client, ['b'])
  await produce(client, ['c'])
  assert.ok(valuesIn((await waiting).records).length >= 2)
})

test('a fetch that waits in vain is answered empty when its time is up', async t => {
  const clock = new SteeredClock()
  const { broker, client } = await setUp(t, {}, { clock })
  const other = await broker.connect()
  let isAnswered = false
  const waiting = fetchOne(client, 0, { maxWaitMs: 60_000, minBytes: 1 }).finally(() => {
    isAnswered = true
  })
  let waitedMs = 0
  while (!isAnswered) {
    clock.advance(15_000)
    waitedMs += 15_000
    // Gives the broker time to read and to answer.
    await other.send(ApiVersions, 0, {})
  }
  assert.ok(waitedMs >= 60_000, `after ${waitedMs} ms`)
  const result = await waiting
  assert.deepEqual([result.errorCode, result.highWatermark, result.records?.length], [0, 0, 0])
})

test('a session tells only what has changed', async t => {
  const { client, id } = await setUp(t, { partitions: 3 })
  const options = { version: 18, topicId: id }
  const full = await fetchAt(
    client,
    [
      [0, 0],
      [1, 0],
      [2, 0],
    ],
    { ...options, sessionEpoch: 0 },
  )
  assert.equal(full.responses[0]?.partitions.length, 3)
  const { sessionId } = full
  assert.notEqual(sessionId, 0)
  await produce(client, ['a'], 1)
  const second = await fetchAt(client, [], { ...options, sessionId, sessionEpoch: 1 })
  assert.deepEqual(
    second.responses.flatMap(({ partitions }) => partitions.map(({ partitionIndex }) => partitionIndex)),
    [1],
  )
  const third = await fetchAt(client, [[1, 1]], { ...options, sessionId, sessionEpoch: 2 })
  assert.deepEqual(third.responses, [])
  const wrong = await fetchAt(client, [], { ...options, sessionId, sessionEpoch: 9 })
  assert.equal(wrong.errorCode, ErrorCode.INVALID_FETCH_SESSION_EPOCH)
})

test('deleting a topic ends the fetches that wait for it, and its id stays dead when the name comes back', async t => {
  const { broker, client, id } = await setUp(t)
  const waiting = fetchOne(await broker.connect(), 0, { version: 13, topicId: id, maxWaitMs: 30_000 })
  await broker.deleteTopic('t')
  assert.equal((await waiting).errorCode, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
  const again = await broker.createTopic('t')
  assert.notEqual(again.id, id)
  const stale = await fetchOne(client, 0, { version: 13, topicId: id })
  assert.equal(stale.errorCode, ErrorCode.UNKNOWN_TOPIC_ID)
  const fresh = await fetchOne(client, 0, { version: 13, topicId: again.id })
  assert.deepEqual([fresh.errorCode, fresh.highWatermark], [0, 0])
})

test('a session that holds the id of a deleted topic is told INCONSISTENT_TOPIC_ID when the name comes back', async t => {
  const { broker, client, id } = await setUp(t)
  const options = { version: 13, topicId: id }
  const { sessionId } = await fetchAt(client, [[0, 0]], { ...options, sessionEpoch: 0 })
  await broker.deleteTopic('t')
  await broker.createTopic('t')
  const response = await fetchAt(client, [], { ...options, sessionId, sessionEpoch: 1 })
  assert.equal(response.responses[0]?.partitions[0]?.errorCode, ErrorCode.INCONSISTENT_TOPIC_ID)
})

test('everything produced is fetched in order, byte for byte, over many segments', async t => {
  const { client } = await setUp(t, { configs: { 'segment.bytes': '1048576' } })
  const sent: string[] = []
  for (let batch = 0; batch < 40; batch++) {
    const values = Array.from({ length: 50 }, (_, n) => `${batch}-${n}-${'y'.repeat(1000)}`)
    sent.push(...values)
    await produce(client, values)
  }
  const got: string[] = []
  while (got.length < sent.length) {
    const { records } = await fetchOne(client, got.length, { partitionMaxBytes: 300_000 })
    got.push(...valuesIn(records))
  }
  assert.deepEqual(got, sent)
})
