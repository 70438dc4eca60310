import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { DescribeConfigs } from '../../src/protocol/apis/describe-configs.ts'
import { FindCoordinator } from '../../src/protocol/apis/find-coordinator.ts'
import { IncrementalAlterConfigs } from '../../src/protocol/apis/incremental-alter-configs.ts'
import { Produce } from '../../src/protocol/apis/produce.ts'
import { ErrorCode } from '../../src/protocol/errors.ts'
import { RawClient } from '../support/raw-client.ts'
import { recordBatch } from '../support/record-batch.ts'
import { startTestBroker } from '../support/test-broker.ts'

const TOPIC = 2
const BROKER = 4
const LOGGER = 8
const SET = 0
const DELETE = 1

async function alter(client: RawClient, type: number, name: string, configs: Readonly<Record<string, string | null>>) {
  const operations = Object.entries(configs).map(([key, value]) => ({
    name: key,
    configOperation: value === null ? DELETE : SET,
    value,
  }))
  const resources = [{ resourceType: type, resourceName: name, configs: operations }]
  const { responses } = await client.send(IncrementalAlterConfigs, 1, { resources, validateOnly: false })
  assert.deepEqual([responses[0]?.errorCode, responses[0]?.errorMessage], [0, null])
}

async function describedConfig(client: RawClient, type: number, name: string, key: string) {
  const resources = [{ resourceType: type, resourceName: name, configurationKeys: [key] }]
  const { results } = await client.send(DescribeConfigs, 4, { resources, includeSynonyms: true })
  const config = results[0]?.configs[0]
  return { value: config?.value, source: config?.configSource }
}

/** The error code of producing one record of that many bytes with acks=all. */
async function produce(client: RawClient, topic: string, bytes: number): Promise<number> {
  const records = recordBatch({ records: [{ value: 'x', times: bytes }] })
  const { responses } = await client.send(Produce, 9, {
    transactionalId: null,
    acks: -1,
    timeoutMs: 1000,
    topicData: [{ name: topic, partitionData: [{ index: 0, records }] }],
  })
  return responses[0]!.partitionResponses[0]!.errorCode
}

describe('a config that changes while the broker runs', () => {
  test('has effect on a topic once the change is answered', async t => {
    const broker = await startTestBroker(t)
    const client = await broker.connect()
    await broker.createTopic('orders')
    assert.equal(await produce(client, 'orders', 5000), ErrorCode.NONE)
    await alter(client, TOPIC, 'orders', { 'max.message.bytes': '1000' })
    assert.equal(await produce(client, 'orders', 5000), ErrorCode.MESSAGE_TOO_LARGE)
    await alter(client, TOPIC, 'orders', { 'max.message.bytes': null })
    assert.equal(await produce(client, 'orders', 5000), ErrorCode.NONE)
  })

  test('has effect on every topic that does not set it itself, whichever level it is set at', async t => {
    const broker = await startTestBroker(t)
    const client = await broker.connect()
    await broker.createTopic('plain')
    await broker.createTopic('own', { configs: { 'max.message.bytes': '100000' } })
    await alter(client, BROKER, '', { 'message.max.bytes': '1000' })
    assert.equal(await produce(client, 'plain', 5000), ErrorCode.MESSAGE_TOO_LARGE)
    assert.equal(await produce(client, 'own', 5000), ErrorCode.NONE)
    await alter(client, BROKER, '1', { 'message.max.bytes': '10000' })
    assert.equal(await produce(client, 'plain', 5000), ErrorCode.NONE)
    await alter(client, BROKER, '1', { 'message.max.bytes': null })
    assert.equal(await produce(client, 'plain', 5000), ErrorCode.MESSAGE_TOO_LARGE)
  })

  test('has effect on connections', async t => {
    const broker = await startTestBroker(t)
    const client = await broker.connect()
    await alter(client, BROKER, '1', { 'max.connections.per.ip': '1' })
    const refused = await RawClient.connect(broker.port)
    await refused.closed
    await alter(client, BROKER, '1', { 'max.connections.per.ip': null })
    const served = await broker.connect()
    assert.equal((await describedConfig(served, BROKER, '1', 'max.connections.per.ip')).value, '2147483647')
  })

  test('is there again after a restart, and has effect', async t => {
    const broker = await startTestBroker(t)
    await broker.createTopic('orders')
    const before = await broker.connect()
    await alter(before, TOPIC, 'orders', { 'retention.ms': '9223372036854775807' })
    await alter(before, BROKER, '1', { 'message.max.bytes': '1000' })
    await broker.restart()
    const client = await broker.connect()
    assert.deepEqual(await describedConfig(client, TOPIC, 'orders', 'retention.ms'), {
      value: '9223372036854775807',
      source: 1,
    })
    assert.deepEqual(await describedConfig(client, BROKER, '1', 'message.max.bytes'), { value: '1000', source: 2 })
    assert.equal(await produce(client, 'orders', 5000), ErrorCode.MESSAGE_TOO_LARGE)
  })

  test('goes with its topic', async t => {
    const broker = await startTestBroker(t)
    await broker.createTopic('orders', { configs: { 'retention.ms': '5' } })
    const client = await broker.connect()
    await broker.deleteTopic('orders')
    await broker.createTopic('orders')
    assert.deepEqual(await describedConfig(client, TOPIC, 'orders', 'retention.ms'), { value: '604800000', source: 5 })
  })

  test('makes a logger say more, until it is taken away or the process ends', async t => {
    const broker = await startTestBroker(t)
    const client = await broker.connect()
    const level = () => describedConfig(client, LOGGER, '1', 'kafka.server.ConfigAdminManager')
    // The level of the root logger is what the test broker was started with.
    await alter(client, LOGGER, '1', { root: 'ERROR' })
    assert.deepEqual(await level(), { value: 'ERROR', source: 6 })
    await alter(client, LOGGER, '1', { 'kafka.server.ConfigAdminManager': 'TRACE' })
    assert.deepEqual(await level(), { value: 'TRACE', source: 6 })
    await alter(client, LOGGER, '1', { 'kafka.server.ConfigAdminManager': null })
    assert.deepEqual(await level(), { value: 'ERROR', source: 6 })
    assert.ok(
      broker.lines.some(line => line.includes('Updated the log level of kafka.server.ConfigAdminManager to TRACE')),
    )
  })
})

