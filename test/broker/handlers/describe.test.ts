import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ApiVersions } from '../../../src/protocol/apis/api-versions.ts'
import { DescribeLogDirs } from '../../../src/protocol/apis/describe-log-dirs.ts'
import { DescribeProducers } from '../../../src/protocol/apis/describe-producers.ts'
import { Produce } from '../../../src/protocol/apis/produce.ts'
import { ErrorCode } from '../../../src/protocol/errors.ts'
import { batchOf } from '../../support/records.ts'
import { startTestBroker } from '../../support/test-broker.ts'

async function setUp(t: Parameters<typeof startTestBroker>[0]) {
  const broker = await startTestBroker(t)
  await broker.createTopic('t', { partitions: 2 })
  const client = await broker.connect()
  const records = batchOf(['a', 'b'], { producerId: 7, producerEpoch: 1, baseSequence: 0 })
  await client.send(Produce, 9, {
    acks: -1,
    timeoutMs: 1000,
    topicData: [{ name: 't', partitionData: [{ index: 1, records }] }],
  })
  return { broker, client, recordsBytes: records.length }
}

test('DescribeLogDirs tells sizes and space, of all logs or those asked for', async t => {
  const { broker, client, recordsBytes } = await setUp(t)
  const all = await client.send(DescribeLogDirs, 4, { topics: null })
  const [result] = all.results
  assert.equal(result?.logDir, broker.server.logDirectories[0])
  assert.ok((result?.totalBytes ?? 0) >= (result?.usableBytes ?? 0) && (result?.usableBytes ?? 0) > 0)
  const sizes = result?.topics.find(({ name }) => name === 't')?.partitions
  assert.deepEqual(
    sizes?.toSorted((a, b) => a.partitionIndex - b.partitionIndex).map(({ partitionSize }) => partitionSize),
    [0, recordsBytes],
  )
  const one = await client.send(DescribeLogDirs, 4, { topics: [{ topic: 't', partitions: [1] }] })
  assert.deepEqual(
    one.results[0]?.topics.map(({ name, partitions }) => [name, partitions.length]),
    [['t', 1]],
  )
})

test('DescribeProducers tells what a producer did last, and what is wrong with a topic', async t => {
  const { client } = await setUp(t)
  const response = await client.send(DescribeProducers, 0, {
    topics: [
      { name: 't', partitionIndexes: [0, 1, 2] },
      { name: 'none', partitionIndexes: [0] },
      { name: 'a/b', partitionIndexes: [0] },
    ],
  })
  const partitions = response.topics.flatMap(topic => topic.partitions)
  assert.deepEqual(
    partitions.map(({ errorCode }) => errorCode),
    [
      0,
      0,
      ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
      ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
      ErrorCode.INVALID_TOPIC_EXCEPTION,
    ],
  )
  assert.deepEqual(partitions[0]?.activeProducers, [])
  const [producer] = partitions[1]?.activeProducers ?? []
  assert.deepEqual([producer?.producerId, producer?.producerEpoch, producer?.lastSequence], [7, 1, 1])
})

for (let version = 0; version <= 4; version++) {
  test(`ApiVersions v${version} advertises Produce from 0 on, and features that clients of the version can read`, async t => {
    const broker = await startTestBroker(t)
    const client = await broker.connect()
    const named = { clientSoftwareName: 'raw', clientSoftwareVersion: '1.0' }
    const response = await client.send(ApiVersions, version, version >= 3 ? named : {})
    assert.equal(response.errorCode, 0)
    const produce = response.apiKeys.find(({ apiKey }) => apiKey === Produce.key)
    assert.deepEqual([produce?.minVersion, produce?.maxVersion], [0, 13])
    const supported = response.supportedFeatures.map(({ name }) => name)
    assert.equal(supported.includes('metadata.version'), version >= 3)
    assert.equal(supported.includes('group.version'), version >= 4)
    const finalized = response.finalizedFeatures.find(({ name }) => name === 'metadata.version')
    assert.equal(finalized?.maxVersionLevel, version >= 3 ? 30 : undefined)
  })
}
