import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ErrorCode } from '../../src/protocol/errors.ts'
import { partitionsOf, TransactionHarness } from './support/transaction-harness.ts'

const { NONE, CONCURRENT_TRANSACTIONS, PRODUCER_FENCED, INVALID_PRODUCER_ID_MAPPING } = ErrorCode
const { COORDINATOR_LOAD_IN_PROGRESS, NOT_ENOUGH_REPLICAS, REQUEST_TIMED_OUT, UNSUPPORTED_VERSION } = ErrorCode

const lastEpoch = 32766

/** A producer that has the last epoch of its producer id. */
function exhausted(version: 1 | 2, expectedAfter?: 'Ongoing') {
  const harness = new TransactionHarness(version)
  const { producerId } = harness.init()
  const value = harness.recorded()
  assert.ok(value !== null && value !== undefined)
  const record = { transactionalId: 'x', value: { ...value, producerEpoch: lastEpoch }, valueVersion: 1 }
  harness.shard.replay(record)
  const producer = { producerId, producerEpoch: lastEpoch }
  if (expectedAfter === 'Ongoing') assert.equal(harness.add(producer), NONE)
  return { harness, producer }
}

describe('producers and their epochs', () => {
  test('each new producer gets the next epoch of the same producer id', () => {
    const harness = new TransactionHarness()
    assert.deepEqual(harness.init(), { errorCode: NONE, producerId: 1000, producerEpoch: 0 })
    assert.deepEqual(harness.init(), { errorCode: NONE, producerId: 1000, producerEpoch: 1 })
    assert.deepEqual(harness.init({ id: 'y' }), { errorCode: NONE, producerId: 1001, producerEpoch: 0 })
  })

  test('a producer that asks again with the epoch it had gets the epoch it was given', () => {
    const harness = new TransactionHarness()
    const first = harness.init()
    const second = harness.init({ expected: first })
    assert.equal(second.producerEpoch, 1)
    assert.deepEqual(harness.init({ expected: first }), second)
    assert.equal(harness.init({ expected: second }).producerEpoch, 2)
    assert.equal(harness.init({ expected: first }).errorCode, PRODUCER_FENCED)
  })

  test('a producer that asks again after a restart of the coordinator is fenced, as the epoch before is not recorded', () => {
    const harness = new TransactionHarness()
    const first = harness.init()
    harness.init({ expected: first })
    harness.reload()
    assert.equal(harness.init({ expected: first }).errorCode, PRODUCER_FENCED)
  })

  test('a new producer fences the one that had not asked for its epoch', () => {
    const harness = new TransactionHarness()
    const first = harness.init()
    harness.init()
    assert.equal(harness.init({ expected: first }).errorCode, PRODUCER_FENCED)
    assert.equal(harness.add(first), PRODUCER_FENCED)
    assert.equal(harness.end(first, 'abort').errorCode, PRODUCER_FENCED)
  })

  test('a producer whose epochs are used up gets another producer id', () => {
    const { harness, producer } = exhausted(2)
    const renewed = harness.init({ expected: producer })
    assert.deepEqual(renewed, { errorCode: NONE, producerId: 1001, producerEpoch: 0 })
    assert.deepEqual(harness.recorded()?.previousProducerId, producer.producerId)
    // The answer may have been lost.
    assert.deepEqual(harness.init({ expected: producer }), renewed)
  })

  test('a producer of the id before is fenced, unless it had the last epoch of that id', () => {
    const { harness, producer } = exhausted(2)
    harness.init({ expected: producer })
    const early = { ...producer, producerEpoch: 0 }
    assert.equal(harness.init({ expected: early }).errorCode, PRODUCER_FENCED)
  })

  test('a new producer gets another producer id when the epochs are used up', () => {
    const { harness, producer } = exhausted(1)
    assert.deepEqual(harness.init(), { errorCode: NONE, producerId: 1001, producerEpoch: 0 })
    assert.equal(harness.init({ expected: producer }).errorCode, PRODUCER_FENCED)
  })

  test('an unforeseen epoch beside an exhausted one is a server error, as it is to Kafka', () => {
    const { harness, producer } = exhausted(2)
    const expected = { ...producer, producerEpoch: 3 }
    assert.equal(harness.init({ expected }).errorCode, ErrorCode.UNKNOWN_SERVER_ERROR)
  })

  test('without a producer id at hand the client is told to ask again, and nothing is written', () => {
    const harness = new TransactionHarness()
    harness.hasProducerIds = false
    assert.equal(harness.init().errorCode, COORDINATOR_LOAD_IN_PROGRESS)
    assert.equal(harness.log.length, 0)
  })

  test('the timeout is the one the last producer asked for', () => {
    const harness = new TransactionHarness()
    harness.init({ timeoutMs: 10_000 })
    harness.init({ timeoutMs: 20_000 })
    assert.equal(harness.shard.describeTransaction('x').transactionTimeoutMs, 20_000)
  })
})

