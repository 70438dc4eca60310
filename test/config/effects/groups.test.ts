import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DescribeConfigs } from '../../../src/protocol/apis/describe-configs.ts'
import { Fetch } from '../../../src/protocol/apis/fetch.ts'
import { ListOffsets } from '../../../src/protocol/apis/list-offsets.ts'
import { Metadata } from '../../../src/protocol/apis/metadata.ts'
import { OffsetFetch } from '../../../src/protocol/apis/offset-fetch.ts'
import { ErrorCode } from '../../../src/protocol/errors.ts'
import { ZERO_UUID } from '../../../src/protocol/uuid.ts'
import { alter, eventually, settled, startEffectBroker } from './effect-broker.ts'
import { commit, few, heartbeat, join, withOffsetsTopic } from './group-requests.ts'

const GROUP = 32
test('group.min.session.timeout.ms and group.max.session.timeout.ms: bound what a member may ask for', async t => {
  const bounds = { 'group.min.session.timeout.ms': '5000', 'group.max.session.timeout.ms': '7000' }
  const { client } = await startEffectBroker(t, { ...few, ...bounds })
  await withOffsetsTopic(client)
  assert.equal((await join(client, 4999)).errorCode, ErrorCode.INVALID_SESSION_TIMEOUT)
  assert.equal((await join(client, 7001)).errorCode, ErrorCode.INVALID_SESSION_TIMEOUT)
  assert.equal((await join(client, 5000)).errorCode, ErrorCode.NONE)
})

test('group.max.size: turns away who is one too many', async t => {
  const { broker, client } = await startEffectBroker(t, { ...few, 'group.max.size': '1' })
  await withOffsetsTopic(client)
  assert.equal((await join(client)).errorCode, ErrorCode.NONE)
  assert.equal((await join(await broker.connect())).errorCode, ErrorCode.GROUP_MAX_SIZE_REACHED)
})

test('group.initial.rebalance.delay.ms: a new group waits for more members', async t => {
  const { client, clock } = await startEffectBroker(t, { ...few, 'group.initial.rebalance.delay.ms': '3000' })
  await withOffsetsTopic(client)
  let isAnswered = false
  const joined = join(client).then(answer => {
    isAnswered = true
    return answer
  })
  clock.advance(2999)
  await settled()
  assert.equal(isAnswered, false)
  await eventually(async () => {
    clock.advance(1000)
    await settled()
    return isAnswered
  }, 'an answer')
  assert.equal((await joined).errorCode, ErrorCode.NONE)
})

test('group.coordinator.rebalance.protocols: serves the kinds of groups it names', async t => {
  const { client } = await startEffectBroker(t, { ...few, 'group.coordinator.rebalance.protocols': 'classic' })
  await withOffsetsTopic(client)
  assert.equal((await heartbeat(client)).errorCode, ErrorCode.UNSUPPORTED_VERSION)
})

test('group.consumer.heartbeat.interval.ms and consumer.heartbeat.interval.ms: are what members are told', async t => {
  const interval = {
    'group.consumer.heartbeat.interval.ms': '6000',
    'group.consumer.min.heartbeat.interval.ms': '5500',
    'group.consumer.max.heartbeat.interval.ms': '8000',
  }
  const broker = await startEffectBroker(t, { ...few, ...interval })
  await withOffsetsTopic(broker.client)
  const first = await heartbeat(broker.client)
  assert.equal(first.heartbeatIntervalMs, 6000)
  assert.equal((await alter(broker, GROUP, 'group', { 'consumer.heartbeat.interval.ms': '7000' })).errorCode, 0)
  const again = await heartbeat(broker.client, { memberEpoch: first.memberEpoch })
  assert.equal(again.heartbeatIntervalMs, 7000)
  // group.consumer.min.heartbeat.interval.ms and group.consumer.max.heartbeat.interval.ms
  for (const value of ['5499', '8001']) {
    const refused = await alter(broker, GROUP, 'group', { 'consumer.heartbeat.interval.ms': value })
    assert.equal(refused.errorCode, ErrorCode.INVALID_CONFIG)
  }
})

