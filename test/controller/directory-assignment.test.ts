import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MetadataRecord } from '../../src/controller/metadata-record.ts'
import { ErrorCode } from '../../src/protocol/errors.ts'
import { DirectoryId, type Uuid } from '../../src/protocol/uuid.ts'
import { ControllerHarness } from '../support/metadata-fixture.ts'

const [first, second] = ['a', 'b'].map(letter => letter.padEnd(21, 'x').concat('A')) as [Uuid, Uuid]

/** A broker with two directories, and a topic of two partitions that are assigned to neither yet. */
function setUp() {
  const harness = new ControllerHarness()
  const { controller } = harness
  const records: MetadataRecord[] = [
    { name: 'FeatureLevelRecord', version: 0, message: { name: 'metadata.version', featureLevel: 30 } },
    { name: 'FeatureLevelRecord', version: 0, message: { name: 'eligible.leader.replicas.version', featureLevel: 1 } },
  ]
  harness.commit({ records, response: undefined })
  register(harness)
  const created = harness.commit(
    controller.createTopics({
      topics: [{ name: 't', numPartitions: 2, replicationFactor: 1, assignments: [], configs: [] }],
      validateOnly: false,
      describable: () => true,
    }),
  )
  const topicId = created[0] && 'created' in created[0] ? created[0].created.topicId : assert.fail()
  const partitions = () =>
    harness.image.topics.byId(topicId)?.partitions.map(({ leader, isr, directories, eligibleLeaderReplicas }) => ({
      leader,
      isr,
      directories,
      eligibleLeaderReplicas,
    }))
  const assign = (partitionIndex: number, directoryId: Uuid, brokerEpoch = brokerEpochOf(harness)) =>
    harness.commit(
      controller.assignReplicasToDirs({
        brokerId: 1,
        brokerEpoch,
        assignments: [{ topicId, partitionIndex, directoryId }],
      }),
    )
  return { harness, controller, topicId, partitions, assign }
}

function register(harness: ControllerHarness, directories: readonly Uuid[] = [first, second]): void {
  const refusal = harness.commit(
    harness.controller.registerBroker({
      brokerId: 1,
      clusterId: '4L6g3nShT-eMCtK--X86sw',
      incarnationId: first,
      endpoints: [],
      features: [
        { name: 'metadata.version', minSupportedVersion: 7, maxSupportedVersion: 30 },
        { name: 'eligible.leader.replicas.version', minSupportedVersion: 0, maxSupportedVersion: 1 },
      ],
      rack: null,
      directories,
      previousBrokerEpoch: brokerEpochOf(harness),
    }),
  )
  assert.equal(refusal, undefined)
  harness.commit(harness.controller.unfenceBroker(1))
}

const brokerEpochOf = (harness: ControllerHarness) => harness.image.cluster.brokers.get(1)?.brokerEpoch ?? -1

const led = { leader: 1, isr: [1], eligibleLeaderReplicas: [] as number[] }
const leaderless = { leader: -1, isr: [] as number[], eligibleLeaderReplicas: [1] }

test('a replica is assigned to a directory, and the leader stays', () => {
  const { partitions, assign, topicId } = setUp()
  assert.deepEqual(partitions()?.[0], { ...led, directories: [DirectoryId.UNASSIGNED] })
  assert.deepEqual(assign(0, second), { errorCode: 0, errorCodes: [0] })
  assert.deepEqual(partitions(), [
    { ...led, directories: [second] },
    { ...led, directories: [DirectoryId.UNASSIGNED] },
  ])
  assert.ok(topicId)
})

test('an assignment that is in force already takes no record', () => {
  const { assign, controller, harness, topicId } = setUp()
  assign(0, second)
  const assignments = [{ topicId, partitionIndex: 0, directoryId: second }]
  const { records } = controller.assignReplicasToDirs({ brokerId: 1, brokerEpoch: brokerEpochOf(harness), assignments })
  assert.deepEqual(records, [])
})

test('what is not there, and whoever is not the broker any more, is refused', () => {
  const { assign, controller, harness } = setUp()
  assert.deepEqual(assign(7, first).errorCodes, [ErrorCode.UNKNOWN_TOPIC_OR_PARTITION])
  assert.equal(assign(0, first, 0).errorCode, ErrorCode.STALE_BROKER_EPOCH)
  const unknown = { topicId: second, partitionIndex: 0, directoryId: first }
  const request = { brokerId: 1, brokerEpoch: brokerEpochOf(harness), assignments: [unknown] }
  assert.deepEqual(controller.assignReplicasToDirs(request).response.errorCodes, [ErrorCode.UNKNOWN_TOPIC_ID])
  const stranger = controller.assignReplicasToDirs({ ...request, brokerId: 2 })
  assert.equal(stranger.response.errorCode, ErrorCode.STALE_BROKER_EPOCH)
})

test('what lies in a directory that fails loses its leader; the broker keeps the others', () => {
  const { harness, controller, partitions, assign } = setUp()
  assign(0, first)
  assign(1, second)
  harness.commit(controller.directoriesOffline(1, [second]))
  assert.deepEqual(partitions(), [
    { ...led, directories: [first] },
    { ...leaderless, directories: [second] },
  ])
  assert.deepEqual(harness.image.cluster.brokers.get(1)?.directories, [first])
  assert.deepEqual(controller.directoriesOffline(1, [second]).records, [])

  // A start without the disk changes nothing; one with it brings the leader back.
  register(harness, [first])
  assert.deepEqual(partitions()?.[1], { ...leaderless, directories: [second] })
  register(harness)
  assert.deepEqual(partitions()?.[1], { ...led, directories: [second] })
})

test('a replica that is assigned to a failed directory has no leader, until it is assigned to one that works', () => {
  const { harness, controller, partitions, assign } = setUp()
  assign(0, first)
  harness.commit(controller.directoriesOffline(1, [second]))
  assign(0, second)
  assert.deepEqual(partitions()?.[0], { ...leaderless, directories: [second] })
  assign(0, first)
  assert.deepEqual(partitions()?.[0], { ...led, directories: [first] })
})