describe('the end of a transaction of version 2', () => {
  test('gives the producer the next epoch at once, and completes with the last marker', () => {
    const harness = new TransactionHarness(2)
    const producer = harness.init()
    harness.add(producer, ['t-0', 't-1', 'u-0'])
    const ended = harness.end(producer, 'commit')
    assert.deepEqual(ended, { errorCode: NONE, producerId: 1000, producerEpoch: 1 })
    const [order] = harness.orders
    assert.deepEqual(order, {
      transactionalId: 'x',
      producerId: 1000,
      producerEpoch: 1,
      outcome: 'commit',
      coordinatorEpoch: 5,
      transactionVersion: 2,
      partitions: partitionsOf('t-0', 't-1', 'u-0'),
    })
    assert.deepEqual(harness.answer(order!, NONE, partitionsOf('t-0', 'u-0')), { isOver: false, retry: [] })
    assert.deepEqual(harness.shard.describeTransaction('x').topics, [{ topic: 't', partitions: [1] }])
    assert.deepEqual(harness.answer(order!, NONE, partitionsOf('t-1')), { isOver: true })
    assert.equal(harness.state, 'CompleteCommit')
    assert.deepEqual(harness.settledIds.at(-1), 'x')
    assert.equal(harness.add(ended), NONE)
  })

  test('a producer with the last epoch goes on with a new producer id, and its retry is told so again', () => {
    const { harness, producer } = exhausted(2, 'Ongoing')
    const ended = harness.end(producer, 'commit')
    assert.deepEqual(ended, { errorCode: NONE, producerId: 1001, producerEpoch: 0 })
    const [order] = harness.orders
    assert.deepEqual([order?.producerId, order?.producerEpoch], [1000, 32767])
    assert.equal(harness.end(producer, 'commit').errorCode, CONCURRENT_TRANSACTIONS)
    harness.answerMarkers()
    assert.equal(harness.recorded()?.nextProducerId, -1)
    assert.deepEqual(harness.end(producer, 'commit'), ended)
    assert.equal(harness.end(producer, 'abort').errorCode, ErrorCode.INVALID_TXN_STATE)
    const stranger = { ...producer, producerId: 7 }
    assert.equal(harness.end(stranger, 'commit').errorCode, INVALID_PRODUCER_ID_MAPPING)
    assert.equal(harness.add(ended), NONE)
  })

  test('a new producer id that was chosen before a restart is taken up after it', () => {
    const { harness, producer } = exhausted(2, 'Ongoing')
    const ended = harness.end(producer, 'abort')
    harness.reload()
    harness.answerMarkers()
    assert.equal(harness.add(ended), NONE)
  })

  test('is answered again with what it was answered', () => {
    const harness = new TransactionHarness(2)
    const producer = harness.init()
    harness.add(producer)
    const ended = harness.end(producer, 'abort')
    harness.answerMarkers()
    assert.deepEqual(harness.end(producer, 'abort'), ended)
  })

  test('an abort without partitions bumps the epoch and has a start', () => {
    const harness = new TransactionHarness(2)
    const producer = harness.init()
    assert.deepEqual(harness.end(producer, 'abort'), { errorCode: NONE, producerId: 1000, producerEpoch: 1 })
    assert.equal(harness.recorded()?.startTimeMs, harness.now.wallMs)
    assert.deepEqual(harness.answerMarkers(), { isOver: true })
    assert.equal(harness.state, 'CompleteAbort')
  })

  test('is not offered where records have no room for it', () => {
    const harness = new TransactionHarness(0)
    const producer = harness.init()
    assert.equal(harness.add(producer, ['t-0'], 2), UNSUPPORTED_VERSION)
    harness.add(producer, ['t-0'], 0)
    assert.equal(harness.end(producer, 'commit', 2).errorCode, UNSUPPORTED_VERSION)
    assert.equal(harness.end(producer, 'commit', 0).errorCode, NONE)
  })

  test('a client of version 1 keeps its epoch in a cluster of version 2', () => {
    const harness = new TransactionHarness(2)
    const producer = harness.init()
    harness.add(producer, ['t-0'], 0)
    assert.deepEqual(harness.end(producer, 'commit', 0), { errorCode: NONE, producerId: -1, producerEpoch: -1 })
    assert.equal(harness.orders[0]?.producerEpoch, 0)
    assert.equal(harness.orders[0]?.transactionVersion, 0)
    harness.answerMarkers()
    assert.equal(harness.add(producer, ['t-0'], 0), NONE)
  })
})

