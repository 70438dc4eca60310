import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { AppendOutcome, PartitionLog } from '../../src/log/partition-log.ts'
import { VerificationGuard } from '../../src/log/transaction-verification.ts'
import { ErrorCode } from '../../src/protocol/errors.ts'
import { writeBatch } from '../../src/protocol/records/batch-writer.ts'
import {
  ControlRecordType,
  controlRecordKey,
  endTransactionMarkerValue,
} from '../../src/protocol/records/control-record.ts'
import { MemoryDisk } from '../support/memory-disk.ts'
import { accepted, opened, openLog, tools } from './harness.ts'

const nowMs = 1_700_000_000_000

async function open(disk = new MemoryDisk()) {
  const { log } = await openLog(disk)
  return log.nextOffset === 0 ? await opened(log) : log
}

interface Sent {
  sequence: number
  count?: number
  epoch?: number
  id?: number
  isTransactional?: boolean
}

function send(
  log: PartitionLog,
  { sequence, count = 1, epoch = 0, id = 7, isTransactional = false }: Sent,
): AppendOutcome {
  const records = Array.from({ length: count }, () => ({ timestamp: nowMs, key: null, value: null }))
  const options = { producerId: id, producerEpoch: epoch, baseSequence: sequence, isTransactional }
  const bytes = writeBatch(records, options, tools)
  return log.produce(bytes, { leaderEpoch: 0 }) as AppendOutcome
}

function end(
  log: PartitionLog,
  type: 0 | 1,
  options: { epoch?: number; id?: number; coordinatorEpoch?: number; version?: number } = {},
) {
  const { epoch = 0, id = 7, coordinatorEpoch = 0, version = 0 } = options
  const marker = { timestamp: nowMs, key: controlRecordKey(type), value: endTransactionMarkerValue(coordinatorEpoch) }
  const batch = { producerId: id, producerEpoch: epoch, isControl: true, isTransactional: true }
  const origin = 'coordinator' as const
  return log.appendAsLeader(writeBatch([marker], batch, tools), { leaderEpoch: 0, origin, transactionVersion: version })
}

const errorOf = (outcome: AppendOutcome) => outcome.errorCode

describe('an idempotent producer', () => {
  test('may send each of its last five batches again and gets the first answer', async () => {
    const log = await open()
    for (let batch = 0; batch < 6; batch++) accepted(send(log, { sequence: 2 * batch, count: 2 }))
    for (let batch = 1; batch < 6; batch++) {
      const again = accepted(send(log, { sequence: 2 * batch, count: 2 }))
      assert.deepEqual([again.isDuplicate, again.baseOffset, again.lastOffset], [true, 2 * batch, 2 * batch + 1])
      assert.equal(again.logAppendTimeMs, nowMs)
    }
    assert.equal(errorOf(send(log, { sequence: 0, count: 2 })), ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER)
    assert.equal(log.nextOffset, 12)
  })

  test('must go on where it stopped', async () => {
    const log = await open()
    accepted(send(log, { sequence: 0, count: 3 }))
    assert.equal(errorOf(send(log, { sequence: 4 })), ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER)
    assert.equal(errorOf(send(log, { sequence: 1, count: 2 })), ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER)
    accepted(send(log, { sequence: 3 }))
  })

  test('nobody knows may begin with any number', async () => {
    accepted(send(await open(), { sequence: 17 }))
  })

  test('begins at 0 in a new epoch, and the old epoch is fenced', async () => {
    const log = await open()
    accepted(send(log, { sequence: 0, epoch: 1 }))
    assert.equal(errorOf(send(log, { sequence: 1, epoch: 2 })), ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER)
    accepted(send(log, { sequence: 0, epoch: 2 }))
    assert.equal(errorOf(send(log, { sequence: 1, epoch: 1 })), ErrorCode.INVALID_PRODUCER_EPOCH)
  })

  test('passes from 2^31-1 to 0', async () => {
    const log = await open()
    accepted(send(log, { sequence: 0x7fff_fffe, count: 2 }))
    accepted(send(log, { sequence: 0 }))
    const log2 = await open()
    accepted(send(log2, { sequence: 0x7fff_ffff, count: 3 }))
    accepted(send(log2, { sequence: 2 }))
    assert.equal(accepted(send(log2, { sequence: 0x7fff_ffff, count: 3 })).isDuplicate, true)
  })

  test('is known again after a restart, clean or not', async () => {
    for (const isClean of [true, false]) {
      const disk = new MemoryDisk()
      const { log, manager } = await openLog(disk)
      await opened(log)
      accepted(send(log, { sequence: 0, count: 3 }))
      accepted(send(log, { sequence: 3 }))
      if (isClean) await manager.close()
      const again = await open(isClean ? disk : disk.clone())
      assert.deepEqual(accepted(send(again, { sequence: 3 })).isDuplicate, true)
      assert.equal(errorOf(send(again, { sequence: 9 })), ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER)
      accepted(send(again, { sequence: 4 }))
    }
  })

  test('is forgotten once it has been silent long enough', async () => {
    const { log, clock } = await openLog(new MemoryDisk(), {}, { producerIdExpirationMs: () => 1000 })
    accepted(send(log, { sequence: 0 }))
    clock.advance(999)
    log.expireProducers(clock.nowMs())
    assert.equal(log.activeProducers().length, 1)
    clock.advance(1)
    log.expireProducers(clock.nowMs())
    assert.equal(log.activeProducers().length, 0)
  })
})

