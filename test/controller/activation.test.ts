import assert from 'node:assert/strict'
import test from 'node:test'
import { defaultBootstrapRecords, firstActivationRecords } from '../../src/controller/activation.ts'
import { emptyMetadataImage } from '../../src/controller/image/metadata-image.ts'
import { MetadataReplay } from '../../src/controller/image/metadata-replay.ts'
import { type MetadataRecord, metadataRecord } from '../../src/controller/metadata-record.ts'
import { fixtureBatches } from '../support/metadata-fixture.ts'

const options = { minInsyncReplicas: 1, abortsTransaction: false }

function names(records: readonly MetadataRecord[]): string[] {
  return records.map(({ name }) => name)
}

test('the first records of a new cluster are Kafka’s', () => {
  assert.deepEqual(firstActivationRecords(defaultBootstrapRecords(), options), fixtureBatches()[1]?.records)
})

test('without eligible leader replicas nothing pins min.insync.replicas', () => {
  const records = defaultBootstrapRecords().filter(
    record => record.name !== 'FeatureLevelRecord' || record.message.name !== 'eligible.leader.replicas.version',
  )
  assert.ok(!names(firstActivationRecords(records, options)).includes('ConfigRecord'))
})

test('a metadata.version without transactions gets none', () => {
  const level = metadataRecord('FeatureLevelRecord', 0, { name: 'metadata.version', featureLevel: 12 })
  assert.deepEqual(names(firstActivationRecords([level], options)), ['FeatureLevelRecord'])
})

test('a bootstrap that was cut short is aborted and done again', () => {
  const replay = new MetadataReplay(emptyMetadataImage, { isSupportedConfig: () => true })
  const bootstrap = defaultBootstrapRecords()
  const provenance = { lastContainedOffset: 1, lastContainedEpoch: 1, lastContainedLogTimeMs: 0 }
  replay.replay([metadataRecord('BeginTransactionRecord', 0, { name: null }), ...bootstrap.slice(0, 2)], provenance)
  assert.equal(replay.isInTransaction, true)
  const records = firstActivationRecords(bootstrap, { ...options, abortsTransaction: true })
  assert.deepEqual(names(records).slice(0, 2), ['AbortTransactionRecord', 'BeginTransactionRecord'])
  replay.replay(records, provenance)
  assert.equal(replay.image.features.metadataVersion, 30)
  assert.equal(replay.image.features.finalizedVersions.size, 5)
})
