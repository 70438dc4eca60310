import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { nodePorts } from '../../../src/platform/node-ports.ts'
import { noValueSources } from '../../../src/ports.ts'
import { AlterReplicaLogDirs } from '../../../src/protocol/apis/alter-replica-log-dirs.ts'
import { ApiVersions } from '../../../src/protocol/apis/api-versions.ts'
import { CreateTopics } from '../../../src/protocol/apis/create-topics.ts'
import { DeleteTopics } from '../../../src/protocol/apis/delete-topics.ts'
import { DescribeCluster } from '../../../src/protocol/apis/describe-cluster.ts'
import { DescribeLogDirs } from '../../../src/protocol/apis/describe-log-dirs.ts'
import { DescribeTopicPartitions } from '../../../src/protocol/apis/describe-topic-partitions.ts'
import { Fetch } from '../../../src/protocol/apis/fetch.ts'
import { Metadata } from '../../../src/protocol/apis/metadata.ts'
import { ErrorCode } from '../../../src/protocol/errors.ts'
import { ZERO_UUID } from '../../../src/protocol/uuid.ts'
import { startServer } from '../../../src/server.ts'
import { formatStorage } from '../../../src/storage/formatter.ts'
import { MemoryDisk } from '../../support/memory-disk.ts'
import { RawClient } from '../../support/raw-client.ts'
import { startTestBroker } from '../../support/test-broker.ts'
import { alter, type EffectBroker, eventually, startEffectBroker } from './effect-broker.ts'

const BROKER = 4

async function create({ client }: EffectBroker, name: string, numPartitions = -1, replicationFactor = -1) {
  const topics = [{ name, numPartitions, replicationFactor, assignments: [], configs: [] }]
  const response = await client.send(CreateTopics, 7, { topics, timeoutMs: 1000 })
  return response.topics[0]!
}

async function metadataOf({ client }: EffectBroker, name: string, allowAutoTopicCreation = true) {
  return (await client.send(Metadata, 12, { topics: [{ name, topicId: ZERO_UUID }], allowAutoTopicCreation }))
    .topics[0]!
}

test('num.partitions: new topics have so many', async t => {
  const broker = await startEffectBroker(t, { 'num.partitions': '3' })
  assert.equal((await create(broker, 'orders')).numPartitions, 3)
})

test('default.replication.factor: new topics ask for so many replicas', async t => {
  const broker = await startEffectBroker(t, { 'default.replication.factor': '2' })
  assert.equal((await create(broker, 'orders')).errorCode, ErrorCode.INVALID_REPLICATION_FACTOR)
})

test('auto.create.topics.enable: a topic that is asked for is made, or not', async t => {
  for (const [value, made] of [
    ['true', true],
    ['false', false],
  ] as const) {
    const broker = await startEffectBroker(t, { 'auto.create.topics.enable': value })
    await metadataOf(broker, 'orders')
    const isThere = async () => (await metadataOf(broker, 'orders', false)).errorCode === ErrorCode.NONE
    if (made) await eventually(isThere, 'the topic')
    else assert.equal(await isThere(), false)
  }
})

test('delete.topic.enable: topics stay', async t => {
  const broker = await startEffectBroker(t, { 'delete.topic.enable': 'false' })
  const { name } = await broker.topic()
  const topics = [{ name, topicId: ZERO_UUID }]
  const { responses } = await broker.client.send(DeleteTopics, 6, { topics, timeoutMs: 1000 })
  assert.equal(responses[0]!.errorCode, ErrorCode.TOPIC_DELETION_DISABLED)
})

test('node.id, broker.id and broker.rack: are what the broker is called', async t => {
  for (const key of ['node.id', 'broker.id']) {
    const { client } = await startEffectBroker(t, { [key]: '7', 'broker.rack': 'prague' })
    const { brokers, controllerId } = await client.send(DescribeCluster, 1, {
      includeClusterAuthorizedOperations: false,
      endpointType: 1,
    })
    assert.deepEqual([brokers[0]!.brokerId, brokers[0]!.rack, controllerId], [7, 'prague', 7])
  }
})

