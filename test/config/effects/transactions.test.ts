import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FindCoordinator } from '../../../src/protocol/apis/find-coordinator.ts'
import { InitProducerId } from '../../../src/protocol/apis/init-producer-id.ts'
import { ErrorCode } from '../../../src/protocol/errors.ts'
import { TransactionClient } from '../../transactions/support/transaction-client.ts'
import { eventually, type HeldDisk, holding, settled, startEffectBroker } from './effect-broker.ts'

const few = { 'transaction.state.log.num.partitions': '1', 'transaction.partition.verification.enable': 'true' }

type Properties = Readonly<Record<string, string>>

/** How long a batch waits, by the broker's clock, that begins a transaction while the one before lacks its marker. */
async function waitingMs(t: Parameters<typeof startEffectBroker>[0], properties: Properties): Promise<number> {
  let isHolding = false
  let disk: HeldDisk
  const { broker, client, clock } = await startEffectBroker(t, { ...few, ...properties }, memory => {
    disk = holding(memory, path => isHolding && path.includes('/first-0/'))
    return { disk: disk.disk }
  })
  for (const name of ['first', 'second']) await broker.createTopic(name)
  const x = new TransactionClient(client)
  const producer = await x.init()
  assert.equal(await x.produce('first', producer, ['a']), ErrorCode.NONE)
  isHolding = true
  const { errorCode, producer: next } = await x.end(producer, true)
  assert.equal(errorCode, ErrorCode.NONE)
  const other = new TransactionClient(await broker.connect())
  let answer: number | undefined
  void other.produce('second', next, ['b']).then(code => {
    answer = code
  })
  let waitedMs = 0
  await settled()
  while (answer === undefined && waitedMs < 5000) {
    clock.advance(10)
    waitedMs += 10
    await settled()
  }
  assert.equal(answer, ErrorCode.CONCURRENT_TRANSACTIONS)
  isHolding = false
  disk!.release()
  return waitedMs
}

test('add.partitions.to.txn.retry.backoff.ms, add.partitions.to.txn.retry.backoff.max.ms and request.timeout.ms: how long the transaction before is waited for', async t => {
  const max = 'add.partitions.to.txn.retry.backoff.max.ms'
  const backoff = 'add.partitions.to.txn.retry.backoff.ms'
  assert.equal(await waitingMs(t, { [max]: '100', [backoff]: '20' }), 100)
  assert.equal(await waitingMs(t, { [max]: '300', [backoff]: '20' }), 300)
  assert.equal(await waitingMs(t, { [max]: '100', [backoff]: '70' }), 140)
  assert.equal(await waitingMs(t, { [max]: '3000', 'request.timeout.ms': '500', [backoff]: '20' }), 500)
})

test('transaction.partition.verification.enable: records of a partition that is no part of the transaction are refused, or not', async t => {
  const code = async (value: string) => {
    const { broker, client } = await startEffectBroker(t, {
      ...few,
      'transaction.partition.verification.enable': value,
    })
    await broker.createTopic('orders')
    const x = new TransactionClient(client)
    return await x.produce('orders', await x.init(), ['a'], { version: 11 })
  }
  assert.deepEqual([await code('true'), await code('false')], [ErrorCode.TRANSACTION_ABORTABLE, ErrorCode.NONE])
})

test('transaction.two.phase.commit.enable: a producer may take part in a two-phase commit, or not', async t => {
  const code = async (value: string) => {
    const { client } = await startEffectBroker(t, {
      ...few,
      'transaction.two.phase.commit.enable': value,
      'unstable.api.versions.enable': 'true',
    })
    const request = { transactionalId: 'x', transactionTimeoutMs: 1000, enable2Pc: true, keepPreparedTxn: false }
    const transient: readonly number[] = [
      ErrorCode.COORDINATOR_NOT_AVAILABLE,
      ErrorCode.COORDINATOR_LOAD_IN_PROGRESS,
      ErrorCode.NOT_COORDINATOR,
    ]
    let errorCode: number = ErrorCode.NOT_COORDINATOR
    await eventually(async () => {
      await client.send(FindCoordinator, 6, { keyType: 1, coordinatorKeys: ['x'] })
      errorCode = (await client.send(InitProducerId, 6, request)).errorCode
      return !transient.includes(errorCode)
    }, 'a coordinator')
    return errorCode
  }
  assert.deepEqual(
    [await code('false'), await code('true')],
    [ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED, ErrorCode.NONE],
  )
})
