import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ClassicGroupState } from '../../../src/groups/classic/classic-group-state.ts'
import { ErrorCode } from '../../../src/protocol/errors.ts'
import { GroupHarness } from '../support/group-harness.ts'

/** A group in each state, with a leader and a follower where it has members. `Dead`: there is none. */
const situations = {
  Dead: () => ({ harness: new GroupHarness(), leader: 'gone', follower: 'gone', generationId: 1 }),
  Empty: () => {
    const { harness, leader, follower, generationId } = situations.Stable()
    harness.leave('g', { memberId: leader }, { memberId: follower })
    return { harness, leader, follower, generationId: generationId + 1 }
  },
  PreparingRebalance: () => {
    const { harness, leader, follower, generationId } = situations.Stable()
    harness.joinDynamic('g')
    return { harness, leader, follower, generationId }
  },
  CompletingRebalance: () => {
    const harness = new GroupHarness()
    const pair = [harness.joinDynamic('g'), harness.joinDynamic('g')]
    while (!pair[0]!.joined.isAnswered) harness.advance(1000)
    return { harness, leader: pair[0]!.memberId, follower: pair[1]!.memberId, generationId: 1 }
  },
  Stable: () => {
    const harness = new GroupHarness()
    const { ids, generationId } = harness.stableGroup('g', 2)
    return { harness, leader: ids[0]!, follower: ids[1]!, generationId }
  },
}

type Situation = ReturnType<typeof situations.Stable>
type Outcome = { readonly answer: number | 'parked'; readonly state: ClassicGroupState | 'Dead' }

const { NONE, UNKNOWN_MEMBER_ID, ILLEGAL_GENERATION, REBALANCE_IN_PROGRESS, FENCED_INSTANCE_ID } = ErrorCode
const { GROUP_ID_NOT_FOUND, NON_EMPTY_GROUP, MEMBER_ID_REQUIRED, INCONSISTENT_GROUP_PROTOCOL } = ErrorCode
const { GROUP_SUBSCRIBED_TO_TOPIC } = ErrorCode

const answerOf = (parked: { isAnswered: boolean; response: { errorCode: number } }): number | 'parked' =>
  parked.isAnswered ? parked.response.errorCode : 'parked'

/** Each event, and its answer and the state after it, for: Dead, Empty, Preparing, Completing, Stable. */
const table: Readonly<
  Record<
    string,
    {
      act: (s: Situation) => number | 'parked'
      outcomes: readonly [answer: number | 'parked', state: Outcome['state']][]
    }
  >