test('max.request.partition.size.limit: one answer describes so many partitions', async t => {
  const count = async (properties: Record<string, string>) => {
    const broker = await startEffectBroker(t, properties)
    await create(broker, 'orders', 5)
    const request = { topics: [{ name: 'orders' }], responsePartitionLimit: 2000, cursor: null }
    const { topics, nextCursor } = await broker.client.send(DescribeTopicPartitions, 0, request)
    return [topics[0]!.partitions.length, nextCursor?.partitionIndex]
  }
  assert.deepEqual(await count({ 'max.request.partition.size.limit': '2' }), [2, 2])
  assert.deepEqual(await count({}), [5, undefined])
})

for (const [key, properties, refusal] of [
  ['process.roles', { 'process.roles': 'broker' }, /process\.roles: Ottla is broker and controller in one/],
  ['controller.quorum.voters', { 'controller.quorum.voters': '1@a:1,2@b:2' }, /voters: Ottla is a cluster of one node/],
  [
    'controller.quorum.bootstrap.servers',
    { 'controller.quorum.bootstrap.servers': 'a:1,b:2' },
    /servers: Ottla is a cluster of one node/,
  ],
  [
    'security.inter.broker.protocol',
    { 'security.inter.broker.protocol': 'SSL', listeners: 'SSL://127.0.0.1:0' },
    /SSL is of security protocol SSL, and Ottla speaks PLAINTEXT only/,
  ],
] as const) {
  test(`${key}: a node that would be something else does not start`, async t => {
    const whole = {
      'process.roles': 'broker,controller',
      'controller.quorum.voters': '1@127.0.0.1:1',
      'node.id': '1',
      listeners: 'PLAINTEXT://127.0.0.1:0,CONTROLLER://127.0.0.1:0',
      'controller.listener.names': 'CONTROLLER',
      'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SSL:SSL',
    }
    await startEffectBroker(t, whole)
    const { 'controller.quorum.voters': _, ...dynamicQuorum } = whole
    const base = key === 'controller.quorum.bootstrap.servers' ? dynamicQuorum : whole
    const listeners = 'listeners' in properties ? `${properties.listeners},CONTROLLER://127.0.0.1:0` : whole.listeners
    const only = key === 'process.roles' ? 'PLAINTEXT://127.0.0.1:0' : listeners
    const voters = key === 'process.roles' ? { 'controller.quorum.voters': '2@127.0.0.1:1' } : {}
    await assert.rejects(startEffectBroker(t, { ...base, ...voters, ...properties, listeners: only }), refusal)
  })
}

test('log.dir: is where logs lie, unless log.dirs says otherwise', async t => {
  const [one, two] = await twoDirectories(t)
  for (const [given, directory] of [
    [{ 'log.dir': one! }, one!],
    [{ 'log.dir': one!, 'log.dirs': two! }, two!],
  ] as const) {
    const server = await startServer({
      properties: new Map(Object.entries({ listeners: 'PLAINTEXT://127.0.0.1:0', ...given })),
      hostName: 'localhost',
      memoryBudgetBytes: 64 * 1024 * 1024,
      ports: { ...nodePorts(() => {}), disk: new MemoryDisk() },
    })
    assert.deepEqual(server.logDirectories, [directory])
    await server.stop()
  }
})

test('fetch.max.bytes: bounds an answer beyond its first batch', async t => {
  const count = async (properties: Record<string, string>) => {
    const broker = await startEffectBroker(t, properties)
    const topic = await broker.topic()
    for (let batch = 0; batch < 3; batch++) await topic.produce({ records: [{ value: 'x', times: 800 }] })
    const partitions = [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1_000_000 }]
    const request = { maxWaitMs: 0, minBytes: 0, maxBytes: 1_000_000, topics: [{ topicId: topic.id, partitions }] }
    const response = await broker.client.send(Fetch, 13, request)
    return response.responses[0]!.partitions[0]!.records!.length
  }
  assert.ok((await count({ 'fetch.max.bytes': '1024' })) < 1024)
  assert.ok((await count({})) > 2400)
})