test('group.consumer.session.timeout.ms and consumer.session.timeout.ms: a silent member is removed after it', async t => {
  const timeout = {
    'group.consumer.session.timeout.ms': '50000',
    'group.consumer.min.session.timeout.ms': '46000',
    'group.consumer.max.session.timeout.ms': '70000',
  }
  const broker = await startEffectBroker(t, { ...few, ...timeout })
  await withOffsetsTopic(broker.client)
  assert.equal((await alter(broker, GROUP, 'patient', { 'consumer.session.timeout.ms': '65000' })).errorCode, 0)
  const groups = ['group', 'patient']
  const epochs = await Promise.all(
    groups.map(async groupId => (await heartbeat(broker.client, { groupId })).memberEpoch),
  )
  broker.clock.advance(51_000)
  const codes: number[] = []
  for (const [index, groupId] of groups.entries()) {
    codes.push((await heartbeat(broker.client, { groupId, memberEpoch: epochs[index] })).errorCode)
  }
  assert.deepEqual(codes, [ErrorCode.UNKNOWN_MEMBER_ID, ErrorCode.NONE])
  // group.consumer.min.session.timeout.ms and group.consumer.max.session.timeout.ms
  for (const value of ['45999', '70001']) {
    const refused = await alter(broker, GROUP, 'group', { 'consumer.session.timeout.ms': value })
    assert.equal(refused.errorCode, ErrorCode.INVALID_CONFIG)
  }
})

test('group.consumer.min.assignment.interval.ms and group.consumer.max.assignment.interval.ms: bound what a group may be configured with', async t => {
  const bounds = {
    'group.consumer.min.assignment.interval.ms': '500',
    'group.consumer.max.assignment.interval.ms': '2000',
  }
  const broker = await startEffectBroker(t, bounds)
  for (const [value, errorCode] of [
    ['499', ErrorCode.INVALID_CONFIG],
    ['500', ErrorCode.NONE],
    ['2001', ErrorCode.INVALID_CONFIG],
  ] as const) {
    assert.equal(
      (await alter(broker, GROUP, 'group', { 'consumer.assignment.interval.ms': value })).errorCode,
      errorCode,
    )
  }
})

test('group.consumer.assignors: a member may ask for these alone', async t => {
  const { client } = await startEffectBroker(t, { ...few, 'group.consumer.assignors': 'range' })
  await withOffsetsTopic(client)
  assert.equal((await heartbeat(client, { serverAssignor: 'uniform' })).errorCode, ErrorCode.UNSUPPORTED_ASSIGNOR)
  assert.equal((await heartbeat(client, { serverAssignor: 'range' })).errorCode, ErrorCode.NONE)
})

test('group.consumer.max.size: turns away who is one too many of a consumer group', async t => {
  const { client } = await startEffectBroker(t, { ...few, 'group.consumer.max.size': '1' })
  await withOffsetsTopic(client)
  assert.equal((await heartbeat(client)).errorCode, ErrorCode.NONE)
  assert.equal((await heartbeat(client, { memberId: 'another' })).errorCode, ErrorCode.GROUP_MAX_SIZE_REACHED)
})

test('offset.metadata.max.bytes: bounds the text committed with an offset', async t => {
  const broker = await startEffectBroker(t, { ...few, 'offset.metadata.max.bytes': '10' })
  await withOffsetsTopic(broker.client)
  const { name } = await broker.topic()
  assert.equal(await commit(broker.client, name, 'x'.repeat(10)), ErrorCode.NONE)
  assert.equal(await commit(broker.client, name, 'x'.repeat(11)), ErrorCode.OFFSET_METADATA_TOO_LARGE)
})

test('offsets.retention.minutes and offsets.retention.check.interval.ms: forget offsets of a group that is gone', async t => {
  const retention = { 'offsets.retention.minutes': '2', 'offsets.retention.check.interval.ms': '30000' }
  const broker = await startEffectBroker(t, { ...few, ...retention })
  await withOffsetsTopic(broker.client)
  const { name } = await broker.topic()
  assert.equal(await commit(broker.client, name), ErrorCode.NONE)
  const committed = async () => {
    const groups = [{ groupId: 'group', topics: [{ name, partitionIndexes: [0] }] }]
    const answer = await broker.client.send(OffsetFetch, 8, { groups })
    return answer.groups[0]!.topics[0]!.partitions[0]!.committedOffset
  }
  for (let passedMs = 0; passedMs < 110_000; passedMs += 10_000) {
    broker.clock.advance(10_000)
    await settled()
  }
  assert.equal(await committed(), 5n)
  await eventually(async () => {
    broker.clock.advance(10_000)
    await settled()
    return (await committed()) === -1n
  }, 'an expired offset')
})

