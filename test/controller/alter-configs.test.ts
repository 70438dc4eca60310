import assert from 'node:assert/strict'
import test from 'node:test'
import type { MetadataRecord } from '../../src/controller/metadata-record.ts'
import { AlterConfigOp } from '../../src/controller/requests.ts'
import { startedHarness } from '../support/metadata-fixture.ts'

function harnessWithTopic() {
  const harness = startedHarness()
  const topic = { name: 't', numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }
  harness.commit(harness.controller.createTopics({ topics: [topic], validateOnly: false, describable: () => false }))
  const alter = (type: number, name: string, ...operations: [string, AlterConfigOp, string | null][]) =>
    harness.controller.incrementalAlterConfigs(
      [{ resource: { type, name }, operations: new Map(operations.map(([key, op, value]) => [key, { op, value }])) }],
      false,
    )
  return { harness, alter }
}

function values(records: readonly MetadataRecord[]): unknown[] {
  return records.map(record =>
    record.name === 'ConfigRecord' ? [record.message.name, record.message.value] : record.name,
  )
}

const { SET, DELETE, APPEND, SUBTRACT } = AlterConfigOp

test('setting, deleting, and what is already so', () => {
  const { harness, alter } = harnessWithTopic()
  const set = alter(2, 't', ['retention.ms', SET, '1'], ['segment.ms', DELETE, null])
  assert.deepEqual(values(set.records), [['retention.ms', '1']])
  harness.commit(set)
  assert.deepEqual(values(alter(2, 't', ['retention.ms', SET, '1']).records), [])
  assert.deepEqual(values(alter(2, 't', ['retention.ms', DELETE, '']).records), [['retention.ms', null]])
})

test('a broker’s value is written even where it stays as it is (KAFKA-14136)', () => {
  const { harness, alter } = harnessWithTopic()
  harness.commit(alter(4, '1', ['log.cleaner.threads', SET, '2']))
  assert.deepEqual(values(alter(4, '1', ['log.cleaner.threads', SET, '2']).records), [['log.cleaner.threads', '2']])
})

test('lists are appended to and subtracted from, beginning with the default', () => {
  const { harness, alter } = harnessWithTopic()
  harness.commit(alter(2, 't', ['cleanup.policy', APPEND, 'compact,delete']))
  assert.equal(harness.image.configs.of(2, 't').get('cleanup.policy'), 'delete,compact')
  harness.commit(alter(2, 't', ['cleanup.policy', SUBTRACT, 'delete,other']))
  assert.equal(harness.image.configs.of(2, 't').get('cleanup.policy'), 'compact')
  const { response } = alter(2, 't', ['retention.ms', APPEND, '1'])
  assert.deepEqual(response, [
    { errorCode: 40, errorMessage: "Can't APPEND to key retention.ms because its type is not LIST." },
  ])
})

test('what the eligible leader replicas depend on is guarded', () => {
  const { alter } = harnessWithTopic()
  assert.deepEqual(alter(4, '1', ['min.insync.replicas', SET, '2']).response, [
    { errorCode: 40, errorMessage: 'Broker-level min.insync.replicas cannot be altered while ELR is enabled.' },
  ])
  assert.deepEqual(alter(4, '', ['min.insync.replicas', DELETE, null]).response, [
    { errorCode: 40, errorMessage: 'Cluster-level min.insync.replicas cannot be removed while ELR is enabled.' },
  ])
  assert.deepEqual(values(alter(4, '', ['min.insync.replicas', SET, '2']).records), [
    ['min.insync.replicas', '2'],
    'ClearElrRecord',
  ])
})

test('a resource must exist, and a value be no longer than Kafka stores', () => {
  const { alter } = harnessWithTopic()
  assert.deepEqual(alter(2, 'unknown', ['retention.ms', SET, '1']).response, [
    { errorCode: 3, errorMessage: "The topic 'unknown' does not exist." },
  ])
  assert.deepEqual(alter(4, '9', ['log.cleaner.threads', SET, '1']).response, [
    { errorCode: 102, errorMessage: 'No node with id 9 found.' },
  ])
  assert.deepEqual(alter(2, 't', ['retention.ms', SET, '1'.repeat(32_768)]).response, [
    {
      errorCode: 40,
      errorMessage: 'The configuration value cannot be added because it exceeds the maximum value size of 32767 bytes.',
    },
  ])
})

test('the legacy form takes away what it does not name', () => {
  const { harness, alter } = harnessWithTopic()
  harness.commit(alter(2, 't', ['retention.ms', SET, '1'], ['segment.ms', SET, '2']))
  const { records } = harness.controller.legacyAlterConfigs(
    [{ resource: { type: 2, name: 't' }, configs: new Map([['segment.ms', '3']]) }],
    false,
  )
  assert.deepEqual(values(records), [
    ['segment.ms', '3'],
    ['retention.ms', null],
  ])
})

test('producer ids come in blocks of a thousand and never twice', () => {
  const harness = startedHarness()
  assert.deepEqual(harness.commit(harness.controller.allocateProducerIds()), { firstProducerId: 0, length: 1000 })
  assert.deepEqual(harness.commit(harness.controller.allocateProducerIds()), { firstProducerId: 1000, length: 1000 })
  assert.equal(harness.image.producerIds.nextProducerId, 2000)
})