> = {
  'JoinGroup of a new member': {
    act: ({ harness }) => answerOf(harness.join('g')),
    outcomes: [
      [MEMBER_ID_REQUIRED, 'Empty'],
      [MEMBER_ID_REQUIRED, 'Empty'],
      [MEMBER_ID_REQUIRED, 'PreparingRebalance'],
      [MEMBER_ID_REQUIRED, 'CompletingRebalance'],
      [MEMBER_ID_REQUIRED, 'Stable'],
    ],
  },
  'JoinGroup of a new member before version 4': {
    act: ({ harness }) => answerOf(harness.join('g', { apiVersion: 3 })),
    outcomes: [
      ['parked', 'PreparingRebalance'],
      ['parked', 'PreparingRebalance'],
      ['parked', 'PreparingRebalance'],
      ['parked', 'PreparingRebalance'],
      ['parked', 'PreparingRebalance'],
    ],
  },
  'JoinGroup of a new static member': {
    act: ({ harness }) => answerOf(harness.join('g', { groupInstanceId: 'i' })),
    outcomes: [
      ['parked', 'PreparingRebalance'],
      ['parked', 'PreparingRebalance'],
      ['parked', 'PreparingRebalance'],
      ['parked', 'PreparingRebalance'],
      ['parked', 'PreparingRebalance'],
    ],
  },
  'JoinGroup of an unchanged follower': {
    act: ({ harness, follower }) => answerOf(harness.join('g', { memberId: follower })),
    outcomes: [
      [UNKNOWN_MEMBER_ID, 'Dead'],
      [UNKNOWN_MEMBER_ID, 'Empty'],
      ['parked', 'PreparingRebalance'],
      [NONE, 'CompletingRebalance'],
      [NONE, 'Stable'],
    ],
  },
  'JoinGroup of an unchanged leader': {
    act: ({ harness, leader }) => answerOf(harness.join('g', { memberId: leader })),
    outcomes: [
      [UNKNOWN_MEMBER_ID, 'Dead'],
      [UNKNOWN_MEMBER_ID, 'Empty'],
      ['parked', 'PreparingRebalance'],
      [NONE, 'CompletingRebalance'],
      ['parked', 'PreparingRebalance'],
    ],
  },
  'JoinGroup of a changed follower': {
    act: ({ harness, follower }) => answerOf(harness.join('g', { memberId: follower, protocols: ['range', 'more'] })),
    outcomes: [
      [UNKNOWN_MEMBER_ID, 'Dead'],
      [UNKNOWN_MEMBER_ID, 'Empty'],
      ['parked', 'PreparingRebalance'],
      ['parked', 'PreparingRebalance'],
      ['parked', 'PreparingRebalance'],
    ],
  },
  'JoinGroup of a stranger': {
    act: ({ harness }) => answerOf(harness.join('g', { memberId: 'stranger' })),
    outcomes: [
      [UNKNOWN_MEMBER_ID, 'Dead'],
      [UNKNOWN_MEMBER_ID, 'Empty'],
      [UNKNOWN_MEMBER_ID, 'PreparingRebalance'],
      [UNKNOWN_MEMBER_ID, 'CompletingRebalance'],
      [UNKNOWN_MEMBER_ID, 'Stable'],
    ],
  },
  'JoinGroup of a member under an instance id that nobody holds': {
    act: ({ harness, follower }) => answerOf(harness.join('g', { memberId: follower, groupInstanceId: 'i' })),
    outcomes: [
      [UNKNOWN_MEMBER_ID, 'Dead'],
      [UNKNOWN_MEMBER_ID, 'Empty'],
      [UNKNOWN_MEMBER_ID, 'PreparingRebalance'],
      [UNKNOWN_MEMBER_ID, 'CompletingRebalance'],
      [UNKNOWN_MEMBER_ID, 'Stable'],
    ],
  },
  'JoinGroup with a protocol that nobody else has': {
    act: ({ harness, follower }) => answerOf(harness.join('g', { memberId: follower, protocols: ['other'] })),
    outcomes: [
      [UNKNOWN_MEMBER_ID, 'Dead'],
      [UNKNOWN_MEMBER_ID, 'Empty'],
      [INCONSISTENT_GROUP_PROTOCOL, 'PreparingRebalance'],
      [INCONSISTENT_GROUP_PROTOCOL, 'CompletingRebalance'],
      [INCONSISTENT_GROUP_PROTOCOL, 'Stable'],
    ],
  },
  'SyncGroup of the leader': {
    act: ({ harness, leader, generationId }) => answerOf(harness.sync('g', leader, generationId)),
    outcomes: [
      [UNKNOWN_MEMBER_ID, 'Dead'],
      [UNKNOWN_MEMBER_ID, 'Empty'],
      [REBALANCE_IN_PROGRESS, 'PreparingRebalance'],
      [NONE, 'Stable'],
      [NONE, 'Stable'],
    ],
  },
  'SyncGroup of a follower': {
    act: ({ harness, follower, generationId }) => answerOf(harness.sync('g', follower, generationId)),
    outcomes: [
      [UNKNOWN_MEMBER_ID, 'Dead'],
      [UNKNOWN_MEMBER_ID, 'Empty'],
      [REBALANCE_IN_PROGRESS, 'PreparingRebalance'],
      ['parked', 'CompletingRebalance'],
      [NONE, 'Stable'],
    ],
  },
  'SyncGroup of another generation': {
    act: ({ harness, follower, generationId }) => answerOf(harness.sync('g', follower, generationId + 1)),
    outcomes: [
      [UNKNOWN_MEMBER_ID, 'Dead'],
      [UNKNOWN_MEMBER_ID, 'Empty'],
      [ILLEGAL_GENERATION, 'PreparingRebalance'],
      [ILLEGAL_GENERATION, 'CompletingRebalance'],
      [ILLEGAL_GENERATION, 'Stable'],
    ],
  },
  'SyncGroup with another protocol': {
    act: ({ harness, follower, generationId }) =>
      answerOf(harness.sync('g', follower, generationId, {}, { protocolType: 'consumer', protocolName: 'other' })),
    outcomes: [
      [UNKNOWN_MEMBER_ID, 'Dead'],
      [UNKNOWN_MEMBER_ID, 'Empty'],
      [INCONSISTENT_GROUP_PROTOCOL, 'PreparingRebalance'],
      [INCONSISTENT_GROUP_PROTOCOL, 'CompletingRebalance'],
      [INCONSISTENT_GROUP_PROTOCOL, 'Stable'],
    ],
  },
  Heartbeat: {
    act: ({ harness, follower, generationId }) => harness.heartbeat('g', follower, generationId),
    outcomes: [
      [UNKNOWN_MEMBER_ID, 'Dead'],
      [UNKNOWN_MEMBER_ID, 'Empty'],
      [REBALANCE_IN_PROGRESS, 'PreparingRebalance'],
      [NONE, 'CompletingRebalance'],
      [NONE, 'Stable'],
    ],
  },
  'Heartbeat of another generation': {
    act: ({ harness, follower, generationId }) => harness.heartbeat('g', follower, generationId - 1),
    outcomes: [
      [UNKNOWN_MEMBER_ID, 'Dead'],
      [UNKNOWN_MEMBER_ID, 'Empty'],
      [ILLEGAL_GENERATION, 'PreparingRebalance'],
      [ILLEGAL_GENERATION, 'CompletingRebalance'],
      [ILLEGAL_GENERATION, 'Stable'],
    ],
  },
  'LeaveGroup of a member': {
    act: ({ harness, follower }) => harness.leave('g', { memberId: follower })[0]!,
    outcomes: [
      [UNKNOWN_MEMBER_ID, 'Dead'],
      [UNKNOWN_MEMBER_ID, 'Empty'],
      [NONE, 'PreparingRebalance'],
      [NONE, 'PreparingRebalance'],
      [NONE, 'PreparingRebalance'],
    ],
  },
  'LeaveGroup of a stranger': {
    act: ({ harness }) => harness.leave('g', { memberId: 'stranger' })[0]!,
    outcomes: [
      [UNKNOWN_MEMBER_ID, 'Dead'],
      [UNKNOWN_MEMBER_ID, 'Empty'],
      [UNKNOWN_MEMBER_ID, 'PreparingRebalance'],
      [UNKNOWN_MEMBER_ID, 'CompletingRebalance'],
      [UNKNOWN_MEMBER_ID, 'Stable'],
    ],
  },
  'end of a session': {
    act: ({ harness, leader, generationId }) => {
      harness.advance(5000)
      harness.heartbeat('g', leader, generationId)
      harness.advance(5000)
      return NONE
    },
    outcomes: [
      [NONE, 'Dead'],
      [NONE, 'Empty'],
      [NONE, 'PreparingRebalance'],
      [NONE, 'PreparingRebalance'],
      [NONE, 'PreparingRebalance'],
    ],
  },
  'OffsetCommit of a member': {
    act: ({ harness, follower: memberId, generationId }) =>
      harness.commitOffsets('g', { t: 1n }, { memberId, generationId })[0]!,
    outcomes: [
      [GROUP_ID_NOT_FOUND, 'Dead'],
      [UNKNOWN_MEMBER_ID, 'Empty'],
      [NONE, 'PreparingRebalance'],
      [REBALANCE_IN_PROGRESS, 'CompletingRebalance'],
      [NONE, 'Stable'],
    ],
  },
  'OffsetCommit of a member before version 9': {
    act: ({ harness, follower: memberId, generationId }) =>
      harness.commitOffsets('g', { t: 1n }, { memberId, generationId, apiVersion: 8 })[0]!,
    outcomes: [
      [ILLEGAL_GENERATION, 'Dead'],
      [UNKNOWN_MEMBER_ID, 'Empty'],
      [NONE, 'PreparingRebalance'],
      [REBALANCE_IN_PROGRESS, 'CompletingRebalance'],
      [NONE, 'Stable'],
    ],
  },
  'OffsetCommit of another generation': {
    act: ({ harness, follower: memberId, generationId }) =>
      harness.commitOffsets('g', { t: 1n }, { memberId, generationId: generationId + 1 })[0]!,
    outcomes: [
      [GROUP_ID_NOT_FOUND, 'Dead'],
      [UNKNOWN_MEMBER_ID, 'Empty'],
      [ILLEGAL_GENERATION, 'PreparingRebalance'],
      [ILLEGAL_GENERATION, 'CompletingRebalance'],
      [ILLEGAL_GENERATION, 'Stable'],
    ],
  },
  'OffsetCommit of a member without a generation': {
    act: ({ harness, follower: memberId }) => harness.commitOffsets('g', { t: 1n }, { memberId })[0]!,
    outcomes: [
      [NONE, 'Empty'],
      [NONE, 'Empty'],
      [ILLEGAL_GENERATION, 'PreparingRebalance'],
      [ILLEGAL_GENERATION, 'CompletingRebalance'],
      [ILLEGAL_GENERATION, 'Stable'],
    ],
  },
  'OffsetCommit without a member': {
    act: ({ harness }) => harness.commitOffsets('g', { t: 1n })[0]!,
    outcomes: [
      [NONE, 'Empty'],
      [NONE, 'Empty'],
      [UNKNOWN_MEMBER_ID, 'PreparingRebalance'],
      [UNKNOWN_MEMBER_ID, 'CompletingRebalance'],
      [UNKNOWN_MEMBER_ID, 'Stable'],
    ],
  },
  'OffsetDelete of a topic that may be subscribed to': {
    act: ({ harness }) => {
      const topics = [{ name: 't', partitions: [{ partitionIndex: 0 }] }]
      const response = harness.carryOut(harness.shard.deleteOffsets({ groupId: 'g', topics }))
      assert.ok(typeof response !== 'number')
      return response.errorCode || (response.topics[0]?.partitions[0]?.errorCode ?? -1)
    },
    outcomes: [
      [GROUP_ID_NOT_FOUND, 'Dead'],
      [NONE, 'Empty'],
      [GROUP_SUBSCRIBED_TO_TOPIC, 'PreparingRebalance'],
      [GROUP_SUBSCRIBED_TO_TOPIC, 'CompletingRebalance'],
      [GROUP_SUBSCRIBED_TO_TOPIC, 'Stable'],
    ],
  },
  DeleteGroups: {
    act: ({ harness }) => {
      const deleted = harness.carryOut(harness.shard.deleteGroup('g'))
      return typeof deleted === 'number' ? deleted : deleted.errorCode
    },
    outcomes: [
      [GROUP_ID_NOT_FOUND, 'Dead'],
      [NONE, 'Dead'],
      [NON_EMPTY_GROUP, 'PreparingRebalance'],
      [NON_EMPTY_GROUP, 'CompletingRebalance'],
      [NON_EMPTY_GROUP, 'Stable'],
    ],
  },
  'Heartbeat under an instance id of somebody else': {
    act: ({ harness, follower, generationId }) => harness.heartbeat('g', follower, generationId, 'i'),
    outcomes: [
      [UNKNOWN_MEMBER_ID, 'Dead'],
      [UNKNOWN_MEMBER_ID, 'Empty'],
      [UNKNOWN_MEMBER_ID, 'PreparingRebalance'],
      [UNKNOWN_MEMBER_ID, 'CompletingRebalance'],
      [UNKNOWN_MEMBER_ID, 'Stable'],
    ],
  },
}