describe('a transaction', () => {
  test('holds back the last stable offset until it is decided and replicated', async () => {
    const log = await open()
    accepted(send(log, { sequence: 0, id: 1 }))
    accepted(send(log, { sequence: 0, isTransactional: true }))
    accepted(send(log, { sequence: 1, id: 1 }))
    log.updateHighWatermark(3)
    assert.equal(log.lastStableOffset, 1)
    accepted(end(log, ControlRecordType.COMMIT))
    assert.equal(log.lastStableOffset, 1)
    log.updateHighWatermark(4)
    assert.equal(log.lastStableOffset, 4)
  })

  test('that was aborted is named to readers of committed records', async () => {
    const disk = new MemoryDisk()
    const log = await open(disk)
    accepted(send(log, { sequence: 0, isTransactional: true }))
    accepted(send(log, { sequence: 0, id: 8, isTransactional: true }))
    accepted(end(log, ControlRecordType.ABORT))
    accepted(end(log, ControlRecordType.COMMIT, { id: 8 }))
    await log.flush()
    for (const each of [log, await open(disk.clone())]) {
      each.updateHighWatermark(4)
      const options = { maxBytes: 10_000, isolation: 'read-committed', minOneBatch: true } as const
      const read = await each.read(0, options)
      assert.ok('chunks' in read)
      assert.deepEqual(read.abortedTransactions, [{ producerId: 7, firstOffset: 0 }])
      const after = await each.read(3, options)
      assert.ok('chunks' in after)
      assert.deepEqual(after.abortedTransactions, [])
    }
  })

  test('lets nothing of the same producer pass outside of it', async () => {
    const log = await open()
    accepted(send(log, { sequence: 0, isTransactional: true }))
    assert.equal(errorOf(send(log, { sequence: 1 })), ErrorCode.INVALID_TXN_STATE)
  })

  test('survives a restart while it is open', async () => {
    const disk = new MemoryDisk()
    const { log, manager } = await openLog(disk)
    accepted(send(log, { sequence: 0, isTransactional: true }))
    await manager.close()
    const again = await open(disk)
    again.updateHighWatermark(1)
    assert.equal(again.lastStableOffset, 0)
    accepted(end(again, ControlRecordType.ABORT))
    again.updateHighWatermark(2)
    assert.equal(again.lastStableOffset, 2)
  })

  test('whose end is not replicated stays unstable when the log is cut behind it', async () => {
    // Each batch has a segment, and its end a snapshot.
    const { log } = await openLog(new MemoryDisk(), { segmentBytes: 120 })
    await opened(log)
    accepted(send(log, { sequence: 0, isTransactional: true }))
    accepted(end(log, 1))
    for (let sequence = 0; sequence < 3; sequence++) accepted(send(log, { sequence, id: 8 }))
    await log.flush()
    log.updateHighWatermark(1)
    assert.equal(log.lastStableOffset, 0)
    await log.truncateTo(4)
    assert.equal(log.lastStableOffset, 0)
    log.updateHighWatermark(2)
    assert.equal(log.lastStableOffset, 2)
    // Cut, it is open again.
    log.updateHighWatermark(4)
    await log.truncateTo(1)
    assert.equal(log.lastStableOffset, 0)
  })

  test('that had ended below the high watermark is over after a kill', async () => {
    const disk = new MemoryDisk()
    const { log, clock, manager } = await openLog(disk, {}, { highWatermarkCheckpointIntervalMs: 10 })
    await opened(log)
    manager.startPeriodicWork()
    accepted(send(log, { sequence: 0, isTransactional: true }))
    accepted(end(log, ControlRecordType.COMMIT))
    log.updateHighWatermark(2)
    clock.advance(10)
    await log.flush()
    const again = await open(disk.clone())
    assert.equal(again.highWatermark, 2)
    assert.equal(again.lastStableOffset, 2)
  })

  test('can be read up to, all at once, and aborted ones are named as far as the index is sparse', async () => {
    const log = await open()
    let bytes = 0
    for (let batch = 0; batch < 5; batch++) {
      accepted(send(log, { sequence: batch, id: 1 }))
      bytes = log.sizeInBytes
    }
    accepted(send(log, { sequence: 0, isTransactional: true }))
    accepted(send(log, { sequence: 5, id: 1 }))
    log.updateHighWatermark(log.nextOffset)
    assert.ok(log.readableBytes(0, 'read-committed') >= bytes)
    const options = { maxBytes: 10_000, isolation: 'read-committed', minOneBatch: true } as const
    const read = await log.read(0, options)
    assert.ok('chunks' in read)
    assert.deepEqual([read.sizeInBytes, read.lastStableOffset], [bytes, 5])
    accepted(end(log, ControlRecordType.ABORT))
    log.updateHighWatermark(log.nextOffset)
    const first = await log.read(0, { ...options, maxBytes: 1 })
    assert.ok('chunks' in first)
    assert.deepEqual(first.abortedTransactions, [{ producerId: 7, firstOffset: 5 }])
  })

  test("is not ended by a coordinator or an epoch of yesterday's", async () => {
    const log = await open()
    accepted(send(log, { sequence: 0, epoch: 3, isTransactional: true }))
    assert.equal(errorOf(end(log, ControlRecordType.COMMIT, { epoch: 2 })), ErrorCode.INVALID_PRODUCER_EPOCH)
    accepted(end(log, ControlRecordType.COMMIT, { epoch: 3, coordinatorEpoch: 5 }))
    accepted(send(log, { sequence: 0, epoch: 4, isTransactional: true }))
    assert.equal(
      errorOf(end(log, ControlRecordType.COMMIT, { epoch: 4, coordinatorEpoch: 4 })),
      ErrorCode.TRANSACTION_COORDINATOR_FENCED,
    )
  })

  test('that is verified too late is verified in vain', async () => {
    const options = { producerIdExpirationMs: () => 1000, isTransactionVerificationEnabled: () => true }
    const { log, clock } = await openLog(new MemoryDisk(), {}, options)
    const producer = { producerId: 7, producerEpoch: 0, baseSequence: 0, supportsEpochBump: false }
    const record = { timestamp: nowMs, key: null, value: null }
    const produce = (guard: unknown) => {
      const batch = writeBatch([record], { ...producer, isTransactional: true }, tools)
      const verificationGuard = guard instanceof VerificationGuard ? guard : undefined
      return errorOf(log.produce(batch, { leaderEpoch: 0, verificationGuard }) as AppendOutcome)
    }
    const guard = log.startTransactionVerification(producer)
    clock.advance(1000)
    log.expireProducers(clock.nowMs())
    assert.equal(produce(guard), ErrorCode.INVALID_TXN_STATE)
    assert.equal(produce(log.startTransactionVerification(producer)), ErrorCode.NONE)
    assert.equal(log.startTransactionVerification(producer), 'ongoing')
  })

  test('of version 2 ends with a new epoch; the same marker again is let pass', async () => {
    const log = await open()
    accepted(send(log, { sequence: 0, epoch: 3, isTransactional: true }))
    assert.equal(
      errorOf(end(log, ControlRecordType.COMMIT, { epoch: 3, version: 2 })),
      ErrorCode.INVALID_PRODUCER_EPOCH,
    )
    accepted(end(log, ControlRecordType.COMMIT, { epoch: 4, version: 2 }))
    accepted(end(log, ControlRecordType.COMMIT, { epoch: 4, version: 2 }))
  })
})
