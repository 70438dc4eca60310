import assert from 'node:assert/strict'
import test from 'node:test'
import { ListenerView } from '../../../src/broker/metadata/partition-view.ts'
import type { BrokerServices } from '../../../src/broker/services.ts'
import type { BrokerRegistration } from '../../../src/controller/image/cluster.ts'
import { emptyMetadataImage, type MetadataImage } from '../../../src/controller/image/metadata-image.ts'
import { LeaderRecoveryState, type PartitionRegistration } from '../../../src/controller/image/partition.ts'
import { Topics } from '../../../src/controller/image/topic.ts'
import { DescribeCluster } from '../../../src/protocol/apis/describe-cluster.ts'
import { DescribeTopicPartitions } from '../../../src/protocol/apis/describe-topic-partitions.ts'
import { Metadata } from '../../../src/protocol/apis/metadata.ts'
import { DirectoryId, toUuid, type Uuid, ZERO_UUID } from '../../../src/protocol/uuid.ts'

const directory = (id: number) => toUuid(`${String(id).padStart(21, 'd')}A`)
const topicId = toUuid('dGVzdC10b3BpYy1pZC0xMg')

function broker(brokerId: number, change: Partial<BrokerRegistration> = {}): BrokerRegistration {
  return {
    brokerId,
    brokerEpoch: brokerId,
    incarnationId: ZERO_UUID,
    endpoints: [
      { name: 'PLAINTEXT', host: `broker-${brokerId}`, port: 9092, securityProtocol: 0 },
      { name: 'EXTERNAL', host: `out-${brokerId}.example`, port: 443, securityProtocol: 0 },
    ],
    features: [],
    rack: `r${brokerId}`,
    fenced: false,
    inControlledShutdown: false,
    directories: [directory(brokerId)],
    cordonedDirectories: [],
    ...change,
  }
}

function partition(change: Partial<PartitionRegistration> = {}): PartitionRegistration {
  return {
    replicas: [1, 2, 3],
    directories: [directory(1), directory(2), directory(3)],
    isr: [1, 2],
    removingReplicas: [],
    addingReplicas: [],
    eligibleLeaderReplicas: [3],
    lastKnownEligibleLeaderReplicas: [],
    leader: 1,
    leaderRecoveryState: LeaderRecoveryState.RECOVERED,
    leaderEpoch: 5,
    partitionEpoch: 6,
    ...change,
  }
}

/** Broker 2 is fenced, broker 3 has no EXTERNAL listener. */
function clusterImage(...partitions: PartitionRegistration[]): MetadataImage {
  const third = broker(3)
  const brokers = [broker(1), broker(2, { fenced: true }), { ...third, endpoints: third.endpoints.slice(0, 1) }]
  const topic = { name: 't', id: topicId, partitions }
  return {
    ...emptyMetadataImage,
    cluster: { brokers: new Map(brokers.map(each => [each.brokerId, each])), controllers: new Map() },
    topics: Topics.empty.with(new Map([[topicId as Uuid, topic]])),
  }
}

/** Asks through the codec, so that what is answered is what the version can carry. */
async function ask(
  api: 'metadata' | 'describe-cluster' | 'describe-topic-partitions',
  image: MetadataImage,
  request: object,
  apiVersion: number,
  listenerName = 'PLAINTEXT',
) {
  const { handler } = await import(`../../../src/broker/handlers/${api}.ts`)
  const services = {
    metadata: { image },
    clusterId: 'cluster',
    nodeId: 1,
    random: { uint32: () => 0 },
    clientEndpoints: { nodeFor: (node: unknown) => node, told() {} },
    config: { get: (key: string) => (key === 'max.request.partition.size.limit' ? 2000 : false) },
  } as unknown as BrokerServices
  return handler.handle(services, request, { apiVersion, connection: { listenerName } })
}

async function metadata(image: MetadataImage, version: number, listenerName?: string) {
  const request = {
    topics: [{ name: 't', topicId: ZERO_UUID }],
    allowAutoTopicCreation: false,
    includeClusterAuthorizedOperations: false,
    includeTopicAuthorizedOperations: false,
  }
  const answer = await ask('metadata', image, request, version, listenerName)
  return Metadata.response.decode(Buffer.concat(Metadata.response.encode(answer, version)), version)
}

test('brokers are named by the listener that was asked through, without those that are fenced or lack it', async () => {
  const image = clusterImage(partition())
  assert.deepEqual(
    (await metadata(image, 12)).brokers.map(({ nodeId, host, port, rack }) => [nodeId, host, port, rack]),
    [
      [1, 'broker-1', 9092, 'r1'],
      [3, 'broker-3', 9092, 'r3'],
    ],
  )
  assert.deepEqual(
    (await metadata(image, 12, 'EXTERNAL')).brokers.map(({ nodeId, host, port }) => [nodeId, host, port]),
    [[1, 'out-1.example', 443]],
  )
})