describe('a classic group', () => {
  for (const [event, { act, outcomes }] of Object.entries(table)) {
    for (const [index, [state, situation]] of Object.entries(situations).entries()) {
      const [answer, stateAfter] = outcomes[index]!
      test(`${event}, while ${state}: ${nameOf(answer)}, then ${stateAfter}`, () => {
        const made = situation()
        assert.equal(made.harness.shard.groups.get('g')?.state ?? 'Dead', state)
        assert.equal(nameOf(act(made)), nameOf(answer))
        assert.equal(made.harness.shard.groups.get('g')?.state ?? 'Dead', stateAfter)
      })
    }
  }

  test('a request under the member id of a static member that was replaced is fenced', () => {
    const harness = new GroupHarness()
    const first = harness.join('g', { groupInstanceId: 'i' })
    harness.advance(6000)
    const { memberId, generationId = -1 } = first.response
    harness.sync('g', memberId, generationId)
    harness.join('g', { groupInstanceId: 'i' })
    assert.equal(harness.heartbeat('g', memberId, generationId, 'i'), FENCED_INSTANCE_ID)
    const joined = harness.join('g', { memberId, groupInstanceId: 'i' })
    assert.equal(joined.response.errorCode, FENCED_INSTANCE_ID)
    const synced = harness.sync('g', memberId, generationId, {}, { groupInstanceId: 'i' })
    assert.equal(synced.response.errorCode, FENCED_INSTANCE_ID)
    assert.deepEqual(harness.leave('g', { memberId, groupInstanceId: 'i' }), [FENCED_INSTANCE_ID])
    const options = { memberId, generationId, groupInstanceId: 'i' }
    assert.deepEqual(harness.commitOffsets('g', { t: 1n }, options), [FENCED_INSTANCE_ID])
  })
})

function nameOf(answer: number | 'parked'): string {
  if (answer === 'parked') return answer
  return Object.entries(ErrorCode).find(([, code]) => code === answer)?.[0] ?? String(answer)
}
