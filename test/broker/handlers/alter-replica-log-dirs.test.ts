import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { AlterReplicaLogDirs } from '../../../src/protocol/apis/alter-replica-log-dirs.ts'
import { DescribeLogDirs } from '../../../src/protocol/apis/describe-log-dirs.ts'
import { Fetch } from '../../../src/protocol/apis/fetch.ts'
import { IncrementalAlterConfigs } from '../../../src/protocol/apis/incremental-alter-configs.ts'
import { Produce } from '../../../src/protocol/apis/produce.ts'
import { ErrorCode } from '../../../src/protocol/errors.ts'
import { batchesOf } from '../../../src/protocol/records/record-batch.ts'
import type { RawClient } from '../../support/raw-client.ts'
import { batchOf } from '../../support/records.ts'
import { startTestBroker } from '../../support/test-broker.ts'

async function setUp(t: TestContext, properties: Readonly<Record<string, string>> = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'ottla-test-'))
  const dirs = ['a', 'b', 'c'].map(name => join(directory, name))
  const broker = await startTestBroker(t, { 'log.dirs': dirs.join(','), ...properties })
  // After the broker has stopped.
  t.after(() => rm(directory, { recursive: true, force: true }))
  const client = await broker.connect()
  return { broker, client, dirs }
}

async function alter(client: RawClient, path: string, topic: string, partitions: readonly number[], version = 2) {
  const { results } = await client.send(AlterReplicaLogDirs, version, {
    dirs: [{ path, topics: [{ name: topic, partitions }] }],
  })
  assert.deepEqual(
    results.map(({ topicName }) => topicName),
    [topic],
  )
  return results[0]?.partitions.map(({ errorCode }) => errorCode)
}

/** Where the replicas of a topic are; those on their way end in `*`. */
async function placesOf(client: RawClient, topic: string) {
  const { results } = await client.send(DescribeLogDirs, 4, { topics: null })
  return results.flatMap(({ logDir, topics }) =>
    topics
      .filter(({ name }) => name === topic)
      .flatMap(({ partitions }) => partitions)
      .map(({ isFutureKey, partitionIndex, offsetLag }) => ({ logDir, isFutureKey, partitionIndex, offsetLag })),
  )
}

async function produce(client: RawClient, topic: string, values: readonly string[], index = 0) {
  const response = await client.send(Produce, 9, {
    acks: -1,
    timeoutMs: 5000,
    topicData: [{ name: topic, partitionData: [{ index, records: batchOf(values) }] }],
  })
  const [partition] = response.responses[0]?.partitionResponses ?? []
  assert.equal(partition?.errorCode, 0)
  return partition?.baseOffset ?? -1
}

/** Base offsets of the batches from `offset` on. */
async function fetchFrom(client: RawClient, topic: string, offset: number) {
  const response = await client.send(Fetch, 12, {
    replicaId: -1,
    maxWaitMs: 0,
    minBytes: 0,
    maxBytes: 50_000_000,
    topics: [{ topic, partitions: [{ partition: 0, fetchOffset: offset, partitionMaxBytes: 50_000_000 }] }],
  })
  const [partition] = response.responses[0]?.partitions ?? []
  assert.equal(partition?.errorCode, 0)
  return [...batchesOf(partition?.records ?? new Uint8Array(0))].map(({ baseOffset }) => baseOffset)
}

async function untilMoved(client: RawClient, topic: string, logDir: string) {
  for (;;) {
    const places = await placesOf(client, topic)
    if (places.length === 1 && places[0]?.logDir === logDir && !places[0].isFutureKey) return
  }
}

test('a partition moves to another directory while it is written to and read from', async t => {
  const { broker, client, dirs } = await setUp(t)
  await broker.createTopic('t')
  const [{ logDir: from } = { logDir: '' }] = await placesOf(client, 't')
  const to = dirs.find(dir => dir !== from) ?? ''
  for (let index = 0; index < 50; index++) await produce(client, 't', ['x'.repeat(10_000)])
  const other = await broker.connect()
  const written: number[] = []
  let isMoved = false
  const writing = (async () => {
    while (!isMoved) written.push(await produce(other, 't', [`value ${written.length}`]))
    for (let index = 0; index < 10; index++) written.push(await produce(other, 't', ['after']))
  })()
  assert.deepEqual(await alter(client, to, 't', [0]), [0])
  await untilMoved(client, 't', to)
  isMoved = true
  await writing
  assert.deepEqual(
    written,
    written.map((_, index) => 50 + index),
  )
  assert.deepEqual(await fetchFrom(client, 't', 0), [...Array(50 + written.length).keys()])
  assert.deepEqual(
    (await readdir(to)).filter(name => name.startsWith('t-')),
    ['t-0'],
  )
  assert.ok((await readdir(from)).every(name => name !== 't-0'))

  await broker.restart()
  const again = await broker.connect()
  assert.deepEqual(
    (await placesOf(again, 't')).map(({ logDir }) => logDir),
    [to],
  )
  assert.deepEqual(await fetchFrom(again, 't', 0), [...Array(50 + written.length).keys()])
})

