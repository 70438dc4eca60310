import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fetch } from '../../../src/protocol/apis/fetch.ts'
import { Metadata } from '../../../src/protocol/apis/metadata.ts'
import { Produce } from '../../../src/protocol/apis/produce.ts'
import { ErrorCode } from '../../../src/protocol/errors.ts'
import type { Uuid } from '../../../src/protocol/uuid.ts'
import type { RawClient } from '../../support/raw-client.ts'
import { batchOf, valuesIn } from '../../support/records.ts'
import { startTestBroker } from '../../support/test-broker.ts'

async function produceTo(client: RawClient, topicId: Uuid, value: string) {
  const response = await client.send(Produce, 13, {
    acks: -1,
    timeoutMs: 1000,
    topicData: [{ topicId, partitionData: [{ index: 0, records: batchOf([value]) }] }],
  })
  return response.responses[0]?.partitionResponses[0]?.errorCode
}

test('what is meant for a deleted topic never lands in the one that takes its name', async t => {
  const broker = await startTestBroker(t)
  const producer = await broker.connect()
  const endings = new Set<number | undefined>([
    ErrorCode.NONE,
    ErrorCode.UNKNOWN_TOPIC_ID,
    ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
    ErrorCode.NOT_LEADER_OR_FOLLOWER,
  ])
  let { id } = await broker.createTopic('t')
  for (let generation = 0; generation < 5; generation++) {
    const sent = Array.from({ length: 100 }, (_, n) => produceTo(producer, id, `${generation}-${n}`))
    await broker.deleteTopic('t')
    const { id: next } = await broker.createTopic('t')
    const late = produceTo(producer, id, 'late')
    assert.equal(await produceTo(producer, next, `${generation + 1}-first`), 0)
    for (const errorCode of await Promise.all(sent)) assert.ok(endings.has(errorCode), `${errorCode}`)
    assert.equal(await late, ErrorCode.UNKNOWN_TOPIC_ID)
    const fetched = await producer.send(Fetch, 13, {
      maxWaitMs: 0,
      minBytes: 0,
      topics: [{ topicId: next, partitions: [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1_000_000 }] }],
      forgottenTopicsData: [],
    })
    assert.deepEqual(valuesIn(fetched.responses[0]?.partitions[0]?.records ?? null), [`${generation + 1}-first`])
    id = next
  }
})

test('once CreateTopics has answered, Metadata and Produce know the topic', async t => {
  const broker = await startTestBroker(t)
  const client = await broker.connect()
  for (let count = 0; count < 5; count++) {
    const { name, id } = await broker.createTopic(`t-${count}`, { partitions: 10 })
    const metadata = await client.send(Metadata, 12, {
      topics: [{ name }],
      allowAutoTopicCreation: false,
      includeTopicAuthorizedOperations: false,
    })
    assert.equal(metadata.topics[0]?.errorCode, 0)
    assert.deepEqual(
      metadata.topics[0]?.partitions.map(({ errorCode, leaderId }) => [errorCode, leaderId]),
      Array.from({ length: 10 }, () => [0, 1]),
    )
    assert.equal(await produceTo(client, id, 'a'), 0)
  }
})
