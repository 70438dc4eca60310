import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { AddPartitionsToTxn } from '../../../src/protocol/apis/add-partitions-to-txn.ts'
import { DescribeConfigs } from '../../../src/protocol/apis/describe-configs.ts'
import { ListTransactions } from '../../../src/protocol/apis/list-transactions.ts'
import { Metadata } from '../../../src/protocol/apis/metadata.ts'
import { ErrorCode } from '../../../src/protocol/errors.ts'
import { ZERO_UUID } from '../../../src/protocol/uuid.ts'
import { startTestBroker, type TestBroker } from '../../support/test-broker.ts'
import { decideInLog } from '../../transactions/support/decide-in-log.ts'
import { committedValues, settled, TransactionClient } from '../../transactions/support/transaction-client.ts'

const fewPartitions = {
  'transaction.state.log.num.partitions': '3',
  'transaction.state.log.replication.factor': '1',
  'transaction.state.log.min.isr': '1',
  'transaction.abort.timed.out.transaction.cleanup.interval.ms': '20',
}

async function setUp(broker: TestBroker) {
  await broker.createTopic('t', { partitions: 2 })
  const client = await broker.connect()
  const x = new TransactionClient(client)
  return { client, x, producer: await x.init() }
}

test('a committed transaction is read, an aborted one is not, and each end gives a new epoch', async t => {
  const broker = await startTestBroker(t, fewPartitions)
  const { client, x, producer } = await setUp(broker)
  assert.equal(await x.produce('t', producer, ['a', 'b']), ErrorCode.NONE)
  const first = await x.end(producer, true)
  assert.deepEqual(first, { errorCode: 0, producer: { ...producer, producerEpoch: 1 } })
  assert.equal(await x.produce('t', first.producer, ['lost']), ErrorCode.NONE)
  const second = await x.end(first.producer, false)
  assert.equal(await x.produce('t', second.producer, ['c']), ErrorCode.NONE)
  await x.end(second.producer, true)
  assert.deepEqual(await committedValues(client, 't'), ['a', 'b', 'c'])
})

test('an open transaction outlives a restart, and its producer ends it', async t => {
  const broker = await startTestBroker(t, fewPartitions)
  const { x: before, producer } = await setUp(broker)
  assert.equal(await before.produce('t', producer, ['a']), ErrorCode.NONE)
  await broker.restart()
  const client = await broker.connect()
  const x = new TransactionClient(client)
  assert.equal(await x.produce('t', producer, ['b'], { baseSequence: 1 }), ErrorCode.NONE)
  const ended = await settled(() => x.end(producer, true))
  assert.equal(ended.errorCode, ErrorCode.NONE)
  assert.deepEqual(await committedValues(client, 't'), ['a', 'b'])
})

test('a new producer aborts what the one before left open, and fences it', async t => {
  const broker = await startTestBroker(t, fewPartitions)
  const { client, x, producer } = await setUp(broker)
  assert.equal(await x.produce('t', producer, ['lost']), ErrorCode.NONE)
  const successor = await x.init()
  assert.equal(successor.producerEpoch, 2)
  assert.equal(await x.produce('t', producer, ['late'], { baseSequence: 1 }), ErrorCode.INVALID_PRODUCER_EPOCH)
  assert.equal((await x.end(producer, true)).errorCode, ErrorCode.PRODUCER_FENCED)
  assert.equal(await x.produce('t', successor, ['a']), ErrorCode.NONE)
  await x.end(successor, true)
  assert.deepEqual(await committedValues(client, 't'), ['a'])
})

test('a transaction that is open for longer than its timeout is aborted', async t => {
  const broker = await startTestBroker(t, fewPartitions)
  await broker.createTopic('t')
  const client = await broker.connect()
  const x = new TransactionClient(client)
  const producer = await x.init(100)
  assert.equal(await x.produce('t', producer, ['lost']), ErrorCode.NONE)
  await x.becomes('CompleteAbort')
  assert.deepEqual(await committedValues(client, 't'), [])
  assert.equal((await x.end(producer, true)).errorCode, ErrorCode.INVALID_TXN_STATE)
})

test('the markers of a deleted topic are not waited for', async t => {
  const broker = await startTestBroker(t, fewPartitions)
  const { x, producer } = await setUp(broker)
  assert.equal(await x.produce('t', producer, ['lost']), ErrorCode.NONE)
  await broker.deleteTopic('t')
  assert.equal((await x.end(producer, true)).errorCode, ErrorCode.NONE)
  await x.becomes('CompleteCommit')
})

test('a partition that does not exist keeps the others out of the transaction', async t => {
  const broker = await startTestBroker(t, fewPartitions)
  const { client, x, producer } = await setUp(broker)
  const topics = [
    { name: 't', partitions: [0, 7] },
    { name: 'unknown', partitions: [0] },
  ]
  const transaction = { transactionalId: 'x', ...producer, verifyOnly: false, topics }
  const answer = await client.send(AddPartitionsToTxn, 5, { transactions: [transaction] })
  const codes = answer.resultsByTransaction[0]?.topicResults.map(({ resultsByPartition }) =>
    resultsByPartition.map(({ partitionErrorCode }) => partitionErrorCode),
  )
  const { OPERATION_NOT_ATTEMPTED, UNKNOWN_TOPIC_OR_PARTITION } = ErrorCode
  assert.deepEqual(codes, [[OPERATION_NOT_ATTEMPTED, UNKNOWN_TOPIC_OR_PARTITION], [UNKNOWN_TOPIC_OR_PARTITION]])
  assert.equal((await x.describe()).transactionState, 'Empty')
})

