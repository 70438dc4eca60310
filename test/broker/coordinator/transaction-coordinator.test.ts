import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TransactionCoordinator } from '../../../src/broker/coordinator/transaction-coordinator.ts'
import type { KafkaConfig } from '../../../src/config/kafka-config.ts'
import { loadConfig } from '../../../src/config/load-config.ts'
import { emptyMetadataImage } from '../../../src/controller/image/metadata-image.ts'
import { nodePorts } from '../../../src/platform/node-ports.ts'
import { ErrorCode } from '../../../src/protocol/errors.ts'
import { Deadlines } from '../../../src/timers/deadlines.ts'

function configOf(properties: Readonly<Record<string, string>>): KafkaConfig {
  return loadConfig(new Map(Object.entries(properties))).config
}

/** A coordinator that leads nothing: what it says before any shard is asked. */
function coordinatorOf(properties: Readonly<Record<string, string>> = {}) {
  const ports = nodePorts(() => {}, 'ERROR')
  return new TransactionCoordinator({
    ...ports,
    nodeId: 1,
    config: configOf(properties),
    image: () => emptyMetadataImage,
    producerIds: { isAtHand: true, take: () => 1 } as never,
    markerWriter: { writeMarkers: () => [] },
    deadlines: new Deadlines(ports.clock),
    decompressedBatchBytesMax: 1 << 20,
    fail: error => assert.fail(error as Error),
  })
}

const request = { transactionalId: 'x', timeoutMs: 1000, expected: undefined }
const plain = { enable2Pc: false, keepPreparedTxn: false }

test('a shard that is not led here is another coordinator’s', async () => {
  const coordinator = coordinatorOf()
  const { NOT_COORDINATOR } = ErrorCode
  assert.equal((await coordinator.initProducerId(request, plain)).errorCode, NOT_COORDINATOR)
  const ofProducer = { transactionalId: 'x', producerId: 1, producerEpoch: 0 }
  assert.equal(await coordinator.addPartitions({ ...ofProducer, partitions: [] }, 0), NOT_COORDINATOR)
  const end = { ...ofProducer, outcome: 'commit', clientTransactionVersion: 2 } as const
  assert.equal((await coordinator.endTransaction(end)).errorCode, NOT_COORDINATOR)
  assert.equal((await coordinator.describeTransaction('x')).errorCode, NOT_COORDINATOR)
  const partitions = [{ topic: 't', partition: 0 }]
  assert.deepEqual(await coordinator.verifyPartitions({ ...ofProducer, partitions }), [NOT_COORDINATOR])
})

test('transaction.two.phase.commit.enable lets a transaction take part in a two-phase commit, without a timeout', async () => {
  const twoPhase = { enable2Pc: true, keepPreparedTxn: false }
  const asked = { ...request, timeoutMs: 0 }
  const without = await coordinatorOf().initProducerId(asked, twoPhase)
  assert.equal(without.errorCode, ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED)
  const enabled = await coordinatorOf({ 'transaction.two.phase.commit.enable': 'true' }).initProducerId(asked, twoPhase)
  // Past all that is checked before a shard is asked: a timeout of 0 is not looked at.
  assert.equal(enabled.errorCode, ErrorCode.NOT_COORDINATOR)
})

test('prepared transactions are kept by no coordinator yet', async () => {
  const answer = await coordinatorOf().initProducerId(request, { enable2Pc: false, keepPreparedTxn: true })
  assert.equal(answer.errorCode, ErrorCode.UNSUPPORTED_VERSION)
})

test('transactional ids spread over transaction.state.log.num.partitions before the topic is there', () => {
  const coordinator = coordinatorOf({ 'transaction.state.log.num.partitions': '4' })
  const partitions = Array.from({ length: 200 }, (_, index) => coordinator.partitionFor(`id ${index}`))
  assert.deepEqual([...new Set(partitions)].sort(), [0, 1, 2, 3])
})
