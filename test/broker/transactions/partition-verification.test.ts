import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Partition } from '../../../src/broker/partition.ts'
import {
  PartitionVerification,
  type TransactionalWrite,
} from '../../../src/broker/transactions/partition-verification.ts'
import type {
  TransactionSupportedOperation,
  TransactionToVerify,
} from '../../../src/broker/transactions/transaction-verifier.ts'
import { loadConfig } from '../../../src/config/load-config.ts'
import { type ProducerToVerify, VerificationGuard } from '../../../src/log/transaction-verification.ts'
import { ErrorCode } from '../../../src/protocol/errors.ts'

/** Partitions by number: 0 to 3 must be verified, 4 has the transaction open, 5 fences, 6 is led elsewhere. */
function setUp(properties: Readonly<Record<string, string>> = {}) {
  const asked: TransactionToVerify[] = []
  const begun: ProducerToVerify[] = []
  const answers: ((codes: readonly number[]) => void)[] = []
  const partition = (index: number): Partition | undefined => {
    if (index > 6) return undefined
    const startTransactionVerification = (producer: ProducerToVerify) => {
      begun.push(producer)
      if (index < 4) return new VerificationGuard(producer.producerId)
      return index === 4 ? 'ongoing' : 'fenced'
    }
    const errorCode = index === 6 ? ErrorCode.NOT_LEADER_OR_FOLLOWER : 0
    return { errorCode, log: { startTransactionVerification } } as unknown as Partition
  }
  const config = loadConfig(new Map(Object.entries(properties))).config
  const verification = new PartitionVerification({
    config,
    replicas: {
      find: (_topic, index) => partition(index),
      errorCodeOfMissing: () => ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
    },
    verifier: {
      addOrVerify(question) {
        asked.push(question)
        return new Promise(resolve => answers.push(resolve))
      },
    },
  })
  return { verification, asked, begun, answers }
}

function write(partitions: readonly number[], fields: Partial<TransactionalWrite> = {}): TransactionalWrite {
  return {
    transactionalId: 'x',
    producerId: 7,
    producerEpoch: 3,
    supportedOperation: 'generic-error-supported',
    partitions: partitions.map(partition => ({ topic: 't', partition, baseSequence: 0 })),
    ...fields,
  }
}

const turn = () => new Promise<void>(resolve => setImmediate(resolve))

describe('a transactional write', () => {
  test('asks about the partitions that have to be verified, and about no others', async () => {
    const { verification, asked, answers } = setUp()
    const verified = verification.verify(write([0, 4, 5, 1, 6, 9]))
    assert.deepEqual(
      asked[0]?.partitions.map(({ partition }) => partition),
      [0, 1],
    )
    answers[0]?.([0, ErrorCode.TRANSACTION_ABORTABLE])
    assert.deepEqual(
      (await verified).map(({ errorCode, guard }) => [errorCode, guard !== undefined]),
      [
        [0, true],
        [0, false],
        [ErrorCode.INVALID_PRODUCER_EPOCH, false],
        [ErrorCode.TRANSACTION_ABORTABLE, true],
        [ErrorCode.NOT_LEADER_OR_FOLLOWER, false],
        [ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, false],
      ],
    )
  })

  test('to open transactions alone asks nobody', () => {
    const { verification, asked } = setUp()
    assert.deepEqual(verification.verify(write([4, 4])), [
      { errorCode: 0, guard: undefined },
      { errorCode: 0, guard: undefined },
    ])
    assert.equal(asked.length, 0)
  })

  test('without a transactional id, or with verification off, is let pass; what adds partitions never is', async () => {
    const off = { 'transaction.partition.verification.enable': 'false' }
    const rows: [Record<string, string>, string | null, TransactionSupportedOperation, asks: boolean][] = [
      [{}, null, 'add-partition', false],
      [{}, 'x', 'default-error', true],
      [{}, '', 'default-error', true],
      [off, 'x', 'default-error', false],
      [off, 'x', 'generic-error-supported', false],
      [off, 'x', 'add-partition', true],
    ]
    for (const [properties, transactionalId, supportedOperation, asks] of rows) {
      const { verification, asked, begun } = setUp(properties)
      void verification.verify(write([0], { transactionalId, supportedOperation }))
      assert.equal(asked.length, asks ? 1 : 0)
      if (asks) assert.equal(begun[0]?.supportsEpochBump, supportedOperation === 'add-partition')
    }
  })

  test('waits for the earlier one of its transactional id to be appended, and for no other', async () => {
    const { verification, asked, answers } = setUp()
    const appended: string[] = []
    const send = (name: string, transactionalId: string) => {
      const verified = verification.verify(write([0], { transactionalId }))
      assert.ok(verified instanceof Promise)
      void verified.then(() => appended.push(`${name} after ${asked.length} questions`))
    }
    send('first', 'x')
    send('second', 'x')
    send('third', 'x')
    send('other', 'y')
    assert.equal(asked.length, 2)
    answers[0]?.([0])
    await turn()
    assert.deepEqual(appended, ['first after 2 questions'])
    assert.equal(asked.length, 3)
    answers[2]?.([0])
    answers[1]?.([0])
    await turn()
    answers[3]?.([0])
    await turn()
    assert.deepEqual(
      appended.map(line => line.split(' ')[0]),
      ['first', 'other', 'second', 'third'],
    )
    send('later', 'x')
    assert.equal(asked.length, 5)
  })
})
