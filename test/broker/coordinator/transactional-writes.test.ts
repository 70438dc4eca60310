import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { VerificationGuard } from '../../../src/log/transaction-verification.ts'
import { ErrorCode } from '../../../src/protocol/errors.ts'
import {
  ControlRecordType,
  controlRecordType,
  coordinatorEpochOf,
} from '../../../src/protocol/records/control-record.ts'
import { recordsOf } from '../../../src/protocol/records/record.ts'
import { RecordBatch } from '../../../src/protocol/records/record-batch.ts'
import { started } from './runtime-harness.ts'

const producer = { producerId: 7, producerEpoch: 3, verificationGuard: new VerificationGuard(7) }

function batchAt(batches: readonly Uint8Array[], index: number): RecordBatch {
  const bytes = batches.at(index)!
  return new RecordBatch(bytes, 0, bytes.length)
}

describe('records in a transaction', () => {
  test("are a batch of the producer's own, appended at once behind what came before", async () => {
    const { add, addInTransaction, turns, partition, shard } = await started({ appendLingerMs: 1000 })
    const before = add('a')
    assert.equal(partition.batches.length, 0)
    const added = addInTransaction(producer, 'b', 'c')
    add('d')
    assert.equal(partition.batches.length, 2)
    assert.deepEqual(shard.words, ['a', 'b 7', 'c 7', 'd'])
    const batch = batchAt(partition.batches, 1)
    assert.deepEqual(
      [batch.producerId, batch.producerEpoch, batch.baseSequence, batch.isTransactional, batch.isControl],
      [7, 3, 0, true, false],
    )
    assert.equal(batch.recordCount, 2)
    assert.deepEqual(partition.options, [undefined, { verificationGuard: producer.verificationGuard }])
    partition.commit()
    await turns()
    assert.deepEqual([before.answer, added.answer], ['added a', 'added b c'])
  })

  test('are answered also where the log commits them while it appends', async () => {
    const { addInTransaction, end, turns, partition, shard } = await started()
    partition.commitsAtOnce = true
    const added = addInTransaction(producer, 'a')
    const ended = end(7)
    await turns()
    assert.deepEqual([added.answer, ended.answer], ['added a', 0])
    assert.deepEqual(shard.words, ['a 7', 'COMMIT 7'])
  })

  test('that the log refuses leave the shard as it was, and it goes on', async () => {
    const { add, addInTransaction, turns, partition, shard, shards } = await started()
    add('a')
    partition.lateErrorCode = ErrorCode.INVALID_PRODUCER_EPOCH
    const refused = addInTransaction(producer, 'b')
    partition.lateErrorCode = 0
    const after = add('c')
    partition.commit()
    await turns()
    partition.commit()
    await turns()
    assert.equal(refused.answer, `refused ${ErrorCode.INVALID_PRODUCER_EPOCH}`)
    assert.equal(after.answer, 'added c')
    assert.deepEqual(shard.words, ['a', 'c'])
    assert.deepEqual(shard.settled, [`b:${ErrorCode.INVALID_PRODUCER_EPOCH}`, 'a:0', 'c:0'])
    assert.equal(shards.length, 1)
  })

  test('are refused for the reasons that others are, and nothing is appended', async () => {
    const { addInTransaction, partition, shard, runtime } = await started()
    assert.equal(addInTransaction(producer, 'x'.repeat(2000)).answer, `refused ${ErrorCode.MESSAGE_TOO_LARGE}`)
    partition.appendErrorCode = ErrorCode.NOT_ENOUGH_REPLICAS
    assert.equal(addInTransaction(producer, 'a').answer, `refused ${ErrorCode.NOT_ENOUGH_REPLICAS}`)
    runtime.resigned(0, undefined)
    assert.equal(addInTransaction(producer, 'a').answer, `refused ${ErrorCode.NOT_COORDINATOR}`)
    assert.equal(partition.batches.length, 0)
    assert.deepEqual(shard.words, [])
  })

  test('behind a batch that the log refuses are not appended: the shard is loaded again', async () => {
    const { add, addInTransaction, turns, partition, shards } = await started({ appendLingerMs: 1000 })
    add('a')
    partition.lateErrorCode = ErrorCode.KAFKA_STORAGE_ERROR
    const lost = addInTransaction(producer, 'b')
    partition.lateErrorCode = 0
    await turns()
    assert.equal(lost.answer, `refused ${ErrorCode.NOT_COORDINATOR}`)
    assert.equal(partition.batches.length, 0)
    assert.deepEqual(shards.at(-1)?.words, [])
  })

  test('none of them is a read', async () => {
    const { add, addInTransaction, turns, partition } = await started()
    add('a')
    const nothing = addInTransaction(producer)
    await turns()
    assert.equal(nothing.answer, undefined)
    partition.commit()
    await turns()
    assert.equal(nothing.answer, 'added ')
    assert.equal(partition.batches.length, 1)
  })
})

describe('the end of a transaction', () => {
  test('is a control batch behind everything before it, and is applied when the log has it', async () => {
    for (const outcome of ['commit', 'abort'] as const) {
      const { add, end, turns, partition, shard } = await started({ appendLingerMs: 1000 })
      add('a')
      const ended = end(7, outcome, 2)
      assert.deepEqual(shard.words, ['a', `${outcome.toUpperCase()} 7`])
      const batch = batchAt(partition.batches, -1)
      const [record] = recordsOf(batch)
      assert.deepEqual(
        [batch.isControl, batch.isTransactional, batch.producerId, batch.producerEpoch, batch.baseSequence],
        [true, true, 7, 3, -1],
      )
      const expected = outcome === 'commit' ? ControlRecordType.COMMIT : ControlRecordType.ABORT
      assert.equal(controlRecordType(record!.key), expected)
      assert.equal(coordinatorEpochOf(record!.value), 5)
      assert.deepEqual(partition.options.at(-1), { transactionVersion: 2 })
      await turns()
      assert.equal(ended.answer, undefined)
      partition.commit()
      await turns()
      assert.equal(ended.answer, 0)
    }
  })

  test('that the log refuses is not applied', async () => {
    const { end, partition, shard } = await started()
    partition.lateErrorCode = ErrorCode.TRANSACTION_COORDINATOR_FENCED
    assert.equal(end(7).answer, ErrorCode.TRANSACTION_COORDINATOR_FENCED)
    assert.deepEqual(shard.words, [])
  })

  test('waits for its commit no longer than others do, and is lost with the partition', async () => {
    const { end, turns, partition, clock } = await started()
    const late = end(7)
    clock.advance(5000)
    await turns()
    assert.equal(late.answer, ErrorCode.REQUEST_TIMED_OUT)
    const lost = end(8)
    partition.end()
    await turns()
    assert.equal(lost.answer, ErrorCode.NOT_COORDINATOR)
    assert.equal(end(9).answer, ErrorCode.NOT_COORDINATOR)
  })

  test('is found in the log again', async () => {
    const { addInTransaction, end, turns, partition, runtime, shards } = await started()
    addInTransaction(producer, 'a', 'b')
    end(7, 'abort')
    partition.commit()
    await turns()
    runtime.resigned(0, 0)
    partition.leaderEpoch = 1
    runtime.elected(partition)
    await turns()
    assert.deepEqual(shards[1]?.words, ['a 7', 'b 7', 'ABORT 7'])
  })
})
