import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { test } from 'node:test'
import { controllerHandlerEntries } from '../../src/broker/controller-handlers.ts'
import { apiKeyInfo } from '../../src/protocol/api-keys.ts'
import { AllocateProducerIds } from '../../src/protocol/apis/allocate-producer-ids.ts'
import { ApiVersions } from '../../src/protocol/apis/api-versions.ts'
import { AssignReplicasToDirs } from '../../src/protocol/apis/assign-replicas-to-dirs.ts'
import { DescribeCluster } from '../../src/protocol/apis/describe-cluster.ts'
import { DescribeConfigs } from '../../src/protocol/apis/describe-configs.ts'
import { IncrementalAlterConfigs } from '../../src/protocol/apis/incremental-alter-configs.ts'
import { Metadata } from '../../src/protocol/apis/metadata.ts'
import { ErrorCode } from '../../src/protocol/errors.ts'
import { ONE_UUID } from '../../src/protocol/uuid.ts'
import { parseMetaProperties } from '../../src/storage/meta-properties.ts'
import { RawClient } from '../support/raw-client.ts'
import { startTestBroker, type TestBroker } from '../support/test-broker.ts'

const withController = {
  'process.roles': 'broker,controller',
  'node.id': '1',
  'controller.quorum.voters': '1@127.0.0.1:9093',
  'controller.listener.names': 'CONTROLLER',
  listeners: 'PLAINTEXT://127.0.0.1:0,CONTROLLER://127.0.0.1:0',
  'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
}

async function connectToController(t: TestContext, broker: TestBroker): Promise<RawClient> {
  const client = await RawClient.connect(broker.server.controllerListeners[0]!.port)
  t.after(() => client.close())
  return client
}

test('the controller serves its own APIs on its own listener, and none of the brokers', async t => {
  const broker = await startTestBroker(t, withController)
  const client = await connectToController(t, broker)
  const { apiKeys } = await client.send(ApiVersions, 4, { clientSoftwareName: 'a', clientSoftwareVersion: '1' })
  assert.deepEqual(
    apiKeys.map(({ apiKey }) => apiKey),
    controllerHandlerEntries.map(({ key }) => key),
  )
  for (const { apiKey } of apiKeys) assert.ok(apiKeyInfo(apiKey)?.listeners.includes('controller'), `API ${apiKey}`)
  await assert.rejects(client.send(Metadata, 12, { topics: null }))
})

test('a controller tells where it is itself, at the port that the system chose', async t => {
  const broker = await startTestBroker(t, withController)
  const client = await connectToController(t, broker)
  const answer = await client.send(DescribeCluster, 2, { includeClusterAuthorizedOperations: false, endpointType: 2 })
  const { port } = broker.server.controllerListeners[0]!
  assert.deepEqual(
    answer.brokers.map(({ brokerId, host, port }) => ({ brokerId, host, port })),
    [{ brokerId: 1, host: '127.0.0.1', port }],
  )
  assert.equal(answer.controllerId, 1)
})

/** A broker's epoch is known to nobody but itself: the only one that is taken. */
async function brokerEpochOf(client: RawClient): Promise<number> {
  for (let brokerEpoch = 0; brokerEpoch < 100; brokerEpoch++) {
    const { errorCode, producerIdLen } = await client.send(AllocateProducerIds, 0, { brokerId: 1, brokerEpoch })
    if (errorCode === ErrorCode.NONE) {
      assert.equal(producerIdLen, 1000)
      return brokerEpoch
    }
    assert.equal(errorCode, ErrorCode.STALE_BROKER_EPOCH)
  }
  throw new Error('no epoch is taken')
}

test('a broker of the right epoch is given producer ids that nobody else has, and says where its replicas lie', async t => {
  const broker = await startTestBroker(t, withController)
  const client = await connectToController(t, broker)
  const brokerEpoch = await brokerEpochOf(client)
  const first = await client.send(AllocateProducerIds, 0, { brokerId: 1, brokerEpoch })
  const second = await client.send(AllocateProducerIds, 0, { brokerId: 1, brokerEpoch })
  assert.equal(second.producerIdStart, first.producerIdStart + first.producerIdLen)
  const { id } = await broker.createTopic('t')
  const file = parseMetaProperties(await readFile(join(broker.directory, 'meta.properties')))
  const answer = await client.send(AssignReplicasToDirs, 0, {
    brokerId: 1,
    brokerEpoch,
    directories: [
      {
        id: file.directoryId!,
        topics: [
          { topicId: id, partitions: [{ partitionIndex: 0 }, { partitionIndex: 7 }] },
          { topicId: ONE_UUID, partitions: [{ partitionIndex: 0 }] },
        ],
      },
    ],
  })
  assert.deepEqual(
    answer.directories[0]?.topics.map(({ partitions }) => partitions.map(({ errorCode }) => errorCode)),
    [[ErrorCode.NONE, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION], [ErrorCode.UNKNOWN_TOPIC_ID]],
  )
})

test('what is altered at the controller takes effect at the broker', async t => {
  const broker = await startTestBroker(t, withController)
  const client = await connectToController(t, broker)
  const configs = [{ name: 'log.retention.ms', configOperation: 0, value: '12345678' }]
  const { responses } = await client.send(IncrementalAlterConfigs, 1, {
    resources: [{ resourceType: 4, resourceName: '', configs }],
    validateOnly: false,
  })
  assert.equal(responses[0]?.errorCode, ErrorCode.NONE)
  const asked = await broker.connect()
  const { results } = await asked.send(DescribeConfigs, 4, {
    resources: [{ resourceType: 4, resourceName: '1', configurationKeys: ['log.retention.ms'] }],
    includeSynonyms: false,
    includeDocumentation: false,
  })
  assert.equal(results[0]?.configs[0]?.value, '12345678')
})