describe('an open transaction whose producer is replaced', () => {
  test('is aborted with a bumped epoch, and the new producer gets one beyond it', () => {
    for (const version of [0, 1, 2]) {
      const harness = new TransactionHarness(version)
      const old = harness.init()
      harness.add(old)
      assert.equal(harness.init().errorCode, CONCURRENT_TRANSACTIONS)
      assert.deepEqual([harness.orders[0]?.outcome, harness.orders[0]?.producerEpoch], ['abort', 1])
      assert.equal(harness.init().errorCode, CONCURRENT_TRANSACTIONS)
      harness.answerMarkers()
      assert.deepEqual(harness.init(), { errorCode: NONE, producerId: 1000, producerEpoch: 2 })
      assert.equal(harness.end(old, 'commit').errorCode, PRODUCER_FENCED)
    }
  })

  test('is aborted as the cluster has it, whatever its client: one of version 1 is fenced by the epoch too', () => {
    const harness = new TransactionHarness(2)
    harness.add(harness.init(), ['t-0'], 0)
    harness.init()
    const [order] = harness.orders
    assert.deepEqual([order?.producerEpoch, order?.transactionVersion], [1, 2])
  })

  test('keeps its last epoch for the coordinator, under version 1', () => {
    const { harness } = exhausted(1, 'Ongoing')
    assert.equal(harness.init().errorCode, CONCURRENT_TRANSACTIONS)
    assert.equal(harness.orders[0]?.producerEpoch, 32767)
    harness.answerMarkers()
    assert.deepEqual(harness.init(), { errorCode: NONE, producerId: 1001, producerEpoch: 0 })
  })

  test('leads to another producer id when the epochs are used up, under version 2', () => {
    const { harness } = exhausted(2, 'Ongoing')
    assert.equal(harness.init().errorCode, CONCURRENT_TRANSACTIONS)
    harness.answerMarkers()
    assert.deepEqual(harness.init(), { errorCode: NONE, producerId: 1001, producerEpoch: 1 })
  })
})

