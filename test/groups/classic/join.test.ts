import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { SyncGroupResponse } from '../../../src/groups/classic/answers.ts'
import { ErrorCode } from '../../../src/protocol/errors.ts'
import { bytesOf, GroupHarness, Parked, textOf } from '../support/group-harness.ts'

describe('JoinGroup', () => {
  test('a dynamic member of version 4 and later is given its id first, and the new group is recorded', () => {
    const harness = new GroupHarness()
    const { response } = harness.join('g', { clientId: 'me' })
    assert.equal(response.errorCode, ErrorCode.MEMBER_ID_REQUIRED)
    assert.match(response.memberId, /^me-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    assert.deepEqual([...harness.group().pendingJoin.keys()], [response.memberId])
    assert.equal(harness.records.length, 1)
    const [record] = harness.records
    assert.ok(record?.kind === 'group-metadata' && record.value !== null)
    assert.deepEqual(record.value, {
      protocolType: '',
      generationId: 0,
      protocolName: null,
      leaderId: null,
      stateSinceMs: harness.now.wallMs,
      members: [],
    })
  })

  test('before version 4 a member joins at once', () => {
    const harness = new GroupHarness()
    const joined = harness.join('g', { apiVersion: 3 })
    assert.equal(joined.isAnswered, false)
    assert.equal(harness.group().members.size, 1)
    harness.advance(3000)
    assert.equal(joined.response.generationId, 1)
    assert.equal(joined.response.leader, joined.response.memberId)
  })

  test('an id that was given is forgotten when its owner does not join in time', () => {
    const harness = new GroupHarness()
    const { memberId } = harness.join('g').response
    harness.advance(9999)
    assert.equal(harness.group().pendingJoin.size, 1)
    harness.advance(1)
    assert.equal(harness.group().pendingJoin.size, 0)
    assert.equal(harness.join('g', { memberId }).response.errorCode, ErrorCode.UNKNOWN_MEMBER_ID)
  })

  test('a member id of a group that is not there is unknown, and makes no group', () => {
    const harness = new GroupHarness()
    assert.equal(harness.join('g', { memberId: 'm' }).response.errorCode, ErrorCode.UNKNOWN_MEMBER_ID)
    assert.equal([...harness.shard.groups.values()].length, 0)
    assert.equal(harness.records.length, 0)
  })

  test('a member without a protocol type or protocols is inconsistent, and the group is recorded all the same', () => {
    for (const options of [{ protocolType: '' }, { protocols: [] }]) {
      const harness = new GroupHarness()
      assert.equal(harness.join('g', options).response.errorCode, ErrorCode.INCONSISTENT_GROUP_PROTOCOL)
      assert.equal(harness.records.length, 1)
    }
  })

  test('another protocol type, or no common protocol, is inconsistent', () => {
    const harness = new GroupHarness()
    harness.stableGroup('g', 1)
    for (const options of [{ protocolType: 'connect' }, { protocols: ['sticky'] }]) {
      assert.equal(harness.join('g', options).response.errorCode, ErrorCode.INCONSISTENT_GROUP_PROTOCOL)
    }
  })

  test('the first rebalance waits for more members, again while they come, and at most the rebalance timeout', () => {
    const harness = new GroupHarness({ initialRebalanceDelayMs: 3000 })
    const first = harness.joinDynamic('g', { rebalanceTimeoutMs: 7000 })
    harness.advance(2999)
    harness.joinDynamic('g', { rebalanceTimeoutMs: 7000 })
    harness.advance(3000) // 5999: the delay was extended at 3000 until 6000.
    assert.equal(first.joined.isAnswered, false)
    harness.joinDynamic('g', { rebalanceTimeoutMs: 7000 })
    harness.advance(1000) // 6999: at 6000 one second was left of the seven.
    assert.equal(first.joined.isAnswered, false)
    harness.advance(1)
    assert.equal(first.joined.response.generationId, 1)
    assert.equal(harness.group().state, 'CompletingRebalance')
    assert.equal(harness.group().members.size, 3)
  })

  test('without a delay the first member has a generation as soon as time moves', () => {
    const harness = new GroupHarness({ initialRebalanceDelayMs: 0 })
    const { joined } = harness.joinDynamic()
    harness.advance(0)
    assert.equal(joined.response.generationId, 1)
  })

  test('the leader alone is told of the members, with their metadata for the chosen protocol', () => {
    const harness = new GroupHarness()
    const [first, second] = [
      harness.joinDynamic('g', { protocols: { a: bytesOf('1a'), b: bytesOf('1b') } }),
      harness.joinDynamic('g', { protocols: { b: bytesOf('2b') } }),
    ]
    harness.advance(10_000)
    const leader = first.joined.response
    assert.equal(leader.protocolName, 'b')
    assert.equal(leader.protocolType, 'consumer')
    assert.deepEqual(
      leader.members.map(({ memberId, metadata }) => [memberId, textOf(metadata)]),
      [
        [first.memberId, '1b'],
        [second.memberId, '2b'],
      ],
    )
    assert.deepEqual(second.joined.response.members, [])
    assert.equal(second.joined.response.leader, first.memberId)
  })

  test('most votes choose the protocol; a tie falls as in a Java hash map', () => {
    const cases = [
      {
        members: [
          ['a', 'b'],
          ['b', 'a'],
          ['b', 'a'],
        ],
        chosen: 'b',
      },
      {
        members: [
          ['b', 'a'],
          ['a', 'b'],
        ],
        chosen: 'a',
      },
      {
        members: [
          ['roundrobin', 'range'],
          ['range', 'roundrobin'],
        ],
        chosen: 'range',
      },
    ]
    for (const { members, chosen } of cases) {
      const harness = new GroupHarness()
      const joined = members.map(protocols => harness.joinDynamic('g', { protocols }))
      harness.advance(20_000)
      assert.equal(joined[0]?.joined.response.protocolName, chosen)
    }
  })

  test('a follower that joins again unchanged is answered with the generation that is', () => {
    const harness = new GroupHarness()
    const { ids, generationId } = harness.stableGroup('g', 2)
    const again = harness.join('g', { memberId: ids[1]! }).response
    assert.equal(again.errorCode, ErrorCode.NONE)
    assert.equal(again.generationId, generationId)
    assert.equal(again.leader, ids[0])
    assert.deepEqual(again.members, [])
    assert.equal(harness.group().state, 'Stable')
  })

  test('a leader that joins again unchanged calls a rebalance', () => {
    const harness = new GroupHarness()
    const { ids, generationId } = harness.stableGroup('g', 2)
    const leader = harness.join('g', { memberId: ids[0]! })
    assert.equal(harness.group().state, 'PreparingRebalance')
    assert.equal(harness.heartbeat('g', ids[1]!, generationId), ErrorCode.REBALANCE_IN_PROGRESS)
    const follower = harness.join('g', { memberId: ids[1]! })
    assert.equal(leader.response.generationId, generationId + 1)
    assert.equal(follower.response.generationId, generationId + 1)
  })

  test('a follower with other metadata calls a rebalance', () => {
    const harness = new GroupHarness()
    const { ids } = harness.stableGroup('g', 2)
    harness.join('g', { memberId: ids[1]!, protocols: { range: bytesOf('changed') } })
    assert.equal(harness.group().state, 'PreparingRebalance')
  })

  test('a member that missed its answer gets the same again while the group waits for the assignment', () => {
    const harness = new GroupHarness()
    const [first, second] = [harness.joinDynamic(), harness.joinDynamic()]
    harness.advance(10_000)
    const leader = harness.join('g', { memberId: first.memberId }).response
    assert.equal(leader.generationId, 1)
    assert.equal(leader.members.length, 2)
    assert.deepEqual(harness.join('g', { memberId: second.memberId }).response.members, [])
    assert.equal(harness.group().state, 'CompletingRebalance')
    harness.join('g', { memberId: second.memberId, protocols: { range: bytesOf('changed') } })
    assert.equal(harness.group().state, 'PreparingRebalance')
  })

  test('dynamic members that do not join again in time are out, and somebody who joined leads', () => {
    const harness = new GroupHarness()
    const { ids } = harness.stableGroup('g', 3, { rebalanceTimeoutMs: 5000 })
    const changed = { protocols: { range: bytesOf('changed') }, rebalanceTimeoutMs: 5000 }
    const joined = harness.join('g', { ...changed, memberId: ids[2]! })
    harness.advance(4999)
    assert.equal(joined.isAnswered, false)
    harness.advance(1)
    assert.equal(joined.response.leader, ids[2])
    assert.deepEqual([...harness.group().members.keys()], [ids[2]])
  })

  test('a new member whose first JoinGroup is parked too long is told to start over', () => {
    const harness = new GroupHarness()
    const { ids, generationId } = harness.stableGroup('g', 1, {
      rebalanceTimeoutMs: 600_000,
      sessionTimeoutMs: 600_000,
    })
    const { joined } = harness.joinDynamic('g', { rebalanceTimeoutMs: 600_000 })
    for (let minute = 0; minute < 5; minute++) {
      harness.advance(59_000)
      harness.heartbeat('g', ids[0]!, generationId)
    }
    assert.equal(joined.isAnswered, false)
    harness.advance(5000)
    assert.equal(joined.response.errorCode, ErrorCode.UNKNOWN_MEMBER_ID)
    assert.equal(joined.response.memberId, '')
  })

  test('group.max.size turns away who is one too many', () => {
    const harness = new GroupHarness({ groupSizeMax: 1 })
    const { ids } = harness.stableGroup('g', 1)
    assert.equal(harness.join('g').response.errorCode, ErrorCode.GROUP_MAX_SIZE_REACHED)
    assert.equal(harness.group().members.has(ids[0]!), true)
  })

  test('with a lowered group.max.size the last to rejoin a loaded group are turned away', () => {
    const harness = new GroupHarness()
    const { ids } = harness.stableGroup('g', 3)
    harness.restart({ groupSizeMax: 2 })
    assert.equal(harness.group().state, 'PreparingRebalance')
    const [first, second] = [harness.join('g', { memberId: ids[0]! }), harness.join('g', { memberId: ids[1]! })]
    assert.equal(harness.join('g', { memberId: ids[2]! }).response.errorCode, ErrorCode.GROUP_MAX_SIZE_REACHED)
    harness.advance(60_000)
    assert.equal(first.response.generationId, 2)
    assert.equal(second.response.generationId, 2)
  })

  test('a group that could not be recorded is not there', () => {
    const harness = new GroupHarness()
    harness.appendErrorCode = ErrorCode.NOT_ENOUGH_REPLICAS
    harness.join('g')
    assert.equal([...harness.shard.groups.values()].length, 0)
    const old = harness.join('g', { protocols: [] })
    assert.equal(old.response.errorCode, ErrorCode.INCONSISTENT_GROUP_PROTOCOL)
    assert.equal([...harness.shard.groups.values()].length, 0)
    assert.equal(harness.shard.nextDeadlineMs(), harness.nowMs + harness.config.offsetsRetentionCheckIntervalMs)
  })
})

test('what members say is copied out of their requests, whose memory is used again', () => {
  const harness = new GroupHarness()
  // As requests are decoded: views of a buffer.
  const frame = Buffer.from('metadata assignment')
  const metadata = frame.subarray(0, 8)
  const { memberId, joined } = harness.joinDynamic('g', { protocols: { range: metadata } })
  harness.advance(harness.config.initialRebalanceDelayMs)
  const generationId = joined.response.generationId ?? -1
  const parked = new Parked<SyncGroupResponse>()
  const request = {
    ...{ groupId: 'g', memberId, generationId, groupInstanceId: null, protocolType: null, protocolName: null },
    assignments: [{ memberId, assignment: frame.subarray(9) }],
  }
  harness.carryOut(harness.shard.syncGroup(request, harness.now, parked.answer))
  frame.fill(0)
  assert.equal(textOf(harness.group().members.get(memberId)?.metadata('range') ?? new Uint8Array(0)), 'metadata')
  assert.equal(textOf(harness.group().members.get(memberId)?.assignment ?? new Uint8Array(0)), 'assignment')
})
