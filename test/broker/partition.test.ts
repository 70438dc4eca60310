import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DelayedFetch } from '../../src/broker/fetch/delayed-fetch.ts'
import { Partition } from '../../src/broker/partition.ts'
import { ErrorCode } from '../../src/protocol/errors.ts'
import { Deadlines } from '../../src/timers/deadlines.ts'
import { ManualClock } from './manual-clock.ts'
import { MemoryLog } from './memory-log.ts'

const sole = { leaderEpoch: 3, replicas: [1], isr: [1], minInSyncReplicas: 1 }
const pair = { leaderEpoch: 3, replicas: [1, 2], isr: [1, 2], minInSyncReplicas: 1 }

function setUp(term = sole) {
  const clock = new ManualClock()
  const log = new MemoryLog()
  const partition = new Partition(1, log.asLog)
  partition.becameLeader(term)
  return { clock, deadlines: new Deadlines(clock), log, partition }
}

test('before it is led here a partition refuses everything', () => {
  const partition = new Partition(1, new MemoryLog().asLog)
  assert.equal(partition.errorCode, ErrorCode.NOT_LEADER_OR_FOLLOWER)
  assert.equal(partition.produce(new Uint8Array(), false) instanceof Promise, false)
})

test('a leader epoch begins where the log ends, once', () => {
  const { log, partition } = setUp()
  partition.produce(new Uint8Array(), false)
  partition.becameLeader(sole)
  assert.deepEqual(log.epochs, [{ epoch: 3, startOffset: 0 }])
  partition.becameLeader({ ...sole, leaderEpoch: 4 })
  assert.deepEqual(log.epochs.at(-1), { epoch: 4, startOffset: 1 })
})

test('clients that know an older or a newer leader epoch are told so', () => {
  const { partition } = setUp()
  assert.equal(partition.errorCodeAt(-1), 0)
  assert.equal(partition.errorCodeAt(3), 0)
  assert.equal(partition.errorCodeAt(2), ErrorCode.FENCED_LEADER_EPOCH)
  assert.equal(partition.errorCodeAt(4), ErrorCode.UNKNOWN_LEADER_EPOCH)
})

test('what a sole replica has written is committed at once', () => {
  const { log, partition } = setUp()
  partition.produce(new Uint8Array(), true)
  assert.equal(partition.isCommitted(1), true)
  assert.equal(log.highWatermark, 1)
})

test('what is decided but not written is not committed', () => {
  const { log, partition } = setUp()
  log.writesAtOnce = false
  partition.produce(new Uint8Array(), true)
  assert.equal(partition.isCommitted(1), false)
  log.write()
  assert.equal(partition.isCommitted(1), true)
})

test('with flush.messages what is written is not committed before it is flushed', async () => {
  const { log, partition } = setUp()
  log.config = { ...log.config, flushMessages: 1 }
  const flushed = Promise.withResolvers<void>()
  log.flushed = flushed.promise
  partition.produce(new Uint8Array(), true)
  log.flushed = undefined
  assert.equal(log.logEndOffset, 1)
  assert.equal(partition.isCommitted(1), false)
  flushed.resolve()
  await flushed.promise
  assert.equal(partition.isCommitted(1), true)
})

test('acks=all waits for the other replicas, as long as the request allows', async () => {
  const { clock, deadlines, partition } = setUp(pair)
  partition.produce(new Uint8Array(), true)
  const timedOut = partition.whenCommitted(1, 500, deadlines)
  clock.advance(500)
  assert.equal(await timedOut, ErrorCode.REQUEST_TIMED_OUT)
  const committed = partition.whenCommitted(1, 500, deadlines)
  partition.becameLeader({ ...pair, isr: [1] })
  assert.equal(await committed, 0)
})

test('acks=all is refused below min.insync.replicas, acks=1 is not', () => {
  const { partition } = setUp({ ...pair, isr: [1], minInSyncReplicas: 2 })
  const refused = partition.produce(new Uint8Array(), true)
  assert.equal('errorCode' in refused && refused.errorCode, ErrorCode.NOT_ENOUGH_REPLICAS)
  const accepted = partition.produce(new Uint8Array(), false)
  assert.equal('errorCode' in accepted && accepted.errorCode, 0)
})

test('whoever waits for a partition that ends is told why', async () => {
  const { deadlines, partition } = setUp(pair)
  partition.produce(new Uint8Array(), true)
  const waiting = partition.whenCommitted(1, 500, deadlines)
  partition.ended(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
  assert.equal(await waiting, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
  assert.equal(partition.errorCode, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
})

test('in a failed log directory everything is KAFKA_STORAGE_ERROR', () => {
  const { log, partition } = setUp()
  log.isOffline = true
  assert.equal(partition.errorCode, ErrorCode.KAFKA_STORAGE_ERROR)
})

function delayed(set: ReturnType<typeof setUp>, minBytes: number) {
  let completions = 0
  const fetch = new DelayedFetch({
    minBytes,
    maxWaitMs: 500,
    isolation: 'high-watermark',
    deadlines: set.deadlines,
    onCompleted: () => completions++,
  })
  fetch.watch(set.partition, 0, 1000, 0)
  return { fetch, completions: () => completions }
}

test('a waiting fetch is answered by the append that makes it enough, once', () => {
  const set = setUp()
  const { completions } = delayed(set, 250)
  set.partition.produce(new Uint8Array(), false)
  set.partition.produce(new Uint8Array(), false)
  assert.equal(completions(), 0)
  set.partition.produce(new Uint8Array(), false)
  assert.equal(completions(), 1)
  set.partition.produce(new Uint8Array(), false)
  set.clock.advance(1000)
  assert.equal(completions(), 1)
})

test('a waiting fetch is answered when its time is up', () => {
  const set = setUp()
  const { completions } = delayed(set, 250)
  set.clock.advance(499)
  assert.equal(completions(), 0)
  set.clock.advance(1)
  assert.equal(completions(), 1)
})

test('in a failed directory it is the disk that clients are told of, also once the partition has no leader', () => {
  const { log, partition } = setUp()
  log.isOffline = true
  partition.becameLeader({ ...sole, leaderEpoch: 4 })
  partition.ended(ErrorCode.NOT_LEADER_OR_FOLLOWER)
  assert.equal(partition.errorCode, ErrorCode.KAFKA_STORAGE_ERROR)
})

test('a waiting fetch is answered when one of its partitions ends', () => {
  const set = setUp()
  const { completions } = delayed(set, 250)
  set.partition.ended(ErrorCode.NOT_LEADER_OR_FOLLOWER)
  assert.equal(completions(), 1)
})
