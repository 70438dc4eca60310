import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ErrorCode } from '../../../src/protocol/errors.ts'
import { GroupHarness, textOf } from '../support/group-harness.ts'

/** Two members of generation 1 that have yet to sync. */
function joinedPair(harness: GroupHarness) {
  const pair = [harness.joinDynamic('g'), harness.joinDynamic('g')]
  while (!pair[0]!.joined.isAnswered) harness.advance(1000)
  return { leader: pair[0]!.memberId, follower: pair[1]!.memberId }
}

describe('SyncGroup', () => {
  test('followers wait for the leader, and all are answered once the assignment is committed', () => {
    const harness = new GroupHarness()
    const { leader, follower } = joinedPair(harness)
    const early = harness.sync('g', follower, 1)
    assert.equal(early.isAnswered, false)
    harness.holdCommits = true
    const ofLeader = harness.sync('g', leader, 1, { [leader]: 'one', [follower]: 'two' })
    assert.equal(ofLeader.isAnswered, false)
    assert.equal(harness.group().state, 'CompletingRebalance')
    harness.commit()
    assert.equal(harness.group().state, 'Stable')
    assert.equal(textOf(ofLeader.response.assignment), 'one')
    assert.equal(textOf(early.response.assignment), 'two')
    assert.equal(early.response.protocolType, 'consumer')
    assert.equal(early.response.protocolName, 'range')
    const record = harness.records.at(-1)
    assert.ok(record?.kind === 'group-metadata' && record.value !== null)
    assert.equal(record.value.generationId, 1)
    assert.equal(record.value.leaderId, leader)
    assert.deepEqual(
      record.value.members.map(member => [member.memberId, textOf(member.subscription), textOf(member.assignment)]),
      [
        [leader, 'range', 'one'],
        [follower, 'range', 'two'],
      ],
    )
  })

  test('whom the leader left out is assigned nothing', () => {
    const harness = new GroupHarness()
    const { leader, follower } = joinedPair(harness)
    harness.sync('g', leader, 1, { [leader]: 'one', stranger: 'lost' })
    assert.equal(harness.sync('g', follower, 1).response.assignment.length, 0)
  })

  test('a rebalance that is called before the assignment is committed wins', () => {
    const harness = new GroupHarness()
    const { leader, follower } = joinedPair(harness)
    const early = harness.sync('g', follower, 1)
    harness.holdCommits = true
    const ofLeader = harness.sync('g', leader, 1, { [leader]: 'one' })
    harness.joinDynamic('g')
    assert.equal(ofLeader.response.errorCode, ErrorCode.REBALANCE_IN_PROGRESS)
    assert.equal(early.response.errorCode, ErrorCode.REBALANCE_IN_PROGRESS)
    harness.commit()
    assert.equal(harness.group().state, 'PreparingRebalance')
  })

  test('an assignment that cannot be written is answered for, and the group rebalances', () => {
    for (const [refused, answered] of [
      [ErrorCode.NOT_ENOUGH_REPLICAS, ErrorCode.COORDINATOR_NOT_AVAILABLE],
      [ErrorCode.MESSAGE_TOO_LARGE, ErrorCode.UNKNOWN_SERVER_ERROR],
      [ErrorCode.KAFKA_STORAGE_ERROR, ErrorCode.NOT_COORDINATOR],
    ] as const) {
      const harness = new GroupHarness()
      const { leader, follower } = joinedPair(harness)
      const early = harness.sync('g', follower, 1)
      harness.appendErrorCode = refused
      const ofLeader = harness.sync('g', leader, 1, { [leader]: 'one' })
      assert.equal(ofLeader.response.errorCode, answered)
      assert.equal(early.response.errorCode, answered)
      assert.equal(harness.group().state, 'PreparingRebalance')
    }
  })

  test('who does not sync within the rebalance timeout is out, leader or not', () => {
    const harness = new GroupHarness()
    const { leader, follower } = joinedPair(harness)
    harness.sync('g', follower, 1)
    for (let second = 0; second < 60; second += 5) {
      harness.advance(5000)
      harness.heartbeat('g', leader, 1)
      harness.heartbeat('g', follower, 1)
    }
    assert.deepEqual([...harness.group().members.keys()], [follower])
    assert.equal(harness.group().state, 'PreparingRebalance')
  })

  test('a stable group with a member that never synced rebalances without it', () => {
    const harness = new GroupHarness()
    const { leader, follower } = joinedPair(harness)
    harness.sync('g', leader, 1, { [leader]: 'one' })
    assert.equal(harness.group().state, 'Stable')
    for (let second = 0; second < 60; second += 5) {
      harness.advance(5000)
      harness.heartbeat('g', leader, 1)
      harness.heartbeat('g', follower, 1)
    }
    assert.deepEqual([...harness.group().members.keys()], [leader])
  })

  test('who has not synced when the next rebalance is called has all of its time again', () => {
    const harness = new GroupHarness()
    const { leader, follower } = joinedPair(harness)
    harness.advance(9000)
    const joined = harness.join('g', { memberId: leader, protocols: ['range', 'more'], sessionTimeoutMs: 300_000 })
    assert.equal(joined.isAnswered, false)
    harness.join('g', { memberId: follower, sessionTimeoutMs: 300_000 })
    assert.equal(joined.response.generationId, 2)
    harness.advance(59_999)
    assert.equal(harness.group().state, 'CompletingRebalance')
    harness.advance(1)
    assert.equal(harness.group().state, 'Empty')
  })

  test('the time to sync ends with the generation: who missed it may join the next', () => {
    const harness = new GroupHarness()
    const { leader, follower } = joinedPair(harness)
    const sessionTimeoutMs = 300_000
    const keepAlive = (memberId: string) => harness.heartbeat('g', memberId, 1)
    for (let count = 0; count < 5; count++) {
      harness.advance(9000)
      for (const memberId of [leader, follower]) keepAlive(memberId)
    }
    const joined = harness.join('g', { memberId: leader, protocols: ['range', 'more'], sessionTimeoutMs })
    // Meanwhile the first generation's time to sync would be over, and neither of the two has.
    for (let count = 0; count < 3; count++) {
      harness.advance(9000)
      keepAlive(follower)
    }
    assert.deepEqual([...harness.group().members.keys()].sort(), [leader, follower].sort())
    assert.equal(harness.join('g', { memberId: follower, sessionTimeoutMs }).response.errorCode, ErrorCode.NONE)
    assert.equal(joined.response.generationId, 2)
    assert.equal(joined.response.members?.length, 2)
  })

  test('a member whose SyncGroup was parked longer than its session has a new one when it is answered', () => {
    const harness = new GroupHarness()
    const { leader, follower } = joinedPair(harness)
    harness.sync('g', follower, 1)
    for (let second = 0; second < 30; second += 5) {
      harness.advance(5000)
      harness.heartbeat('g', leader, 1)
    }
    assert.ok(harness.group().members.has(follower), 'a parked member needs no heartbeats')
    harness.sync('g', leader, 1, {})
    harness.advance(9999)
    assert.ok(harness.group().members.has(follower))
    harness.heartbeat('g', leader, 1)
    harness.advance(1)
    assert.ok(!harness.group().members.has(follower))
  })
})