test('a held-back move is seen, changes its destination, and ends where the partition is asked back', async t => {
  const { broker, client, dirs } = await setUp(t, { 'alter.log.dirs.replication.quota.window.num': '1' })
  await broker.createTopic('t')
  const throttle = (value: string) =>
    client.send(IncrementalAlterConfigs, 1, {
      resources: [
        {
          resourceType: 4,
          resourceName: '',
          configs: [{ name: 'replica.alter.log.dirs.io.max.bytes.per.second', configOperation: 0, value }],
        },
      ],
      validateOnly: false,
    })
  for (let index = 0; index < 40; index++) await produce(client, 't', ['x'.repeat(100_000)])
  const [{ logDir: from } = { logDir: '' }] = await placesOf(client, 't')
  const [first = '', second = ''] = dirs.filter(dir => dir !== from)
  await throttle('1')
  assert.deepEqual(await alter(client, first, 't', [0]), [0])
  const copyOf = async () => (await placesOf(client, 't')).find(({ isFutureKey }) => isFutureKey)
  const copy = await copyOf()
  assert.equal(copy?.logDir, first)
  assert.ok((copy?.offsetLag ?? 0) > 0)
  assert.deepEqual(await alter(client, first, 't', [0]), [0])
  assert.deepEqual(await alter(client, second, 't', [0]), [0])
  assert.equal((await copyOf())?.logDir, second)
  assert.deepEqual(await alter(client, from, 't', [0]), [0])
  assert.equal(await copyOf(), undefined)
  assert.deepEqual(
    (await placesOf(client, 't')).map(({ logDir }) => logDir),
    [from],
  )
  assert.deepEqual(await alter(client, second, 't', [0]), [0])
  await throttle('1000000000')
  await untilMoved(client, 't', second)
  assert.equal((await fetchFrom(client, 't', 0)).length, 40)
})

test('a move that a stop interrupts goes on after the start', async t => {
  const { broker, client, dirs } = await setUp(t)
  await broker.createTopic('t')
  for (let index = 0; index < 40; index++) await produce(client, 't', ['x'.repeat(100_000)])
  const [{ logDir: from } = { logDir: '' }] = await placesOf(client, 't')
  const to = dirs.find(dir => dir !== from) ?? ''
  await alter(client, to, 't', [0])
  await broker.restart()
  const again = await broker.connect()
  await untilMoved(again, 't', to)
  assert.equal((await fetchFrom(again, 't', 0)).length, 40)
})

test('the partitions of a topic that is not there yet are made where somebody asked for them', async t => {
  const { broker, client, dirs } = await setUp(t)
  const [, to = ''] = dirs
  assert.deepEqual(await alter(client, to, 't', [0, 1, 2], 1), Array(3).fill(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION))
  await broker.createTopic('t', { partitions: 4 })
  const places = await placesOf(client, 't')
  assert.deepEqual(
    places
      .filter(({ logDir }) => logDir === to)
      .map(({ partitionIndex }) => partitionIndex)
      .toSorted(),
    [0, 1, 2],
  )
})

test('a directory that is not in log.dirs, and a name that is too long, are refused', async t => {
  const { broker, client, dirs } = await setUp(t)
  const long = 'l'.repeat(249)
  await broker.createTopic('t')
  await broker.createTopic(long)
  assert.deepEqual(await alter(client, '/nowhere', 't', [0]), [ErrorCode.LOG_DIR_NOT_FOUND])
  assert.deepEqual(await alter(client, dirs[0] ?? '', long, [0]), [ErrorCode.INVALID_TOPIC_EXCEPTION])
  assert.deepEqual(await alter(client, dirs[0] ?? '', 't', [7]), [ErrorCode.UNKNOWN_TOPIC_OR_PARTITION])
})

test('a topic that is deleted while it moves is gone from both directories', async t => {
  const { broker, client, dirs } = await setUp(t, { 'log.segment.delete.delay.ms': '0' })
  await broker.createTopic('t')
  for (let index = 0; index < 20; index++) await produce(client, 't', ['x'.repeat(100_000)])
  const [{ logDir: from } = { logDir: '' }] = await placesOf(client, 't')
  await alter(client, dirs.find(dir => dir !== from) ?? '', 't', [0])
  await broker.deleteTopic('t')
  assert.deepEqual(await placesOf(client, 't'), [])
  const names = (await Promise.all(dirs.map(dir => readdir(dir)))).flat()
  assert.deepEqual(
    names.filter(name => name === 't-0' || name.endsWith('-future')),
    [],
  )
})
