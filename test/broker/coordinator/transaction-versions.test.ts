import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { Kafka, logLevel } from 'kafkajs'
import { AddOffsetsToTxn } from '../../../src/protocol/apis/add-offsets-to-txn.ts'
import { AddPartitionsToTxn } from '../../../src/protocol/apis/add-partitions-to-txn.ts'
import { ApiVersions } from '../../../src/protocol/apis/api-versions.ts'
import { ConsumerGroupHeartbeat } from '../../../src/protocol/apis/consumer-group-heartbeat.ts'
import { EndTxn } from '../../../src/protocol/apis/end-txn.ts'
import { FindCoordinator } from '../../../src/protocol/apis/find-coordinator.ts'
import { OffsetFetch } from '../../../src/protocol/apis/offset-fetch.ts'
import { TxnOffsetCommit } from '../../../src/protocol/apis/txn-offset-commit.ts'
import { ErrorCode } from '../../../src/protocol/errors.ts'
import { recordsOf } from '../../../src/protocol/records/record.ts'
import { batchesOf } from '../../../src/protocol/records/record-batch.ts'
import type { ProducerIdAndEpoch } from '../../../src/transactions/init-producer-id.ts'
import { transactionRecordSerde } from '../../../src/transactions/transaction-record-serde.ts'
import { formatDirectory } from '../../support/formatted-directory.ts'
import type { RawClient } from '../../support/raw-client.ts'
import { startTestBroker, type TestBroker } from '../../support/test-broker.ts'
import { committedValues, settled, TransactionClient } from '../../transactions/support/transaction-client.ts'

/** The latest versions of clients that do without transactions of version 2. */
const latest = { produce: 11, addPartitions: 3, addOffsets: 4, offsetCommit: 4, end: 4 }

const properties = {
  'transaction.state.log.num.partitions': '1',
  'transaction.state.log.replication.factor': '1',
  'transaction.state.log.min.isr': '1',
  'offsets.topic.num.partitions': '1',
  'transaction.abort.timed.out.transaction.cleanup.interval.ms': '20',
}

const clusters = [
  { levels: { 'metadata.version': 30, 'group.version': 1 }, transactionVersion: 0 },
  { levels: { 'metadata.version': 30, 'group.version': 1, 'transaction.version': 1 }, transactionVersion: 1 },
  // Of Kafka 3.3.
  { levels: { 'metadata.version': 7 }, transactionVersion: 0 },
] as const

