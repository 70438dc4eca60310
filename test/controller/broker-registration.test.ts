import assert from 'node:assert/strict'
import test from 'node:test'
import { emptyMetadataImage } from '../../src/controller/image/metadata-image.ts'
import { MetadataReplay } from '../../src/controller/image/metadata-replay.ts'
import {
  encodeMetadataRecord,
  type MetadataMessage,
  type MetadataRecord,
} from '../../src/controller/metadata-record.ts'
import { ControllerHarness, fixtureBatches, provenanceOf } from '../support/metadata-fixture.ts'

/** A controller that has replayed Kafka's log up to, not including, `offset`; and the records Kafka wrote there. */
function atOffset(offset: number) {
  const replay = new MetadataReplay(emptyMetadataImage, { isSupportedConfig: () => true })
  for (const batch of fixtureBatches()) {
    const baseOffset = batch.lastOffset - batch.records.length - batch.controls.length + 1
    if (baseOffset === offset) return { harness: new ControllerHarness({ image: replay.image }), kafkas: batch.records }
    replay.replay(batch.records, provenanceOf(batch))
  }
  throw new Error(`no batch begins at offset ${offset}`)
}

function hex(records: readonly MetadataRecord[]): string[] {
  return records.map(record => Buffer.from(encodeMetadataRecord(record)).toString('hex'))
}

function registrationOf(records: readonly MetadataRecord[]) {
  const message = records[0]?.message as MetadataMessage<'RegisterBrokerRecord'>
  return {
    brokerId: 1,
    clusterId: '4L6g3nShT-eMCtK--X86sw',
    incarnationId: message.incarnationId,
    endpoints: message.endPoints,
    features: message.features,
    rack: null,
    directories: message.logDirs,
  }
}

test('a first registration is the record Kafka writes', () => {
  const { harness, kafkas } = atOffset(11)
  const { records, response } = harness.controller.registerBroker({
    ...registrationOf(kafkas),
    previousBrokerEpoch: -1,
  })
  assert.equal(response, undefined)
  assert.deepEqual(hex(records), hex(kafkas))
})

test('a broker is unfenced as Kafka does it', () => {
  const { harness, kafkas } = atOffset(12)
  assert.deepEqual(hex(harness.controller.unfenceBroker(1).records), hex(kafkas))
})

test('a controlled shutdown takes the leadership of every partition with the records Kafka writes', () => {
  const { harness, kafkas } = atOffset(82)
  const { records } = harness.controller.controlledShutdown(1)
  assert.deepEqual(hex(records), hex(kafkas))
  harness.commit({ records, response: undefined })
  assert.deepEqual(hex(harness.controller.fenceBroker(1).records), hex(atOffset(88).kafkas))
})

test('after a clean stop the broker is registered without a change to its partitions, and wins them back when unfenced', () => {
  const { harness, kafkas } = atOffset(91)
  const registered = harness.controller.registerBroker({ ...registrationOf(kafkas), previousBrokerEpoch: 11 })
  assert.deepEqual(hex(registered.records), hex(kafkas))
  assert.deepEqual(hex(atOffset(92).harness.controller.unfenceBroker(1).records), hex(atOffset(92).kafkas))
})

test('without proof of a clean stop nobody is eligible, and the last known leader recovers', () => {
  const { harness, kafkas } = atOffset(91)
  harness.commit(harness.controller.registerBroker({ ...registrationOf(kafkas), previousBrokerEpoch: -1 }))
  const [partition] = harness.image.topics.byName('flights')?.partitions ?? []
  assert.deepEqual(partition?.eligibleLeaderReplicas, [])
  assert.deepEqual(partition?.lastKnownEligibleLeaderReplicas, [1])
  harness.commit(harness.controller.unfenceBroker(1))
  const [recovering] = harness.image.topics.byName('flights')?.partitions ?? []
  assert.equal(recovering?.leader, 1)
  assert.deepEqual(recovering?.isr, [1])
  assert.equal(recovering?.leaderRecoveryState, 1)
  assert.deepEqual(recovering?.lastKnownEligibleLeaderReplicas, [])
})

test('a killed broker loses its partitions when it registers anew, and gets them back when unfenced', () => {
  const { harness, kafkas } = atOffset(82)
  void kafkas
  const { harness: later } = atOffset(82)
  const incarnationId = 'AAAAAAAAAAAAAAAAAAAAZA' as never
  const existing = later.image.cluster.brokers.get(1)
  assert.ok(existing)
  const { endpoints, features, directories } = existing
  const request = {
    brokerId: 1,
    clusterId: '4L6g3nShT-eMCtK--X86sw',
    incarnationId,
    endpoints,
    features,
    rack: null,
    directories,
  }
  const { records } = harness.controller.registerBroker({ ...request, previousBrokerEpoch: -1 })
  assert.equal(records.at(-1)?.name, 'RegisterBrokerRecord')
  assert.equal(records.length, 6)
  harness.commit({ records, response: undefined })
  assert.equal(harness.image.cluster.brokers.get(1)?.fenced, true)
  assert.equal(harness.image.topics.byName('flights')?.partitions[0]?.leader, -1)
  harness.commit(harness.controller.unfenceBroker(1))
  assert.equal(harness.image.topics.byName('flights')?.partitions[4]?.leader, 1)
})

test('a registration that does not fit the cluster is refused in Kafka’s words', () => {
  const { harness, kafkas } = atOffset(11)
  const request = { ...registrationOf(kafkas), previousBrokerEpoch: -1 }
  const refusal = (change: object) => harness.controller.registerBroker({ ...request, ...change }).response
  assert.deepEqual(refusal({ clusterId: 'other' }), {
    errorCode: 104,
    errorMessage: 'Expected cluster ID 4L6g3nShT-eMCtK--X86sw, but got cluster ID other',
  })
  assert.deepEqual(refusal({ directories: [] }), {
    errorCode: 119,
    errorMessage: 'No directories specified in request',
  })
  const [first] = request.directories
  assert.equal(refusal({ directories: [first, first] })?.errorMessage, 'Duplicate directory ID in request')
  const features = request.features.map(feature =>
    feature.name === 'transaction.version' ? { ...feature, maxSupportedVersion: 1 } : feature,
  )
  assert.deepEqual(refusal({ features }), {
    errorCode: 35,
    errorMessage:
      'Unable to register because the broker does not support finalized version 2 of transaction.version. ' +
      'The broker wants a version between 0 and 1, inclusive.',
  })
})