test('transactions are listed by a pattern of their ids, and a pattern that is none is refused', async t => {
  const broker = await startTestBroker(t, fewPartitions)
  const { client } = await setUp(broker)
  await new TransactionClient(client, 'other').init()
  const list = (transactionalIdPattern: string | null) =>
    client.send(ListTransactions, 2, { stateFilters: [], producerIdFilters: [], transactionalIdPattern })
  const ids = async (pattern: string | null) =>
    (await list(pattern)).transactionStates.map(({ transactionalId }) => transactionalId).sort()
  assert.deepEqual(await ids(null), ['other', 'x'])
  assert.deepEqual(await ids('o.*'), ['other'])
  assert.deepEqual(await ids('o'), [])
  assert.equal((await list('(')).errorCode, ErrorCode.INVALID_REGULAR_EXPRESSION)
})

test('decided transactions that a broker finds when it starts are completed, every partition with its marker', async t => {
  const broker = await startTestBroker(t, fewPartitions)
  const first = await broker.connect()
  const x = new TransactionClient(first)
  const producer = await x.init()
  // What is created last is led last: the coordinator is there before it.
  const topics = Array.from({ length: 20 }, (_, index) => `later-${index}`)
  for (const topic of topics) {
    await broker.createTopic(topic)
    assert.equal(await x.produce(topic, producer, [topic]), ErrorCode.NONE)
  }
  await broker.restart(() => decideInLog(broker.directory, 'x', 'PrepareCommit'))
  const client = await broker.connect()
  await new TransactionClient(client).becomes('CompleteCommit')
  for (const topic of topics) assert.deepEqual(await committedValues(client, topic), [topic])
})

test('markers that were written before the coordinator could note it are written again, and nobody reads the difference', async t => {
  const broker = await startTestBroker(t, fewPartitions)
  const { x, producer } = await setUp(broker)
  assert.equal(await x.produce('t', producer, ['a']), ErrorCode.NONE)
  let decided: () => void = () => {}
  await broker.restart(() => {
    decideInLog(broker.directory, 'x', 'PrepareCommit')
    decided = savedLogs(broker.directory, '__transaction_state-')
  })
  await new TransactionClient(await broker.connect()).becomes('CompleteCommit')
  await broker.restart(decided)
  const client = await broker.connect()
  const again = new TransactionClient(client)
  await again.becomes('CompleteCommit')
  const { producerId, producerEpoch } = await again.describe()
  assert.deepEqual({ producerId, producerEpoch }, { ...producer, producerEpoch: 1 })
  assert.equal(await again.produce('t', { producerId, producerEpoch }, ['b']), ErrorCode.NONE)
  await again.end({ producerId, producerEpoch }, true)
  assert.deepEqual(await committedValues(client, 't'), ['a', 'b'])
})

/** Puts the logs back as they are now. */
function savedLogs(directory: string, prefix: string): () => void {
  const files = readdirSync(directory)
    .filter(name => name.startsWith(prefix))
    .map(name => join(directory, name, '00000000000000000000.log'))
    .filter(existsSync)
    .map(file => ({ file, bytes: readFileSync(file) }))
  return () => {
    for (const { file, bytes } of files) writeFileSync(file, bytes)
  }
}

/** Each key of the transaction coordinator, by what it changes. */
test('transaction.max.timeout.ms bounds the timeout a producer may ask for', async t => {
  const broker = await startTestBroker(t, { ...fewPartitions, 'transaction.max.timeout.ms': '5000' })
  const client = await broker.connect()
  const x = new TransactionClient(client)
  await x.init(5000)
  const { INVALID_TRANSACTION_TIMEOUT } = ErrorCode
  assert.equal((await x.tryInit(5001)).errorCode, INVALID_TRANSACTION_TIMEOUT)
  assert.equal((await x.tryInit(0)).errorCode, INVALID_TRANSACTION_TIMEOUT)
})

test('transactional.id.expiration.ms and its interval let a transactional id be forgotten', async t => {
  const broker = await startTestBroker(t, {
    ...fewPartitions,
    'transactional.id.expiration.ms': '50',
    'transaction.remove.expired.transaction.cleanup.interval.ms': '20',
  })
  const client = await broker.connect()
  const x = new TransactionClient(client)
  const { producerId } = await x.init()
  while ((await x.describe()).errorCode !== ErrorCode.TRANSACTIONAL_ID_NOT_FOUND) await delay(5)
  const renewed = await x.init()
  assert.notEqual(renewed.producerId, producerId)
  assert.equal(renewed.producerEpoch, 0)
})

test('transaction.state.log.num.partitions and its like shape the topic when it is made', async t => {
  const broker = await startTestBroker(t, {
    ...fewPartitions,
    'transaction.state.log.num.partitions': '7',
    'transaction.state.log.segment.bytes': '20971520',
  })
  const client = await broker.connect()
  await new TransactionClient(client).init()
  const metadata = await client.send(Metadata, 12, { topics: [{ topicId: ZERO_UUID, name: '__transaction_state' }] })
  const [topic] = metadata.topics
  assert.equal(topic?.partitions.length, 7)
  assert.equal(topic?.isInternal, true)
  const resources = [{ resourceType: 2, resourceName: '__transaction_state', configurationKeys: null }]
  const { results } = await client.send(DescribeConfigs, 4, { resources })
  const set = results[0]?.configs.filter(({ configSource }) => configSource === 1)
  const values = Object.fromEntries(set?.map(({ name, value }) => [name, value]) ?? [])
  assert.deepEqual(values, {
    'cleanup.policy': 'compact',
    'compression.type': 'uncompressed',
    'min.insync.replicas': '1',
    'segment.bytes': '20971520',
    'unclean.leader.election.enable': 'false',
  })
})
