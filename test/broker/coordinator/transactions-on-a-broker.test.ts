import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { AddPartitionsToTxn } from '../../../src/protocol/apis/add-partitions-to-txn.ts'
import { DescribeTransactions } from '../../../src/protocol/apis/describe-transactions.ts'
import { EndTxn } from '../../../src/protocol/apis/end-txn.ts'
import { Fetch } from '../../../src/protocol/apis/fetch.ts'
import { FindCoordinator } from '../../../src/protocol/apis/find-coordinator.ts'
import { InitProducerId } from '../../../src/protocol/apis/init-producer-id.ts'
import { ListTransactions } from '../../../src/protocol/apis/list-transactions.ts'
import { Produce } from '../../../src/protocol/apis/produce.ts'
import { ErrorCode } from '../../../src/protocol/errors.ts'
import { recordsOf } from '../../../src/protocol/records/record.ts'
import { batchesOf } from '../../../src/protocol/records/record-batch.ts'
import type { Uuid } from '../../../src/protocol/uuid.ts'
import type { ProducerIdAndEpoch } from '../../../src/transactions/init-producer-id.ts'
import type { RawClient } from '../../support/raw-client.ts'
import { batchOf } from '../../support/records.ts'
import { startTestBroker, type TestBroker } from '../../support/test-broker.ts'

const fewPartitions = {
  'transaction.state.log.num.partitions': '3',
  'transaction.state.log.replication.factor': '1',
  'transaction.state.log.min.isr': '1',
  'transaction.abort.timed.out.transaction.cleanup.interval.ms': '20',
}

/** Asks until the answer is another than that the client should ask again. */
async function settled<Answer extends { readonly errorCode: number }>(ask: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    const answer = await ask()
    const { errorCode } = answer
    const isTemporary =
      errorCode === ErrorCode.COORDINATOR_NOT_AVAILABLE ||
      errorCode === ErrorCode.COORDINATOR_LOAD_IN_PROGRESS ||
      errorCode === ErrorCode.CONCURRENT_TRANSACTIONS
    if (!isTemporary) return answer
    await delay(5)
  }
}

async function init(client: RawClient, transactionalId = 'x', transactionTimeoutMs = 60_000) {
  await settled(
    async () => (await client.send(FindCoordinator, 6, { keyType: 1, coordinatorKeys: ['x'] })).coordinators[0]!,
  )
  const answer = await settled(() => client.send(InitProducerId, 5, { transactionalId, transactionTimeoutMs }))
  assert.equal(answer.errorCode, ErrorCode.NONE)
  return { producerId: answer.producerId, producerEpoch: answer.producerEpoch }
}

async function produce(
  client: RawClient,
  topicId: Uuid,
  producer: ProducerIdAndEpoch,
  values: readonly string[],
  baseSequence = 0,
): Promise<number> {
  const records = batchOf(values, { ...producer, baseSequence, isTransactional: true })
  const answer = await client.send(Produce, 13, {
    transactionalId: 'x',
    acks: -1,
    timeoutMs: 5000,
    topicData: [{ topicId, partitionData: [{ index: 0, records }] }],
  })
  return answer.responses[0]?.partitionResponses[0]?.errorCode ?? -1
}

async function end(client: RawClient, producer: ProducerIdAndEpoch, committed: boolean) {
  const answer = await client.send(EndTxn, 5, { transactionalId: 'x', ...producer, committed })
  return {
    errorCode: answer.errorCode,
    producer: { producerId: answer.producerId, producerEpoch: answer.producerEpoch },
  }
}

/** What a consumer that reads only what is committed is shown of the partition, when all transactions are over. */
async function committedValues(client: RawClient, topicId: Uuid): Promise<string[]> {
  const values: string[] = []
  for (let fetchOffset = 0; ; ) {
    const request = { maxWaitMs: 0, minBytes: 0, maxBytes: 1 << 20, isolationLevel: 1, sessionId: 0, sessionEpoch: -1 }
    const topics = [{ topicId, partitions: [{ partition: 0, fetchOffset, partitionMaxBytes: 1 << 20 }] }]
    const answer = await client.send(Fetch, 17, { ...request, topics })
    const partition = answer.responses[0]?.partitions[0]
    assert.ok(partition?.records)
    const aborted = [...(partition.abortedTransactions ?? [])].sort((a, b) => a.firstOffset - b.firstOffset)
    const aborting = new Set<number>()
    for (const batch of batchesOf(partition.records)) {
      fetchOffset = batch.nextOffset
      while ((aborted[0]?.firstOffset ?? Infinity) < batch.nextOffset) aborting.add(aborted.shift()!.producerId)
      if (batch.isControl) aborting.delete(batch.producerId)
      else if (!aborting.has(batch.producerId)) {
        for (const { value } of recordsOf(batch, batch.recordBytes)) values.push(Buffer.from(value ?? []).toString())
      }
    }
    // Until the last transaction's marker is there, nobody can tell what it comes to.
    if (fetchOffset === partition.highWatermark) return values
    await delay(5)
  }
}