test('max.incremental.fetch.session.cache.slots: no sessions where there is no slot', async t => {
  for (const [slots, hasSession] of [
    ['0', false],
    ['1000', true],
  ] as const) {
    const broker = await startEffectBroker(t, { 'max.incremental.fetch.session.cache.slots': slots })
    const topic = await broker.topic()
    const partitions = [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1000 }]
    const topics = [{ topicId: topic.id, partitions }]
    const request = { maxWaitMs: 0, minBytes: 0, sessionId: 0, sessionEpoch: 0, topics }
    assert.equal((await broker.client.send(Fetch, 13, request)).sessionId !== 0, hasSession)
  }
})

test('unstable.api.versions.enable: versions in development are told and served', async t => {
  for (const [value, max] of [
    ['false', 5],
    ['true', 6],
  ] as const) {
    const { client } = await startEffectBroker(t, { 'unstable.api.versions.enable': value })
    const request = { clientSoftwareName: 'test', clientSoftwareVersion: '1' }
    const { apiKeys } = await client.send(ApiVersions, 4, request)
    assert.equal(apiKeys.find(({ apiKey }) => apiKey === 22)?.maxVersion, max)
  }
})

test('unstable.feature.versions.enable: feature levels in development are supported, and a cluster formatted with one is taken over', async t => {
  for (const [value, max] of [
    ['false', 30],
    ['true', 31],
  ] as const) {
    const { client } = await startEffectBroker(t, { 'unstable.feature.versions.enable': value })
    const request = { clientSoftwareName: 'test', clientSoftwareVersion: '1' }
    const { supportedFeatures } = await client.send(ApiVersions, 4, request)
    assert.equal(supportedFeatures.find(({ name }) => name === 'metadata.version')?.maxVersion, max)
    const formatted = startTestBroker(t, { 'unstable.feature.versions.enable': value }, {}, {}, formattedUnstable)
    if (value === 'false') await assert.rejects(formatted, /metadata\.version=31, and this node supports 7 to 30$/)
    else {
      const answer = await (await (await formatted).connect()).send(ApiVersions, 4, request)
      assert.equal(answer.finalizedFeatures.find(({ name }) => name === 'metadata.version')?.maxVersionLevel, 31)
      assert.equal((await (await formatted).createTopic('orders')).name, 'orders')
    }
  }
})

/** As `kafka-storage format` leaves a directory when it was allowed to. */
async function formattedUnstable(directory: string): Promise<void> {
  const request = {
    nodeId: 1,
    clusterId: '4L6g3nShT-eMCtK--X86sw',
    directories: [directory],
    metadataLogDirectory: directory,
    controllerListenerName: 'CONTROLLER',
    ignoresFormatted: false,
    initialControllers: undefined,
    scramArguments: [],
    releaseVersion: undefined,
    levels: new Map(),
    allowsUnstable: true,
    hasDynamicQuorum: false,
    print: () => {},
  }
  await formatStorage(
    request,
    nodePorts(() => {}),
  )
}

test('socket.request.max.bytes: a larger request closes its connection', async t => {
  const { broker } = await startEffectBroker(t, { 'socket.request.max.bytes': '100' })
  const client = await RawClient.connect(broker.port)
  const size = Buffer.alloc(4)
  size.writeInt32BE(101)
  client.socket.write(size)
  await client.closed
})

test('offsets.topic.num.partitions, transaction.state.log.num.partitions and share.coordinator.state.topic.num.partitions: size topics that the broker makes itself', async t => {
  const broker = await startEffectBroker(t, {
    'share.coordinator.state.topic.num.partitions': '2',
    'offsets.topic.num.partitions': '3',
    'transaction.state.log.num.partitions': '4',
  })
  for (const [name, partitions] of [
    ['__consumer_offsets', 3],
    ['__transaction_state', 4],
    ['__share_group_state', 2],
  ] as const) {
    await metadataOf(broker, name)
    await eventually(async () => (await metadataOf(broker, name)).partitions.length === partitions, name)
  }
})