test('offsets.topic.compression.codec: compresses what the coordinator writes', async t => {
  const broker = await startEffectBroker(t, { ...few, 'offsets.topic.compression.codec': '1' })
  await withOffsetsTopic(broker.client)
  const { name } = await broker.topic()
  assert.equal(await commit(broker.client, name), ErrorCode.NONE)
  const topics = [{ name: '__consumer_offsets', topicId: ZERO_UUID }]
  const { topics: known } = await broker.client.send(Metadata, 12, { topics })
  const partitions = [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1_000_000 }]
  const request = { maxWaitMs: 0, minBytes: 0, topics: [{ topicId: known[0]!.topicId, partitions }] }
  const response = await broker.client.send(Fetch, 13, request)
  const records = Buffer.from(response.responses[0]!.partitions[0]!.records!)
  assert.equal(records.readInt16BE(21) & 7, 1)
})

/** Each internal topic, the keys it is made with, and the topic keys they become. */
const internalTopics = [
  ['__consumer_offsets', { 'offsets.topic.segment.bytes': '2000001' }, { 'segment.bytes': '2000001' }],
  [
    '__transaction_state',
    { 'transaction.state.log.segment.bytes': '2000002', 'transaction.state.log.min.isr': '2' },
    { 'segment.bytes': '2000002', 'min.insync.replicas': '2' },
  ],
  [
    '__share_group_state',
    { 'share.coordinator.state.topic.segment.bytes': '2000003', 'share.coordinator.state.topic.min.isr': '2' },
    { 'segment.bytes': '2000003', 'min.insync.replicas': '2' },
  ],
] as const

for (const [name, given, becomes] of internalTopics) {
  test(`${Object.keys(given).join(' and ')}: configure the topic when it is made`, async t => {
    const { client } = await startEffectBroker(t, given)
    const topics = [{ name, topicId: ZERO_UUID }]
    const ask = () => client.send(Metadata, 12, { topics, allowAutoTopicCreation: true })
    await eventually(async () => (await ask()).topics[0]!.errorCode === ErrorCode.NONE, name)
    const resources = [{ resourceType: 2, resourceName: name, configurationKeys: Object.keys(becomes) }]
    const { results } = await client.send(DescribeConfigs, 4, { resources })
    assert.deepEqual(Object.fromEntries(results[0]!.configs.map(config => [config.name, config.value])), becomes)
  })
}

for (const [name, key] of [
  ['__consumer_offsets', 'offsets.topic.replication.factor'],
  ['__transaction_state', 'transaction.state.log.replication.factor'],
  ['__share_group_state', 'share.coordinator.state.topic.replication.factor'],
] as const) {
  test(`${key}: is what the topic is made with, even where one node cannot have it`, async t => {
    const { client } = await startEffectBroker(t, { [key]: '3' })
    const topics = [{ name, topicId: ZERO_UUID }]
    for (let time = 0; time < 5; time++) {
      const { topics: answered } = await client.send(Metadata, 12, { topics, allowAutoTopicCreation: true })
      assert.notEqual(answered[0]!.errorCode, ErrorCode.NONE)
      await settled()
    }
  })
}

test('min.insync.replicas: is what a new cluster holds its topics to', async t => {
  const { client } = await startEffectBroker(t, { 'min.insync.replicas': '2' })
  const resources = [{ resourceType: 4, resourceName: '', configurationKeys: ['min.insync.replicas'] }]
  const { results } = await client.send(DescribeConfigs, 4, { resources })
  assert.deepEqual(
    results[0]!.configs.map(({ name, value }) => [name, value]),
    [['min.insync.replicas', '2']],
  )
})

test('group.consumer.regex.refresh.interval.ms: patterns are matched again after it', async t => {
  const isMatchedAgain = async (intervalMs: string) => {
    const { client, clock } = await startEffectBroker(t, {
      ...few,
      'group.consumer.regex.refresh.interval.ms': intervalMs,
    })
    await withOffsetsTopic(client)
    const given = { subscribedTopicNames: null, subscribedTopicRegex: 'orders-.*' }
    const { memberEpoch } = await heartbeat(client, given)
    await settled()
    const { memberEpoch: epoch } = await heartbeat(client, { ...given, memberEpoch })
    await settled()
    const end = async () => {
      const topics = [{ name: '__consumer_offsets', partitions: [{ partitionIndex: 0, timestamp: -1 }] }]
      const { topics: answered } = await client.send(ListOffsets, 7, { replicaId: -1, isolationLevel: 0, topics })
      return answered[0]!.partitions[0]!.offset
    }
    const before = await end()
    clock.advance(20_000)
    await heartbeat(client, { ...given, memberEpoch: epoch })
    await settled()
    return (await end()) > before
  }
  assert.deepEqual([await isMatchedAgain('10000'), await isMatchedAgain('600000')], [true, false])
})
