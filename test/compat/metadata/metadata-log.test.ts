import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { startBroker } from '../../../src/index.ts'
import { CreateTopics } from '../../../src/protocol/apis/create-topics.ts'
import { DeleteTopics } from '../../../src/protocol/apis/delete-topics.ts'
import { InitProducerId } from '../../../src/protocol/apis/init-producer-id.ts'
import { Metadata } from '../../../src/protocol/apis/metadata.ts'
import { ErrorCode } from '../../../src/protocol/errors.ts'
import { ZERO_UUID } from '../../../src/protocol/uuid.ts'
import { java, resolveJars, shortLivedJvmArgs, temporaryDirectory } from '../../support/java.ts'
import { startKafka } from '../../support/kafka-node.ts'
import { RawClient } from '../../support/raw-client.ts'
import { skipWithout } from '../../support/require.ts'

const skip = skipWithout('java')

async function withClient<Result>(port: number, use: (client: RawClient) => Promise<Result>): Promise<Result> {
  const client = await RawClient.connect(port)
  try {
    return await use(client)
  } finally {
    client.socket.destroy()
  }
}

function create(port: number, ...names: string[]) {
  const topics = names.map(name => ({
    name,
    numPartitions: 2,
    replicationFactor: 1,
    assignments: [],
    configs: [{ name: 'retention.ms', value: '86400000' }],
  }))
  return withClient(port, async client => {
    const { topics: results } = await client.send(CreateTopics, 7, { topics })
    for (const { name, errorCode } of results) assert.equal(errorCode, 0, name)
    return new Map(results.map(({ name, topicId }) => [name, topicId]))
  })
}

function remove(port: number, name: string) {
  return withClient(port, client =>
    client.send(DeleteTopics, 6, { topics: [{ name, topicId: ZERO_UUID }], timeoutMs: 30_000 }),
  )
}

function topicIds(port: number) {
  return withClient(port, async client => {
    const { topics } = await client.send(Metadata, 13, { topics: null })
    for (const { partitions } of topics) for (const { errorCode } of partitions) assert.equal(errorCode, 0)
    return new Map(topics.map(({ name, topicId }) => [name, topicId]))
  })
}

async function allocateProducerId(port: number): Promise<number> {
  const request = { transactionalId: null, transactionTimeoutMs: 60_000, producerId: -1, producerEpoch: -1 }
  return withClient(port, async client => {
    // A broker that has no block yet says that it is loading.
    for (;;) {
      const { errorCode, producerId } = await client.send(InitProducerId, 4, request)
      if (errorCode === ErrorCode.NONE) return producerId
      assert.equal(errorCode, ErrorCode.COORDINATOR_LOAD_IN_PROGRESS)
    }
  })
}

/** What `DumpLogSegments --cluster-metadata-decoder` makes of the files: one JSON text per record. */
async function dump(directory: string, suffix: string): Promise<string[]> {
  const folder = join(directory, '__cluster_metadata-0')
  const files = readdirSync(folder).filter(name => name.endsWith(suffix))
  assert.ok(files.length > 0)
  const { code, stdout, stderr } = await java({
    classPath: await resolveJars('kafka-4.3.1'),
    mainClass: 'org.apache.kafka.tools.DumpLogSegments',
    args: [
      '--cluster-metadata-decoder',
      '--skip-record-metadata',
      '--files',
      files.map(name => join(folder, name)).join(),
    ],
    jvmArgs: shortLivedJvmArgs,
  })
  assert.equal(code, 0, stderr)
  assert.doesNotMatch(stdout, /isvalid: false|Could not deserialize|Skipping|unable/i)
  return [...stdout.matchAll(/payload: (.*)/g)].map(([, payload]) => payload ?? '')
}

function count(payloads: readonly string[], type: string): number {
  return payloads.filter(payload => payload.includes(`"type":"${type}"`)).length
}

test('Kafka’s own decoder reads the metadata log and its snapshots', { skip }, async t => {
  const directory = await temporaryDirectory('metadata-log')
  t.after(() => directory.remove())
  const config = { 'metadata.log.max.record.bytes.between.snapshots': 300 }
  const broker = await startBroker({ dataDirectory: directory.path, config })
  t.after(() => broker.stop())
  await create(broker.port, 'flights', 'gone')
  await remove(broker.port, 'gone')
  await allocateProducerId(broker.port)
  await broker.stop()
  const log = await dump(directory.path, '.log')
  assert.equal(count(log, 'FEATURE_LEVEL_RECORD'), 6)
  assert.equal(count(log, 'REGISTER_BROKER_RECORD'), 1)
  assert.equal(count(log, 'TOPIC_RECORD'), 2)
  assert.equal(count(log, 'PARTITION_RECORD'), 4)
  assert.equal(count(log, 'REMOVE_TOPIC_RECORD'), 1)
  assert.equal(count(log, 'PRODUCER_IDS_RECORD'), 1)
  const snapshots = await dump(directory.path, '.checkpoint')
  assert.ok(count(snapshots, 'TOPIC_RECORD') >= 1)
})

test('real Kafka takes over a directory, and Ottla takes it back', { skip }, async t => {
  const directory = await temporaryDirectory('metadata-swap')
  t.after(() => directory.remove())
  const dataDirectory = directory.path
  const config = { 'metadata.log.max.record.bytes.between.snapshots': 2000 }
  const first = await startBroker({ dataDirectory, config })
  t.after(() => first.stop())
  const ours = await create(first.port, 'flights', 'trains', 'ships')
  await remove(first.port, 'ships')
  const firstId = await allocateProducerId(first.port)
  await first.stop()

  const kafka = await startKafka({ directory: dataDirectory })
  t.after(() => kafka.stop())
  assert.equal(kafka.clusterId, first.clusterId)
  const inKafka = await topicIds(kafka.port)
  assert.deepEqual([...inKafka.keys()].sort(), ['flights', 'trains'])
  for (const name of ['flights', 'trains']) assert.equal(inKafka.get(name), ours.get(name))
  await create(kafka.port, 'planes')
  await remove(kafka.port, 'trains')
  const kafkasId = await allocateProducerId(kafka.port)
  assert.ok(kafkasId >= firstId + 1000, 'a producer id is never given twice')
  const said = kafka.log()
  await kafka.stop()
  assert.doesNotMatch(said, /ERROR|stray/i)

  const second = await startBroker({ dataDirectory, config })
  t.after(() => second.stop())
  const names = [...(await topicIds(second.port)).keys()].sort()
  assert.deepEqual(names, ['flights', 'planes'])
  assert.ok((await allocateProducerId(second.port)) >= kafkasId + 1000)
  await second.stop()
  assert.deepEqual(
    readdirSync(dataDirectory).filter(name => name.includes('stray')),
    [],
  )
})
