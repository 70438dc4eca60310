import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TransactionCoordinator } from '../../../src/broker/coordinator/transaction-coordinator.ts'
import type { MetadataCache } from '../../../src/broker/metadata/metadata-cache.ts'
import { LocalTransactionVerifier } from '../../../src/broker/transactions/local-transaction-verifier.ts'
import type { TransactionSupportedOperation } from '../../../src/broker/transactions/transaction-verifier.ts'
import type { KafkaConfig } from '../../../src/config/kafka-config.ts'
import { ErrorCode } from '../../../src/protocol/errors.ts'
import { ManualClock } from '../manual-clock.ts'

const { NONE, CONCURRENT_TRANSACTIONS, PRODUCER_FENCED, TRANSACTION_ABORTABLE } = ErrorCode

interface Setting {
  /** What the coordinator says, one after the other; the last for good. */
  readonly answers: readonly number[]
  readonly retryBackoffMaxMs?: number
  readonly leader?: number
}

function verifierOf({ answers, retryBackoffMaxMs = 100, leader = 1 }: Setting) {
  const clock = new ManualClock()
  const waits: number[] = []
  let asked = 0
  const next = (): number => answers[Math.min(asked++, answers.length - 1)] ?? NONE
  const coordinator = {
    partitionFor: () => 0,
    addPartitions: async () => next(),
    verifyPartitions: async () => [next()],
    whenSettled: async (_id: string, timeoutMs: number) => {
      waits.push(timeoutMs)
      clock.advance(timeoutMs)
    },
  } as unknown as TransactionCoordinator
  const topics = { byName: () => ({ partitions: [{ leader }] }) }
  const values: Readonly<Record<string, number>> = {
    'add.partitions.to.txn.retry.backoff.ms': 20,
    'add.partitions.to.txn.retry.backoff.max.ms': retryBackoffMaxMs,
    'request.timeout.ms': 30_000,
  }
  const verifier = new LocalTransactionVerifier({
    nodeId: 1,
    config: { get: (key: string) => values[key] } as unknown as KafkaConfig,
    clock,
    metadata: { image: { topics } } as unknown as MetadataCache,
    transactionCoordinator: coordinator,
  })
  const ask = (supportedOperation: TransactionSupportedOperation) =>
    verifier.addOrVerify({
      transactionalId: 'x',
      producerId: 1,
      producerEpoch: 0,
      partitions: [{ topic: 't', partition: 0 }],
      supportedOperation,
    })
  return { ask, waits, asked: () => asked }
}

test('a transaction that is being completed is waited for, and then the partition is added', async () => {
  const { ask, waits } = verifierOf({ answers: [CONCURRENT_TRANSACTIONS, CONCURRENT_TRANSACTIONS, NONE] })
  assert.deepEqual(await ask('add-partition'), [NONE])
  assert.deepEqual(waits, [20])
})

test('it is waited for no longer than add.partitions.to.txn.retry.backoff.max.ms', async () => {
  const { ask, waits } = verifierOf({ answers: [CONCURRENT_TRANSACTIONS] })
  assert.deepEqual(await ask('add-partition'), [CONCURRENT_TRANSACTIONS])
  assert.deepEqual(waits, [20, 20, 20, 20, 20])
})

test('with a maximum of 0 the client is told at once', async () => {
  const { ask, asked } = verifierOf({ answers: [CONCURRENT_TRANSACTIONS, NONE], retryBackoffMaxMs: 0 })
  assert.deepEqual(await ask('add-partition'), [CONCURRENT_TRANSACTIONS])
  assert.equal(asked(), 1)
})

test('a partition that is only verified is not waited for', async () => {
  const { ask, asked } = verifierOf({ answers: [CONCURRENT_TRANSACTIONS, NONE] })
  assert.deepEqual(await ask('generic-error-supported'), [CONCURRENT_TRANSACTIONS])
  assert.equal(asked(), 1)
})

test('clients are told what they know: INVALID_PRODUCER_EPOCH, and INVALID_TXN_STATE before TRANSACTION_ABORTABLE', async () => {
  const fenced = verifierOf({ answers: [PRODUCER_FENCED] })
  assert.deepEqual(await fenced.ask('add-partition'), [ErrorCode.INVALID_PRODUCER_EPOCH])
  const abortable = verifierOf({ answers: [TRANSACTION_ABORTABLE] })
  assert.deepEqual(await abortable.ask('generic-error-supported'), [TRANSACTION_ABORTABLE])
  assert.deepEqual(await abortable.ask('default-error'), [ErrorCode.INVALID_TXN_STATE])
})

test('where another broker coordinates the transaction nobody can be asked', async () => {
  const { ask, asked } = verifierOf({ answers: [NONE], leader: 2 })
  assert.deepEqual(await ask('add-partition'), [ErrorCode.COORDINATOR_NOT_AVAILABLE])
  assert.equal(asked(), 0)
})