test('offline replicas are those on fenced brokers, without the listener, or in a directory that has failed', async () => {
  const offline = async (change: Partial<PartitionRegistration>, listenerName = 'PLAINTEXT') => {
    const { topics } = await metadata(clusterImage(partition(change)), 12, listenerName)
    return topics[0]?.partitions[0]?.offlineReplicas
  }
  assert.deepEqual(await offline({}), [2])
  assert.deepEqual(await offline({}, 'EXTERNAL'), [2, 3])
  assert.deepEqual(await offline({ replicas: [1, 9], directories: [directory(1), directory(9)] }), [9])
  assert.deepEqual(await offline({ replicas: [1], directories: [DirectoryId.LOST] }), [1])
  assert.deepEqual(await offline({ replicas: [1], directories: [directory(7)] }), [1])
  for (const undecided of [DirectoryId.UNASSIGNED, DirectoryId.MIGRATING]) {
    assert.deepEqual(await offline({ replicas: [1], directories: [undecided] }), [])
  }
})

test('a leader without the listener is LISTENER_NOT_FOUND from version 6 on, before it and for no leader at all LEADER_NOT_AVAILABLE', async () => {
  const errorOf = async (leader: number, version: number) => {
    const { topics } = await metadata(clusterImage(partition({ leader })), version, 'EXTERNAL')
    const [only] = topics[0]?.partitions ?? []
    return [only?.errorCode, only?.leaderId]
  }
  assert.deepEqual(await errorOf(3, 6), [72, -1])
  assert.deepEqual(await errorOf(3, 5), [5, -1])
  assert.deepEqual(await errorOf(-1, 12), [5, -1])
  assert.deepEqual(await errorOf(1, 12), [0, 1])
})

test('version 0 names reachable replicas alone, and says REPLICA_NOT_AVAILABLE where some are missing', async () => {
  const { topics } = await metadata(clusterImage(partition()), 0)
  const [only] = topics[0]?.partitions ?? []
  assert.equal(only?.errorCode, 9)
  assert.deepEqual(only.replicaNodes, [1, 3])
  assert.deepEqual(only.isrNodes, [1])
  const { topics: whole } = await metadata(clusterImage(partition({ replicas: [1, 3], isr: [1, 3] })), 0)
  assert.equal(whole[0]?.partitions[0]?.errorCode, 0)
})

test('DescribeCluster names fenced brokers where they are asked for', async () => {
  const cluster = async (includeFencedBrokers: boolean) => {
    const request = { includeClusterAuthorizedOperations: false, endpointType: 1, includeFencedBrokers }
    const answer = await ask('describe-cluster', clusterImage(partition()), request, 2)
    return DescribeCluster.response.decode(Buffer.concat(DescribeCluster.response.encode(answer, 2)), 2)
  }
  assert.deepEqual(
    (await cluster(false)).brokers.map(({ brokerId }) => brokerId),
    [1, 3],
  )
  assert.deepEqual(
    (await cluster(true)).brokers.map(({ brokerId, isFenced }) => [brokerId, isFenced]),
    [
      [1, false],
      [2, true],
      [3, false],
    ],
  )
})

test('DescribeTopicPartitions tells eligible leader replicas, and pages through a topic', async () => {
  const image = clusterImage(...[0, 1, 2, 3, 4].map(leaderEpoch => partition({ leaderEpoch })))
  const epochs: number[] = []
  let cursor: { topicName: string; partitionIndex: number } | null = null
  for (let page = 0; page < 9; page++) {
    const request = { topics: [], responsePartitionLimit: 2, cursor }
    const answer = await ask('describe-topic-partitions', image, request, 0)
    const decoded = DescribeTopicPartitions.response.decode(
      Buffer.concat(DescribeTopicPartitions.response.encode(answer, 0)),
      0,
    )
    for (const each of decoded.topics[0]?.partitions ?? []) {
      epochs.push(each.leaderEpoch)
      assert.deepEqual(each.eligibleLeaderReplicas, [3])
    }
    cursor = decoded.nextCursor
    if (cursor === null) break
  }
  assert.deepEqual(epochs, [0, 1, 2, 3, 4])
})

test('a listener’s view knows what is registered, what has the listener, and what can be reached', () => {
  const view = new ListenerView(clusterImage(partition()).cluster, 'EXTERNAL')
  assert.deepEqual(
    [1, 2, 3, 4].map(id => view.isRegistered(id)),
    [true, true, true, false],
  )
  assert.deepEqual(
    [1, 2, 3, 4].map(id => view.node(id)?.id),
    [1, 2, undefined, undefined],
  )
  assert.deepEqual(
    [1, 2, 3, 4].map(id => view.isReachable(id)),
    [true, false, false, false],
  )
})