describe('time', () => {
  test('a transaction that is open for longer than its timeout is aborted at the next look', () => {
    const harness = new TransactionHarness(2, { abortTimedOutIntervalMs: 5000 })
    const producer = harness.init({ timeoutMs: 7000 })
    harness.advance(4000)
    harness.add(producer)
    harness.advance(6000)
    assert.equal(harness.state, 'Ongoing')
    harness.advance(5000)
    assert.equal(harness.state, 'PrepareAbort')
    assert.equal(harness.end(producer, 'commit').errorCode, CONCURRENT_TRANSACTIONS)
    harness.answerMarkers()
    assert.equal(harness.end(producer, 'commit').errorCode, ErrorCode.INVALID_TXN_STATE)
    assert.equal(harness.add(producer), PRODUCER_FENCED)
  })

  test('a transaction that something is under way for is left until the next look', () => {
    const harness = new TransactionHarness(2, { abortTimedOutIntervalMs: 5000 })
    const producer = harness.init({ timeoutMs: 1000 })
    harness.add(producer)
    harness.holdCommits = true
    harness.add(producer, ['t-1'])
    harness.advance(5000)
    assert.equal(harness.state, 'Ongoing')
    harness.commit()
    harness.advance(5000)
    assert.equal(harness.state, 'PrepareAbort')
  })

  test('the time a transaction is open counts from its first partition', () => {
    const harness = new TransactionHarness(2, { abortTimedOutIntervalMs: 1 })
    const producer = harness.init({ timeoutMs: 7000 })
    harness.add(producer)
    harness.advance(6000)
    harness.add(producer, ['t-1'])
    harness.advance(1001)
    assert.equal(harness.state, 'PrepareAbort')
  })

  test('a transaction of a two-phase commit never times out', () => {
    const harness = new TransactionHarness(2)
    harness.add(harness.init({ timeoutMs: 2 ** 31 - 1 }))
    harness.advance(2 ** 31)
    assert.equal(harness.state, 'Ongoing')
  })

  test('several are aborted at once, each on its own', () => {
    const harness = new TransactionHarness(2)
    for (const id of ['a', 'b', 'c']) harness.add(harness.init({ id }), ['t-0'], 2, id)
    harness.advance(70_000)
    assert.deepEqual(
      harness.orders.map(order => order.transactionalId),
      ['a', 'b', 'c'],
    )
  })

  test('one that the log does not take is left open, and the others are aborted', () => {
    const harness = new TransactionHarness(2)
    for (const id of ['a', 'b', 'c']) harness.add(harness.init({ id }), ['t-0'], 2, id)
    harness.oversized.add('b')
    harness.advance(70_000)
    assert.deepEqual(
      harness.orders.map(order => order.transactionalId),
      ['a', 'c'],
    )
    harness.oversized.clear()
    harness.advance(10_000)
    assert.equal(harness.orders.at(-1)?.transactionalId, 'b')
  })

  test('one that the log does not take a second time keeps no other in doubt', () => {
    const harness = new TransactionHarness(2)
    const producers = ['a', 'b'].map(id => ({ id, producer: harness.init({ id }) }))
    for (const { id, producer } of producers) harness.add(producer, ['t-0'], 2, id)
    harness.holdCommits = true
    for (const { id, producer } of producers) harness.end(producer, 'commit', 2, id)
    harness.commit(REQUEST_TIMED_OUT)
    harness.holdCommits = false
    harness.oversized.add('a')
    harness.advance(10_000)
    assert.deepEqual(
      harness.orders.map(order => order.transactionalId),
      ['b'],
    )
  })

  test('what fell due and is not done yet is due at once', () => {
    const harness = new TransactionHarness(2)
    for (const id of ['a', 'b']) harness.add(harness.init({ id }), ['t-0'], 2, id)
    harness.nowMs += 70_000
    const decided = harness.shard.deadlineReached(harness.now)
    assert.ok(decided !== undefined)
    assert.ok(harness.shard.nextDeadlineMs() <= harness.nowMs)
    harness.advance(0)
    assert.equal(harness.orders.length, 2)
    assert.ok(harness.shard.nextDeadlineMs() > harness.nowMs)
  })

  test('a transactional id that nobody uses is forgotten, and one whose transaction is open is not', () => {
    const harness = new TransactionHarness(2, { transactionalIdExpirationMs: 1000, removeExpiredIntervalMs: 600 })
    harness.init({ id: 'idle' })
    const busy = harness.init({ id: 'busy', timeoutMs: 900_000 })
    harness.add(busy, ['t-0'], 2, 'busy')
    harness.advance(600)
    assert.equal(harness.log.at(-1)?.value === null, false)
    harness.advance(600)
    assert.equal(harness.recorded('idle'), null)
    assert.equal(harness.shard.describeTransaction('busy').transactionState, 'Ongoing')
    assert.equal(harness.shard.describeTransaction('idle').errorCode, ErrorCode.TRANSACTIONAL_ID_NOT_FOUND)
    harness.reload()
    assert.equal(harness.shard.describeTransaction('idle').errorCode, ErrorCode.TRANSACTIONAL_ID_NOT_FOUND)
    assert.deepEqual(harness.init({ id: 'idle' }).producerId, 1002)
  })
})

