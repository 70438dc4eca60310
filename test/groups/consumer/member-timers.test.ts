import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ShardDeadlines } from '../../../src/coordinator/shard-deadlines.ts'
import { MemberTimers, type RunOut } from '../../../src/groups/consumer/member-timers.ts'
import { nothingWritten } from '../../../src/groups/group-result.ts'
import { ErrorCode } from '../../../src/protocol/errors.ts'
import { ConsumerHarness } from '../support/consumer-harness.ts'

const sessionTimeoutMs = 45_000
const all = [0, 1, 2, 3, 4, 5]

describe('the timers of members', () => {
  test('of which none is left when the last has run out or is cancelled', () => {
    const deadlines = new ShardDeadlines()
    const ranOut: RunOut[] = []
    const timers = new MemberTimers(deadlines as never, what => {
      ranOut.push(what)
      return nothingWritten
    })
    timers.set('g', 'a', 'session', 10)
    timers.set('g', 'a', 'revocation', 20, 7)
    timers.cancel('g', 'a', 'revocation')
    timers.cancel('g', 'b', 'sync')
    assert.equal(timers.groupCount, 1)
    deadlines.takeDue(10)?.reached({ wallMs: 0, monotonicMs: 10 })
    assert.deepEqual(
      ranOut.map(({ patience }) => patience),
      ['session'],
    )
    assert.equal(timers.groupCount, 0)
    timers.set('g', 'a', 'revocation', 30, 8)
    deadlines.takeDue(30)?.reached({ wallMs: 0, monotonicMs: 30 })
    assert.equal(ranOut[1]?.memberEpoch, 8)
    assert.equal(timers.groupCount, 0)
  })
})

describe('a member that the log does not let go', () => {
  test('is removed for its session when the log takes records again', () => {
    const harness = new ConsumerHarness()
    harness.enter('a')
    harness.enter('b')
    harness.appendErrorCode = ErrorCode.NOT_ENOUGH_REPLICAS
    harness.advance(sessionTimeoutMs + 2000)
    assert.equal(harness.consumerGroup().members.size, 2)
    harness.appendErrorCode = 0
    harness.advance(500)
    assert.equal(harness.consumerGroup().isEmpty, true)
  })

  test('is left alone if it was heard of meanwhile', () => {
    const harness = new ConsumerHarness()
    const { memberEpoch } = harness.enter('a')
    harness.appendErrorCode = ErrorCode.NOT_ENOUGH_REPLICAS
    harness.advance(sessionTimeoutMs)
    assert.equal(harness.beat('a', memberEpoch).errorCode, ErrorCode.NONE)
    harness.appendErrorCode = 0
    harness.advance(sessionTimeoutMs - 1)
    assert.equal(harness.consumerGroup().members.size, 1)
    harness.advance(1)
    assert.equal(harness.consumerGroup().isEmpty, true)
  })

  test('is removed for what it does not give up, unless it has moved on', () => {
    for (const givesUp of [false, true]) {
      const harness = new ConsumerHarness()
      harness.enter('a', { rebalanceTimeoutMs: 10_000 })
      const { memberEpoch } = harness.enter('b')
      harness.beat('a', 2, { owned: { foo: all } })
      harness.appendErrorCode = ErrorCode.NOT_ENOUGH_REPLICAS
      harness.advance(10_000)
      harness.appendErrorCode = 0
      if (givesUp) harness.beat('a', 2, { owned: { foo: [0, 1, 2] } })
      harness.beat('b', memberEpoch)
      harness.advance(500)
      assert.equal(harness.consumerGroup().member('a') !== undefined, givesUp)
    }
  })

  test('has its session still when it was refused to leave', () => {
    const harness = new ConsumerHarness()
    const { memberEpoch } = harness.enter('a')
    harness.appendErrorCode = ErrorCode.NOT_ENOUGH_REPLICAS
    harness.beat('a', -1)
    harness.appendErrorCode = 0
    assert.equal(harness.beat('a', memberEpoch).errorCode, ErrorCode.NONE)
    harness.appendErrorCode = ErrorCode.NOT_ENOUGH_REPLICAS
    harness.beat('a', -1)
    harness.appendErrorCode = 0
    harness.advance(sessionTimeoutMs)
    assert.equal(harness.consumerGroup().isEmpty, true)
  })

  test('has the time it was given when it came again under its id before its leaving was committed', () => {
    const harness = new ConsumerHarness()
    harness.enter('a')
    harness.holdCommits = true
    harness.beat('a', -1)
    harness.enter('a')
    harness.commit()
    harness.holdCommits = false
    harness.advance(sessionTimeoutMs - 1)
    assert.equal(harness.consumerGroup().members.size, 1)
    harness.advance(1)
    assert.equal(harness.consumerGroup().isEmpty, true)
  })
})