for (const { levels, transactionVersion } of clusters) {
  describe(`a cluster of metadata.version ${levels['metadata.version']} and transaction.version ${transactionVersion}`, () => {
    const start = (t: TestContext) =>
      startTestBroker(t, properties, {}, {}, directory => formatDirectory(directory, { ...levels }))

    test('finalizes these levels, and supports later ones', async t => {
      const client = await (await start(t)).connect()
      const answer = await client.send(ApiVersions, 4, { clientSoftwareName: 'test', clientSoftwareVersion: '1' })
      const finalized = answer.finalizedFeatures.map(({ name, maxVersionLevel }) => [name, maxVersionLevel])
      assert.deepEqual(Object.fromEntries(finalized), levels)
      const supported = answer.supportedFeatures.find(({ name }) => name === 'transaction.version')
      assert.equal(supported?.maxVersion, 2)
    })

    test('a transaction whose producer adds its partitions is all or nothing, and its epoch stays', async t => {
      const broker = await start(t)
      await broker.createTopic('t', { partitions: 2 })
      const client = await broker.connect()
      const x = new TransactionClient(client)
      const producer = await x.init()
      assert.equal(await addPartitions(client, producer), ErrorCode.NONE)
      assert.equal(await x.produce('t', producer, ['a'], { version: latest.produce }), ErrorCode.NONE)
      assert.deepEqual(await end(client, producer, true), { errorCode: ErrorCode.NONE, epoch: -1 })
      // The same again is taken for a retry.
      assert.deepEqual(await settled(() => end(client, producer, true)), { errorCode: ErrorCode.NONE, epoch: -1 })
      assert.equal(await addPartitions(client, producer), ErrorCode.NONE)
      assert.equal(await x.produce('t', producer, ['b'], { baseSequence: 1, version: latest.produce }), ErrorCode.NONE)
      assert.equal((await end(client, producer, false)).errorCode, ErrorCode.NONE)
      assert.deepEqual(await committedValues(client, 't'), ['a'])
      assert.deepEqual(recordedVersions(broker), { values: [transactionVersion], clients: [0] })
    })

    test('a partition that its producer has not added takes nothing', async t => {
      const broker = await start(t)
      await broker.createTopic('t', { partitions: 2 })
      const client = await broker.connect()
      const x = new TransactionClient(client)
      const producer = await x.init()
      assert.equal(await addPartitions(client, producer), ErrorCode.NONE)
      const onto = { index: 1 }
      assert.equal(await x.produce('t', producer, ['no'], { ...onto, version: 11 }), ErrorCode.TRANSACTION_ABORTABLE)
      assert.equal(await x.produce('t', producer, ['no'], { ...onto, version: 10 }), ErrorCode.INVALID_TXN_STATE)
      assert.equal((await end(client, producer, false)).errorCode, ErrorCode.NONE)
      assert.deepEqual(await committedValues(client, 't', 1), [])
    })

    test('offsets that are committed in a transaction count when it does, also after a restart in its middle', async t => {
      const broker = await start(t)
      let client = await broker.connect()
      const producer = await new TransactionClient(client).init()
      await broker.createTopic('t')
      await coordinatorOf(client, 'g')
      assert.equal(await addOffsets(client, producer), ErrorCode.NONE)
      assert.equal(await commitOffset(client, producer, 5n), ErrorCode.NONE)
      assert.equal(await committedOffset(client), -1n)
      await broker.restart()
      client = await broker.connect()
      await coordinatorOf(client, 'g')
      assert.deepEqual(await settled(() => end(client, producer, true)), { errorCode: ErrorCode.NONE, epoch: -1 })
      // The next transaction of the id is begun when the markers of this one are written.
      assert.equal(await addOffsets(client, producer), ErrorCode.NONE)
      assert.equal(await committedOffset(client), 5n)
    })

    test('a transaction that is open for too long is aborted, and its producer fenced', async t => {
      const broker = await start(t)
      await broker.createTopic('t')
      const client = await broker.connect()
      const x = new TransactionClient(client)
      const producer = await x.init(50)
      assert.equal(await addPartitions(client, producer, [0]), ErrorCode.NONE)
      assert.equal(await x.produce('t', producer, ['late'], { version: latest.produce }), ErrorCode.NONE)
      await x.becomes('CompleteAbort')
      assert.equal((await end(client, producer, true)).errorCode, ErrorCode.PRODUCER_FENCED)
      assert.deepEqual(await committedValues(client, 't'), [])
    })

    test('what clients of transactions of version 2 ask is not what a cluster of this level records', async t => {
      const broker = await start(t)
      await broker.createTopic('t')
      const client = await broker.connect()
      const x = new TransactionClient(client)
      const producer = await x.init()
      const isRecorded = transactionVersion > 0
      assert.equal(await x.produce('t', producer, ['a']), isRecorded ? ErrorCode.NONE : ErrorCode.UNSUPPORTED_VERSION)
    })

    test('kafkajs commits and aborts, and reads what is committed', async t => {
      const broker = await start(t)
      await broker.createTopic('t')
      const kafka = new Kafka({ brokers: [`127.0.0.1:${broker.port}`], logLevel: logLevel.NOTHING })
      const producer = kafka.producer({ transactionalId: 'x', maxInFlightRequests: 1, idempotent: true })
      await producer.connect()
      t.after(() => producer.disconnect())
      for (const value of ['a', 'lost', 'b']) {
        const transaction = await producer.transaction()
        await transaction.send({ topic: 't', messages: [{ value }] })
        await transaction.sendOffsets({
          consumerGroupId: 'g',
          topics: [{ topic: 't', partitions: [{ partition: 0, offset: value === 'lost' ? '99' : '7' }] }],
        })
        await (value === 'lost' ? transaction.abort() : transaction.commit())
      }
      const client = await broker.connect()
      assert.deepEqual(await committedValues(client, 't'), ['a', 'b'])
      assert.equal(await committedOffset(client), 7n)
    })

    test('the consumer protocol is there if group.version says so', async t => {
      const client = await (await start(t)).connect()
      await coordinatorOf(client, 'g')
      const { errorCode } = await settled(() =>
        client.send(ConsumerGroupHeartbeat, 1, {
          groupId: 'g',
          memberId: 'AAAAAAAAAAAAAAAAAAAABQ',
          memberEpoch: 0,
          rebalanceTimeoutMs: 1000,
          subscribedTopicNames: ['t'],
          topicPartitions: [],
        }),
      )
      assert.equal(errorCode, 'group.version' in levels ? ErrorCode.NONE : ErrorCode.UNSUPPORTED_VERSION)
    })
  })
}