test('many resources are described over several turns of the loop, each in its place', async t => {
  const broker = await startTestBroker(t)
  const client = await broker.connect()
  await broker.createTopic('orders', { configs: { 'retention.ms': '7' } })
  const resources = Array.from({ length: 450 }, (_, index) => ({
    resourceType: TOPIC,
    resourceName: index % 3 === 0 ? 'absent' : 'orders',
    configurationKeys: ['retention.ms'],
  }))
  const { results } = await client.send(DescribeConfigs, 4, { resources })
  const expected = resources.map(({ resourceName }) => (resourceName === 'orders' ? '7' : undefined))
  assert.deepEqual(
    results.map(result => result.configs[0]?.value),
    expected,
  )
})

describe("internal topics' replication factors", () => {
  /** Asks for a group's coordinator until there is one, or as often as `times`; says the last answer. */
  async function coordinatorError(client: RawClient, times: number): Promise<number> {
    for (let time = 1; ; time++) {
      const { coordinators } = await client.send(FindCoordinator, 4, { keyType: 0, coordinatorKeys: ['group'] })
      const { errorCode } = coordinators[0]!
      if (errorCode === ErrorCode.NONE || time === times) return errorCode
    }
  }

  test('are 1 where they are unset, so that a lone node serves groups', { timeout: 60_000 }, async t => {
    const broker = await startTestBroker(t)
    assert.equal(await coordinatorError(await broker.connect(), Number.POSITIVE_INFINITY), ErrorCode.NONE)
  })

  test('are what they are set to, literally, even where one node cannot have it', async t => {
    const broker = await startTestBroker(t, { 'offsets.topic.replication.factor': '3' })
    const client = await broker.connect()
    assert.equal(await coordinatorError(client, 50), ErrorCode.COORDINATOR_NOT_AVAILABLE)
    // A change of any config goes through the controller behind whatever it was asked before.
    await alter(client, BROKER, '', { 'message.max.bytes': '1000000' })
    const resources = [{ resourceType: TOPIC, resourceName: '__consumer_offsets', configurationKeys: null }]
    const { results } = await client.send(DescribeConfigs, 4, { resources })
    assert.equal(results[0]?.errorCode, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
  })
})