test('cordoned.log.dirs: takes no new partitions, from the start and while the broker runs', async t => {
  const names = await twoDirectories(t)
  const broker = await startEffectBroker(t, { 'log.dirs': names.join(','), 'cordoned.log.dirs': names[0]! })
  const counts = async () => {
    const { results } = await broker.client.send(DescribeLogDirs, 5, { topics: null })
    return names.map(name => {
      const dir = results.find(({ logDir }) => logDir === name)!
      return [dir.isCordoned, dir.topics.reduce((sum, { partitions }) => sum + partitions.length, 0)]
    })
  }
  for (const name of ['a', 'b']) assert.equal((await create(broker, name)).errorCode, ErrorCode.NONE)
  assert.deepEqual(await counts(), [
    [true, 0],
    [false, 2],
  ])
  const move = { dirs: [{ path: names[0]!, topics: [{ name: 'a', partitions: [0] }] }] }
  const moved = await broker.client.send(AlterReplicaLogDirs, 2, move)
  assert.equal(moved.results[0]!.partitions[0]!.errorCode, ErrorCode.INVALID_REPLICA_ASSIGNMENT)

  assert.equal((await alter(broker, BROKER, '1', { 'cordoned.log.dirs': '*' })).errorCode, ErrorCode.NONE)
  await eventually(async () => (await create(broker, `c${Math.random()}`)).errorCode !== 0, 'a refusal')
  assert.equal((await create(broker, 'd')).errorCode, ErrorCode.INVALID_REPLICATION_FACTOR)
  assert.equal((await alter(broker, BROKER, '1', { 'cordoned.log.dirs': '' })).errorCode, ErrorCode.NONE)
  await eventually(async () => (await create(broker, `e${Math.random()}`)).errorCode === 0, 'a topic')
  const after = await counts()
  assert.deepEqual([after[0]![0], Number(after[0]![1]) > 0], [false, true])
})

test('config.providers: values come from the environment, from the start and while the broker runs', async t => {
  const valueSources = { ...noValueSources, environment: { PARTITIONS: '4', MAX_BYTES: '1000' } }
  const properties = {
    'config.providers': 'env',
    'config.providers.env.class': 'org.apache.kafka.common.config.provider.EnvVarConfigProvider',
    'num.partitions': `\${env:PARTITIONS}`,
  }
  const broker = await startEffectBroker(t, properties, () => ({ valueSources }))
  assert.equal((await create(broker, 'orders')).numPartitions, 4)
  assert.deepEqual(broker.broker.lines, [])

  const bounded = { 'message.max.bytes': `\${env:MAX_BYTES}` }
  const alone = await alter(broker, BROKER, '1', bounded)
  assert.equal(alone.errorCode, ErrorCode.INVALID_REQUEST)
  assert.match(alone.errorMessage ?? '', /Not a number of type INT/)
  const { 'num.partitions': _, ...providers } = properties
  assert.equal((await alter(broker, BROKER, '1', { ...providers, ...bounded })).errorCode, ErrorCode.NONE)
  const topic = await broker.topic()
  const large = { records: [{ value: 'x', times: 5000 }] }
  await eventually(async () => (await topic.produce(large)).errorCode === ErrorCode.MESSAGE_TOO_LARGE, 'a bound')
  const bad = { 'config.providers.env.class': 'com.example.Vault' }
  assert.match((await alter(broker, BROKER, '1', bad)).errorMessage ?? '', /Ottla runs no Java classes/)
  assert.equal((await alter(broker, BROKER, '1', { 'message.max.bytes': null })).errorCode, ErrorCode.NONE)
  await eventually(async () => (await topic.produce(large)).errorCode === ErrorCode.NONE, 'no bound')
  assert.deepEqual(broker.broker.lines, [])
})

/** Their files are in memory; on the disk of this machine lie only the locks. */
async function twoDirectories(t: TestContext): Promise<string[]> {
  const directory = await mkdtemp(join(tmpdir(), 'ottla-test-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  return [`${directory}/one`, `${directory}/two`]
}