async function addPartitions(client: RawClient, producer: ProducerIdAndEpoch, partitions = [0]): Promise<number> {
  const { errorCode } = await settled(async () => {
    const { resultsByTopicV3AndBelow } = await client.send(AddPartitionsToTxn, latest.addPartitions, {
      v3AndBelowTransactionalId: 'x',
      v3AndBelowProducerId: producer.producerId,
      v3AndBelowProducerEpoch: producer.producerEpoch,
      v3AndBelowTopics: [{ name: 't', partitions }],
    })
    return { errorCode: resultsByTopicV3AndBelow[0]?.resultsByPartition[0]?.partitionErrorCode ?? -1 }
  })
  return errorCode
}

async function end(client: RawClient, producer: ProducerIdAndEpoch, committed: boolean) {
  const { errorCode, producerEpoch } = await client.send(EndTxn, latest.end, {
    transactionalId: 'x',
    ...producer,
    committed,
  })
  return { errorCode, epoch: producerEpoch }
}

async function coordinatorOf(client: RawClient, groupId: string): Promise<void> {
  await settled(
    async () => (await client.send(FindCoordinator, 4, { keyType: 0, coordinatorKeys: [groupId] })).coordinators[0]!,
  )
}

async function addOffsets(client: RawClient, producer: ProducerIdAndEpoch): Promise<number> {
  const request = { transactionalId: 'x', ...producer, groupId: 'g' }
  return (await settled(() => client.send(AddOffsetsToTxn, latest.addOffsets, request))).errorCode
}

async function commitOffset(client: RawClient, producer: ProducerIdAndEpoch, committedOffset: bigint): Promise<number> {
  const { errorCode } = await settled(async () => {
    const { topics } = await client.send(TxnOffsetCommit, latest.offsetCommit, {
      transactionalId: 'x',
      groupId: 'g',
      ...producer,
      topics: [{ name: 't', partitions: [{ partitionIndex: 0, committedOffset, committedMetadata: '' }] }],
    })
    return { errorCode: topics[0]?.partitions[0]?.errorCode ?? -1 }
  })
  return errorCode
}

async function committedOffset(client: RawClient): Promise<bigint> {
  const groups = [{ groupId: 'g', topics: [{ name: 't', partitionIndexes: [0] }] }]
  const found = await settled(async () => (await client.send(OffsetFetch, 8, { groups })).groups[0]!)
  return found.topics[0]?.partitions[0]?.committedOffset ?? -2n
}

/** The versions of the values in `__transaction_state`, and those of the transactions that its clients worked by. */
function recordedVersions(broker: TestBroker): { values: number[]; clients: number[] } {
  const directory = join(broker.directory, '__transaction_state-0')
  const segment = readdirSync(directory).find(name => name.endsWith('.log'))
  assert.ok(segment !== undefined)
  const values = new Set<number>()
  const clients = new Set<number>()
  for (const batch of batchesOf(readFileSync(join(directory, segment)))) {
    for (const { key, value } of recordsOf(batch, batch.recordBytes)) {
      if (key === null || value === null) continue
      values.add(Buffer.from(value).readInt16BE(0))
      clients.add(transactionRecordSerde.decode(key, value)?.value?.clientTransactionVersion ?? -1)
    }
  }
  return { values: [...values], clients: [...clients] }
}