describe('what is on its way into the log', () => {
  test('holds everybody else up until it is committed', () => {
    const harness = new TransactionHarness(2)
    harness.holdCommits = true
    const producer = harness.init()
    assert.equal(harness.init().errorCode, CONCURRENT_TRANSACTIONS)
    assert.equal(harness.add(producer), CONCURRENT_TRANSACTIONS)
    assert.equal(harness.end(producer, 'abort').errorCode, CONCURRENT_TRANSACTIONS)
    harness.commit()
    assert.equal(harness.add(producer), NONE)
  })

  test('markers are ordered when the decision is committed, not before', () => {
    const harness = new TransactionHarness(2)
    const producer = harness.init()
    harness.add(producer)
    harness.holdCommits = true
    harness.end(producer, 'commit')
    assert.equal(harness.orders.length, 0)
    harness.commit()
    assert.equal(harness.orders.length, 1)
  })

  test('what the log refuses has not happened', () => {
    const harness = new TransactionHarness(2)
    const producer = harness.init()
    harness.appendErrorCode = NOT_ENOUGH_REPLICAS
    assert.equal(harness.add(producer), NOT_ENOUGH_REPLICAS)
    assert.equal(harness.state, 'Empty')
    harness.appendErrorCode = 0
    assert.equal(harness.add(producer), NONE)
    harness.appendErrorCode = NOT_ENOUGH_REPLICAS
    assert.equal(harness.end(producer, 'commit').errorCode, NOT_ENOUGH_REPLICAS)
    assert.equal(harness.state, 'Ongoing')
    harness.appendErrorCode = 0
    assert.equal(harness.end(producer, 'commit').errorCode, NONE)
  })

  test('a decision whose commit takes too long is written again, and the markers follow', () => {
    const harness = new TransactionHarness(2)
    const producer = harness.init()
    harness.add(producer)
    harness.holdCommits = true
    harness.end(producer, 'commit')
    harness.commit(REQUEST_TIMED_OUT)
    assert.equal(harness.orders.length, 0)
    assert.equal(harness.end(producer, 'commit').errorCode, CONCURRENT_TRANSACTIONS)
    harness.holdCommits = false
    harness.advance(10_000)
    assert.equal(harness.orders.length, 1)
    harness.answerMarkers()
    assert.equal(harness.state, 'CompleteCommit')
  })

  test('what may be committed stays in doubt where the log refuses the copy', () => {
    const harness = new TransactionHarness(2)
    const producer = harness.init()
    harness.add(producer)
    harness.holdCommits = true
    harness.end(producer, 'commit')
    harness.commit(REQUEST_TIMED_OUT)
    harness.appendErrorCode = NOT_ENOUGH_REPLICAS
    harness.advance(10_000)
    assert.equal(harness.orders.length, 0)
    harness.appendErrorCode = 0
    harness.advance(10_000)
    harness.commit()
    assert.equal(harness.orders.length, 1)
  })

  test('that a transaction is complete is written again where the log refused it', () => {
    const harness = new TransactionHarness(2)
    const producer = harness.init()
    harness.add(producer)
    harness.end(producer, 'commit')
    const [order] = harness.orders
    harness.appendErrorCode = NOT_ENOUGH_REPLICAS
    assert.equal(harness.answer(order!), NOT_ENOUGH_REPLICAS)
    assert.equal(harness.state, 'PrepareCommit')
    harness.appendErrorCode = 0
    assert.deepEqual(harness.answer(order!, NONE, []), { isOver: true })
    assert.equal(harness.state, 'CompleteCommit')
  })
})

