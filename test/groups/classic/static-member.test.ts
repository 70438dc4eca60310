import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ErrorCode } from '../../../src/protocol/errors.ts'
import { GroupHarness, type JoinOptions, textOf } from '../support/group-harness.ts'

/** A stable group of two static members; `a` leads. */
function staticPair(options: JoinOptions = {}) {
  const harness = new GroupHarness()
  const a = harness.join('g', { groupInstanceId: 'a', ...options })
  const b = harness.join('g', { groupInstanceId: 'b', ...options })
  while (!a.isAnswered) harness.advance(1000)
  const [leader, follower] = [a.response.memberId, b.response.memberId]
  harness.sync('g', leader, 1, { [leader]: 'one', [follower]: 'two' })
  harness.sync('g', follower, 1)
  assert.equal(harness.group().state, 'Stable')
  return { harness, leader, follower }
}

describe('a static member', () => {
  test('joins without being given an id first; its id begins with its instance id', () => {
    const { leader } = staticPair()
    assert.match(leader, /^a-[0-9a-f-]{36}$/)
  })

  test('that comes back takes its place and assignment under a new id, and nobody else notices', () => {
    const { harness, leader, follower } = staticPair()
    const back = harness.join('g', { groupInstanceId: 'b' }).response
    assert.equal(back.errorCode, ErrorCode.NONE)
    assert.equal(back.generationId, 1)
    assert.notEqual(back.memberId, follower)
    assert.equal(back.leader, leader)
    assert.equal(back.skipAssignment, false)
    assert.equal(harness.group().state, 'Stable')
    assert.equal(textOf(harness.sync('g', back.memberId, 1).response.assignment), 'two')
    assert.equal(harness.heartbeat('g', follower, 1), ErrorCode.UNKNOWN_MEMBER_ID)
    assert.equal(harness.heartbeat('g', follower, 1, 'b'), ErrorCode.FENCED_INSTANCE_ID)
    const record = harness.records.at(-1)
    assert.ok(record?.kind === 'group-metadata')
    assert.deepEqual(record.value?.members.map(({ memberId }) => memberId).sort(), [leader, back.memberId].sort())
  })

  test('that leads and comes back is told from version 9 on to skip the assignment', () => {
    const { harness } = staticPair()
    const back = harness.join('g', { groupInstanceId: 'a', apiVersion: 9 }).response
    assert.equal(back.leader, back.memberId)
    assert.equal(back.skipAssignment, true)
    assert.equal(back.members.length, 2)
  })

  test('that leads and comes back before version 9 is not told that it leads', () => {
    const { harness, leader } = staticPair()
    const back = harness.join('g', { groupInstanceId: 'a', apiVersion: 8 }).response
    assert.equal(back.leader, leader)
    assert.deepEqual(back.members, [])
    assert.ok(harness.group().isLeader(back.memberId))
  })

  test('that comes back with what makes another protocol win calls a rebalance', () => {
    const { harness } = staticPair({ protocols: ['range', 'sticky'] })
    const back = harness.join('g', { groupInstanceId: 'b', protocols: ['sticky'] })
    assert.equal(back.isAnswered, false)
    assert.equal(harness.group().state, 'PreparingRebalance')
  })

  test('that comes back while the group waits for the assignment calls a rebalance', () => {
    const harness = new GroupHarness()
    const a = harness.join('g', { groupInstanceId: 'a' })
    const b = harness.join('g', { groupInstanceId: 'b' })
    while (!a.isAnswered) harness.advance(1000)
    const early = harness.sync('g', b.response.memberId, 1)
    const back = harness.join('g', { groupInstanceId: 'b' })
    assert.equal(early.response.errorCode, ErrorCode.FENCED_INSTANCE_ID)
    assert.equal(back.isAnswered, false)
    assert.equal(harness.group().state, 'PreparingRebalance')
  })

  test('that comes back while members join fences who waits under its old id', () => {
    const { harness, leader } = staticPair()
    const old = harness.join('g', { memberId: leader, groupInstanceId: 'a' })
    assert.equal(old.isAnswered, false)
    const back = harness.join('g', { groupInstanceId: 'a' })
    assert.equal(old.response.errorCode, ErrorCode.FENCED_INSTANCE_ID)
    assert.equal(old.response.memberId, leader)
    assert.equal(back.isAnswered, false)
  })

  test('that cannot be recorded under its new id stays under the old one', () => {
    const { harness, follower } = staticPair()
    harness.appendErrorCode = ErrorCode.NOT_ENOUGH_REPLICAS
    const back = harness.join('g', { groupInstanceId: 'b' }).response
    assert.equal(back.errorCode, ErrorCode.COORDINATOR_NOT_AVAILABLE)
    assert.equal(harness.heartbeat('g', follower, 1, 'b'), ErrorCode.NONE)
    assert.equal(textOf(harness.sync('g', follower, 1).response.assignment), 'two')
    harness.advance(9999)
    assert.ok(harness.group().members.has(follower), 'its session runs')
  })

  test('that came back joins the rebalance which was called before its new id was committed', () => {
    const { harness, leader } = staticPair()
    harness.holdCommits = true
    const back = harness.join('g', { groupInstanceId: 'b' })
    harness.join('g', { groupInstanceId: 'c' })
    assert.equal(harness.group().state, 'PreparingRebalance')
    harness.commit()
    assert.equal(back.isAnswered, false)
    const rejoined = harness.join('g', { memberId: leader, groupInstanceId: 'a' })
    assert.equal(rejoined.response.generationId, 2)
    assert.equal(back.response.generationId, 2)
  })

  test('keeps its place in a rebalance it does not join, until its session ends', () => {
    const { harness, leader, follower } = staticPair({ rebalanceTimeoutMs: 2000, sessionTimeoutMs: 10_000 })
    const joined = harness.join('g', { memberId: leader, groupInstanceId: 'a', rebalanceTimeoutMs: 2000 })
    harness.advance(2000)
    assert.equal(joined.response.generationId, 2)
    assert.ok(harness.group().members.has(follower))
    assert.equal(joined.response.members.length, 2)
  })

  test('that is the only one left and does not join makes the group wait on', () => {
    const harness = new GroupHarness()
    const a = harness.join('g', { groupInstanceId: 'a', rebalanceTimeoutMs: 2000, sessionTimeoutMs: 20_000 })
    while (!a.isAnswered) harness.advance(1000)
    const { memberId } = a.response
    harness.sync('g', memberId, 1, { [memberId]: 'all' })
    const dynamic = harness.joinDynamic('g', { rebalanceTimeoutMs: 2000 })
    harness.leave('g', { memberId: dynamic.memberId })
    assert.equal(dynamic.joined.response.errorCode, ErrorCode.UNKNOWN_MEMBER_ID)
    harness.advance(6000)
    assert.equal(harness.group().state, 'PreparingRebalance')
    harness.advance(14_000)
    assert.equal(harness.group().state, 'Empty')
    assert.equal(harness.group().generationId, 2)
  })

  test('is removed by an administrator who names its instance alone', () => {
    const { harness, follower } = staticPair()
    const codes = harness.leave('g', { memberId: '', groupInstanceId: 'b' }, { memberId: '', groupInstanceId: 'x' })
    assert.deepEqual(codes, [ErrorCode.NONE, ErrorCode.UNKNOWN_MEMBER_ID])
    assert.ok(!harness.group().members.has(follower))
  })
})
