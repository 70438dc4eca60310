import assert from 'node:assert/strict'
import test from 'node:test'
import type { MetadataDelta } from '../../../src/controller/image/metadata-delta.ts'
import { emptyMetadataImage, type MetadataImage } from '../../../src/controller/image/metadata-image.ts'
import { MetadataReplay } from '../../../src/controller/image/metadata-replay.ts'
import { snapshotRecords } from '../../../src/controller/image/snapshot-records.ts'
import { encodeMetadataRecord, type MetadataRecord, metadataRecord } from '../../../src/controller/metadata-record.ts'
import { dataBatch } from '../../../src/storage/snapshot-format.ts'
import { checksum, fixtureBatches, fixtureBytes, provenanceOf } from '../../support/metadata-fixture.ts'

const options = { isSupportedConfig: () => true }
const provenance = { lastContainedOffset: 0, lastContainedEpoch: 1, lastContainedLogTimeMs: 0 }

function replayFixture(): MetadataImage {
  const replay = new MetadataReplay(emptyMetadataImage, options)
  for (const batch of fixtureBatches()) replay.replay(batch.records, provenanceOf(batch))
  return replay.image
}

test('a metadata log written by Kafka replays into the image Kafka had', () => {
  const image = replayFixture()
  assert.equal(image.features.metadataVersion, 30)
  assert.deepEqual(Object.fromEntries(image.features.finalizedVersions), {
    'eligible.leader.replicas.version': 1,
    'group.version': 1,
    'share.version': 1,
    'streams.version': 1,
    'transaction.version': 2,
  })
  assert.deepEqual(
    [...image.topics.all()].map(topic => topic.name),
    ['flights'],
  )
  const flights = image.topics.byName('flights')
  assert.equal(flights?.id, 'K4KVhkouSEmFm5vYhjve0w')
  assert.equal(flights.partitions.length, 5)
  for (const partition of flights.partitions) {
    assert.deepEqual(partition, {
      replicas: [1],
      directories: ['FLUBCO4F6hX7sCHrDtPeAQ'],
      isr: [1],
      removingReplicas: [],
      addingReplicas: [],
      eligibleLeaderReplicas: [],
      lastKnownEligibleLeaderReplicas: [],
      leader: 1,
      leaderRecoveryState: 0,
      // Lost with the controlled shutdown, won back after the start.
      leaderEpoch: 2,
      partitionEpoch: 2,
    })
  }
  assert.deepEqual([...image.configs.of(2, 'flights')], [['max.message.bytes', '2000000']])
  assert.deepEqual([...image.configs.of(4, '')].sort(), [
    ['log.cleaner.threads', '2'],
    ['min.insync.replicas', '1'],
  ])
  assert.equal(image.producerIds.nextProducerId, 1000)
  const broker = image.cluster.brokers.get(1)
  assert.equal(broker?.brokerEpoch, 91)
  assert.equal(broker.fenced, false)
  assert.equal(broker.inControlledShutdown, false)
  assert.deepEqual(broker.cordonedDirectories, [])
  assert.equal(image.carried.quotas.size, 1)
  assert.equal(image.carried.scramCredentials.size, 1)
})

test('every batch of records that Kafka wrote is encoded to the same bytes again', () => {
  const log = fixtureBytes('00000000000000000000.log')
  let position = 0
  for (const batch of fixtureBatches()) {
    const kafkas = log.subarray(position, position + batch.sizeInBytes)
    position += batch.sizeInBytes
    if (batch.records.length === 0) continue
    const offset = batch.lastOffset - batch.records.length + 1
    const place = { offset, epoch: batch.epoch, timestampMs: batch.timestampMs }
    const ours = dataBatch(batch.records.map(encodeMetadataRecord), place, checksum)
    assert.deepEqual(Buffer.from(ours).toString('hex'), Buffer.from(kafkas).toString('hex'))
  }
  assert.equal(position, log.length)
})

test('the records of a snapshot replay into the image it was taken of', () => {
  const image = replayFixture()
  const replay = new MetadataReplay(emptyMetadataImage, options)
  replay.replay([...snapshotRecords(image)], image.provenance)
  assert.deepEqual([...snapshotRecords(replay.image)], [...snapshotRecords(image)])
  assert.deepEqual(replay.image.topics.byName('flights'), image.topics.byName('flights'))
  assert.deepEqual(replay.image.cluster, image.cluster)
})

test('what a transaction wrote takes effect with its end, and never after an abort', () => {
  const replay = new MetadataReplay(emptyMetadataImage, options)
  const level = (featureLevel: number) =>
    metadataRecord('FeatureLevelRecord', 0, { name: 'metadata.version', featureLevel })
  const begin = metadataRecord('BeginTransactionRecord', 0, { name: null })
  const next = (records: readonly MetadataRecord[]): MetadataDelta | undefined => replay.replay(records, provenance)
  assert.equal(next([begin, level(25)]), undefined)
  assert.equal(replay.isInTransaction, true)
  assert.equal(replay.image.features.metadataVersion, 0)
  next([metadataRecord('AbortTransactionRecord', 0, { reason: null }), begin])
  assert.equal(replay.image.features.metadataVersion, 0)
  assert.equal(next([level(30)]), undefined)
  const delta = next([metadataRecord('EndTransactionRecord', 0, {})])
  assert.equal(delta?.featuresChanged, true)
  assert.equal(replay.image.features.metadataVersion, 30)
  assert.equal(replay.isInTransaction, false)
})

test('a topic deleted and created anew within one batch is both in the delta, and only the new one in the image', () => {
  const replay = new MetadataReplay(replayFixture(), options)
  const before = replay.image.topics.byName('flights')
  assert.ok(before)
  const newId = 'AAAAAAAAAAAAAAAAAAAAZA' as typeof before.id
  const delta = replay.replay(
    [
      metadataRecord('RemoveTopicRecord', 0, { topicId: before.id }),
      metadataRecord('TopicRecord', 0, { name: 'flights', topicId: newId }),
    ],
    { ...provenance, lastContainedOffset: 1000 },
  )
  assert.deepEqual([...(delta?.deletedTopics.keys() ?? [])], [before.id])
  assert.deepEqual([...(delta?.changedTopics.keys() ?? [])], [newId])
  assert.equal(replay.image.topics.byName('flights')?.id, newId)
  assert.equal(replay.image.topics.byId(before.id), undefined)
  assert.equal(replay.image.topics.size, 1)
  assert.equal(replay.image.configs.of(2, 'flights').size, 0, 'the deleted topic takes its configuration with it')
})