async function stateOf(client: RawClient): Promise<string> {
  const answer = await client.send(DescribeTransactions, 0, { transactionalIds: ['x'] })
  return answer.transactionStates[0]?.transactionState ?? ''
}

async function setUp(broker: TestBroker) {
  const { id: topicId } = await broker.createTopic('t', { partitions: 2 })
  const client = await broker.connect()
  return { topicId, client, producer: await init(client) }
}

test('a committed transaction is read, an aborted one is not, and each end gives a new epoch', async t => {
  const broker = await startTestBroker(t, fewPartitions)
  const { client, topicId, producer } = await setUp(broker)
  assert.equal(await produce(client, topicId, producer, ['a', 'b']), ErrorCode.NONE)
  const first = await end(client, producer, true)
  assert.deepEqual(first, { errorCode: 0, producer: { ...producer, producerEpoch: 1 } })
  assert.equal(await produce(client, topicId, first.producer, ['lost']), ErrorCode.NONE)
  const second = await end(client, first.producer, false)
  assert.equal(await produce(client, topicId, second.producer, ['c']), ErrorCode.NONE)
  await end(client, second.producer, true)
  assert.deepEqual(await committedValues(client, topicId), ['a', 'b', 'c'])
})

test('an open transaction outlives a restart, and its producer ends it', async t => {
  const broker = await startTestBroker(t, fewPartitions)
  const { client: before, topicId, producer } = await setUp(broker)
  assert.equal(await produce(before, topicId, producer, ['a']), ErrorCode.NONE)
  await broker.restart()
  const client = await broker.connect()
  assert.equal(await produce(client, topicId, producer, ['b'], 1), ErrorCode.NONE)
  const ended = await settled(() => end(client, producer, true))
  assert.equal(ended.errorCode, ErrorCode.NONE)
  assert.deepEqual(await committedValues(client, topicId), ['a', 'b'])
})

test('a new producer aborts what the one before left open, and fences it', async t => {
  const broker = await startTestBroker(t, fewPartitions)
  const { client, topicId, producer } = await setUp(broker)
  assert.equal(await produce(client, topicId, producer, ['lost']), ErrorCode.NONE)
  const successor = await init(client)
  assert.equal(successor.producerEpoch, 2)
  assert.equal(await produce(client, topicId, producer, ['late'], 1), ErrorCode.INVALID_PRODUCER_EPOCH)
  assert.equal((await end(client, producer, true)).errorCode, ErrorCode.PRODUCER_FENCED)
  assert.equal(await produce(client, topicId, successor, ['a']), ErrorCode.NONE)
  await end(client, successor, true)
  assert.deepEqual(await committedValues(client, topicId), ['a'])
})

test('a transaction that is open for longer than its timeout is aborted', async t => {
  const broker = await startTestBroker(t, fewPartitions)
  const { id: topicId } = await broker.createTopic('t')
  const client = await broker.connect()
  const producer = await init(client, 'x', 100)
  assert.equal(await produce(client, topicId, producer, ['lost']), ErrorCode.NONE)
  while ((await stateOf(client)) !== 'CompleteAbort') await delay(5)
  assert.deepEqual(await committedValues(client, topicId), [])
  assert.equal((await end(client, producer, true)).errorCode, ErrorCode.INVALID_TXN_STATE)
})

test('the markers of a deleted topic are not waited for', async t => {
  const broker = await startTestBroker(t, fewPartitions)
  const { client, topicId, producer } = await setUp(broker)
  assert.equal(await produce(client, topicId, producer, ['lost']), ErrorCode.NONE)
  await broker.deleteTopic('t')
  assert.equal((await end(client, producer, true)).errorCode, ErrorCode.NONE)
  while ((await stateOf(client)) !== 'CompleteCommit') await delay(5)
})

test('a partition that does not exist keeps the others out of the transaction', async t => {
  const broker = await startTestBroker(t, fewPartitions)
  const { client, producer } = await setUp(broker)
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
  assert.equal(await stateOf(client), 'Empty')
})

test('transactions are listed by a pattern of their ids, and a pattern that is none is refused', async t => {
  const broker = await startTestBroker(t, fewPartitions)
  const { client } = await setUp(broker)
  await init(client, 'other')
  const list = (transactionalIdPattern: string | null) =>
    client.send(ListTransactions, 2, { stateFilters: [], producerIdFilters: [], transactionalIdPattern })
  const ids = async (pattern: string | null) =>
    (await list(pattern)).transactionStates.map(({ transactionalId }) => transactionalId).sort()
  assert.deepEqual(await ids(null), ['other', 'x'])
  assert.deepEqual(await ids('o.*'), ['other'])
  assert.deepEqual(await ids('o'), [])
  assert.equal((await list('(')).errorCode, ErrorCode.INVALID_REGULAR_EXPRESSION)
})