describe('markers', () => {
  const retried = [
    ...[ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, ErrorCode.NOT_LEADER_OR_FOLLOWER, ErrorCode.NOT_ENOUGH_REPLICAS],
    ...[ErrorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND, ErrorCode.REQUEST_TIMED_OUT, ErrorCode.KAFKA_STORAGE_ERROR],
  ]
  for (const errorCode of retried) {
    test(`a partition that answers ${errorCode} is told again`, () => {
      const harness = new TransactionHarness(2)
      const producer = harness.init()
      harness.add(producer, ['t-0', 't-1'])
      harness.end(producer, 'commit')
      const [order] = harness.orders
      harness.answer(order!, NONE, partitionsOf('t-0'))
      const progress = harness.answer(order!, errorCode, partitionsOf('t-1'))
      assert.deepEqual(progress, { isOver: false, retry: partitionsOf('t-1') })
      assert.equal(harness.state, 'PrepareCommit')
      assert.deepEqual(harness.answer(order!, NONE, partitionsOf('t-1')), { isOver: true })
    })
  }

  for (const errorCode of [ErrorCode.UNSUPPORTED_FOR_MESSAGE_FORMAT, ErrorCode.UNSUPPORTED_VERSION]) {
    test(`a partition that answers ${errorCode} cannot have been written to`, () => {
      const harness = new TransactionHarness(2)
      const producer = harness.init()
      harness.add(producer)
      harness.end(producer, 'commit')
      assert.deepEqual(harness.answerMarkers(errorCode), { isOver: true })
      assert.equal(harness.state, 'CompleteCommit')
    })
  }

  for (const errorCode of [ErrorCode.INVALID_PRODUCER_EPOCH, ErrorCode.TRANSACTION_COORDINATOR_FENCED]) {
    test(`a partition that answers ${errorCode} ends the attempt: somebody else has taken over`, () => {
      const harness = new TransactionHarness(2)
      const producer = harness.init()
      harness.add(producer)
      harness.end(producer, 'commit')
      assert.deepEqual(harness.answerMarkers(errorCode), { isOver: true })
      assert.equal(harness.state, 'PrepareCommit')
      assert.equal(harness.init().errorCode, CONCURRENT_TRANSACTIONS)
    })
  }

  test('answers to an order of before a restart are of no account', () => {
    const harness = new TransactionHarness(2)
    const producer = harness.init()
    harness.add(producer)
    harness.end(producer, 'commit')
    const [stale] = harness.orders
    harness.reload()
    assert.deepEqual(harness.answer(stale!), { isOver: true })
    assert.equal(harness.state, 'PrepareCommit')
    assert.equal(harness.orders[0]?.coordinatorEpoch, 6)
    harness.answerMarkers()
    assert.equal(harness.state, 'CompleteCommit')
  })

  test('a stranger to the shard is told that its producer id is mapped to nothing', () => {
    const harness = new TransactionHarness(2)
    assert.equal(harness.add({ producerId: 1, producerEpoch: 0 }), INVALID_PRODUCER_ID_MAPPING)
  })
})

describe('listing', () => {
  const all = { producerIds: new Set<number>(), isByState: false, states: new Set<never>(), durationMs: -1 }
  const matches = () => true

  test('filters by state, producer id, age and name', () => {
    const harness = new TransactionHarness(2)
    harness.init({ id: 'empty' })
    const open = harness.init({ id: 'open', timeoutMs: 900_000 })
    harness.add(open, ['t-0'], 2, 'open')
    harness.advance(5000)
    const list = (filter: Partial<Parameters<typeof harness.shard.listTransactions>[0]>) =>
      harness.shard.listTransactions({ ...all, matches, ...filter }, harness.now).map(listed => listed.transactionalId)
    assert.deepEqual(list({}), ['empty', 'open'])
    assert.deepEqual(list({ isByState: true, states: new Set(['Ongoing'] as const) }), ['open'])
    assert.deepEqual(list({ isByState: true }), [])
    assert.deepEqual(list({ producerIds: new Set([open.producerId]) }), ['open'])
    // What has not begun has begun at −1, as to Kafka.
    assert.deepEqual(list({ durationMs: 5000 }), ['empty'])
    assert.deepEqual(list({ durationMs: 4999 }), ['empty', 'open'])
    assert.deepEqual(list({ matches: id => id.startsWith('o') }), ['open'])
  })
})
