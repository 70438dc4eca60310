import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ErrorCode } from '../../../src/protocol/errors.ts'
import { ConsumerHarness, kindsOf } from '../support/consumer-harness.ts'
import { bytesOf, subscription } from '../support/group-harness.ts'
import { idOf } from '../support/test-topics.ts'

/** A group in each of its states; `a` is its member, in this epoch, where it has one. */
interface Situation {
  readonly harness: ConsumerHarness
  readonly epoch: number
}

const all = { foo: [0, 1, 2, 3, 4, 5] }

const situations: Readonly<Record<string, () => Situation>> = {
  'not there': () => ({ harness: withOffsets(new ConsumerHarness(), 'other'), epoch: 2 }),
  Empty: () => {
    const { harness } = stable()
    harness.beat('a', -1)
    return { harness, epoch: 2 }
  },
  Assigning: () => {
    const situation = stable()
    situation.harness.assignmentIntervalMs = 1000
    situation.harness.enter('b')
    return situation
  },
  Reconciling: () => {
    const situation = stable()
    situation.harness.enter('b')
    return situation
  },
  Stable: stable,
  'a classic group': () => {
    const harness = new ConsumerHarness()
    const joined = harness.join('g', { apiVersion: 3, protocols: { range: subscription('foo') } })
    harness.advance(harness.config.initialRebalanceDelayMs)
    const { memberId = '', generationId = -1 } = joined.response
    harness.sync('g', memberId, generationId)
    return { harness, epoch: generationId }
  },
  'a simple group': () => ({ harness: withOffsets(new ConsumerHarness(), 'g'), epoch: 2 }),
}

function stable(): Situation {
  const harness = new ConsumerHarness()
  harness.enter('a')
  harness.commitOffsets('g', { 'foo:0': 5n, 'left:0': 6n }, { memberId: 'a', generationId: 2, topicId: idOf('foo') })
  return { harness, epoch: 2 }
}

function withOffsets(harness: ConsumerHarness, groupId: string): ConsumerHarness {
  harness.commitOffsets(groupId, { 'foo:0': 5n })
  return harness
}

const errorNames = new Map<number, string>(Object.entries(ErrorCode).map(([name, value]) => [value, name]))
const named = (errorCode: number | undefined): string => errorNames.get(errorCode ?? 0) ?? '?'
const classicMember = ({ harness }: Situation): string =>
  [...(harness.shard.groups.classic('g')?.members.keys() ?? [])][0] ?? 'a'

const deleteOffset =
  (topic: string) =>
  ({ harness }: Situation): string => {
    const request = { groupId: 'g', topics: [{ name: topic, partitions: [{ partitionIndex: 0 }] }] }
    const { response } = carried(harness, harness.shard.deleteOffsets(request))
    return `${named(response.errorCode)} ${response.topics.map(({ partitions }) => named(partitions[0]?.errorCode)).join()}`
  }

function carried<Result extends Parameters<ConsumerHarness['carryOut']>[0]>(
  harness: ConsumerHarness,
  result: Result,
): Result {
  harness.carryOut(result)
  return result
}

const events: Readonly<Record<string, (situation: Situation) => string>> = {
  'ConsumerGroupHeartbeat that joins': ({ harness }) => named(harness.enter('c').errorCode),
  'ConsumerGroupHeartbeat of the member': ({ harness, epoch }) =>
    named(harness.beat('a', epoch, { owned: all }).errorCode),
  'ConsumerGroupHeartbeat of a stranger': ({ harness }) => named(harness.beat('x', 2).errorCode),
  'ConsumerGroupHeartbeat of the member that leaves': ({ harness }) => named(harness.beat('a', -1).errorCode),
  'ConsumerGroupHeartbeat with another subscription': ({ harness, epoch }) =>
    named(harness.beat('a', epoch, { subscribedTopicNames: ['bar'], owned: all }).errorCode),
  'ConsumerGroupHeartbeat after the topic grew': ({ harness, epoch }) => {
    harness.changeTopics({ foo: 8 })
    return named(harness.beat('a', epoch, { owned: all }).errorCode)
  },
  'ConsumerGroupHeartbeat after the assignment interval': ({ harness, epoch }) => {
    harness.advance(2000)
    return named(harness.beat('a', epoch, { owned: all }).errorCode)
  },
  'JoinGroup of a new member': ({ harness }) => {
    const joined = harness.join('g', { apiVersion: 3, protocols: { range: subscription('foo') } })
    return joined.isAnswered ? named(joined.response.errorCode) : 'parked'
  },
  'JoinGroup of a stranger': ({ harness }) => {
    const joined = harness.join('g', { memberId: 'x', protocols: { range: subscription('foo') } })
    return joined.isAnswered ? named(joined.response.errorCode) : 'parked'
  },
  'JoinGroup of another protocol type': ({ harness }) => {
    const joined = harness.join('g', { apiVersion: 3, protocolType: 'connect', protocols: { p: bytesOf('m') } })
    return joined.isAnswered ? named(joined.response.errorCode) : 'parked'
  },
  'SyncGroup of the member': situation => {
    const { harness, epoch } = situation
    return named(harness.sync('g', classicMember(situation), epoch).response.errorCode)
  },
  'Heartbeat of the member': situation =>
    named(situation.harness.heartbeat('g', classicMember(situation), situation.epoch)),
  'LeaveGroup of the member': situation =>
    named(situation.harness.leave('g', { memberId: classicMember(situation) })[0]),
  'OffsetCommit of the member': ({ harness, epoch }) =>
    named(harness.commitOffsets('g', { 'foo:0': 7n }, { memberId: 'a', generationId: epoch })[0]),
  'OffsetCommit of the member with an older epoch': ({ harness, epoch }) =>
    named(
      harness.commitOffsets('g', { 'foo:0': 7n }, { memberId: 'a', generationId: epoch - 1, topicId: idOf('foo') })[0],
    ),
  'OffsetCommit without a member': ({ harness }) => named(harness.commitOffsets('g', { 'foo:0': 7n })[0]),
  'OffsetFetch of the member': ({ harness, epoch }) =>
    named(harness.shard.offsetFetchError({ groupId: 'g', memberId: 'a', memberEpoch: epoch })),
  'OffsetFetch of the member with an older epoch': ({ harness, epoch }) =>
    named(harness.shard.offsetFetchError({ groupId: 'g', memberId: 'a', memberEpoch: epoch - 1 })),
  'OffsetFetch without a member': ({ harness }) =>
    named(harness.shard.offsetFetchError({ groupId: 'g', memberId: null, memberEpoch: -1 })),
  'OffsetDelete of a topic that is subscribed to': deleteOffset('foo'),
  'OffsetDelete of another topic': deleteOffset('left'),
  DeleteGroups: ({ harness }) => named(carried(harness, harness.shard.deleteGroup('g')).response.errorCode),
  ConsumerGroupDescribe: ({ harness }) => {
    const described = harness.shard.describeConsumerGroup('g')
    return `${named(described.errorCode)} ${described.groupState} ${described.groupEpoch}/${described.assignmentEpoch}`
  },
  DescribeGroups: ({ harness }) => {
    const described = harness.shard.describeGroup('g', 6)
    return `${named(described.errorCode)} ${described.groupState}`
  },
  ListGroups: ({ harness }) =>
    harness.shard
      .listGroups(({ groupId }) => groupId === 'g')
      .map(({ groupType, groupState, protocolType }) => `${groupType} ${groupState} ${protocolType}`)
      .join(),
  'the end of all sessions': ({ harness }) => {
    harness.advance(46_000)
    return ''
  },
  'the end of all offsets': ({ harness }) => {
    harness.advance(harness.config.offsetsRetentionMs + harness.config.offsetsRetentionCheckIntervalMs)
    return ''
  },
  'a restart': ({ harness }) => {
    harness.restart()
    return ''
  },
}

/** Long lists of records are counted by kind. */
function outcome(event: (situation: Situation) => string, situation: Situation): string {
  const { harness } = situation
  const before = harness.records.length
  const answer = event(situation)
  const counts = new Map<string, number>()
  for (const kind of kindsOf(harness.records.slice(before).map(record => record!))) {
    counts.set(kind, (counts.get(kind) ?? 0) + 1)
  }
  const records = [...counts].map(([kind, count]) => (count === 1 ? kind : `${count} ${kind}`)).join(', ')
  const group = harness.shard.groups.get('g')
  return `${answer} | ${records} | ${group === undefined ? 'none' : `${group.type} ${group.state}`}`
}

/** For each event, in the order of the situations: the answer, the records written, and the group then. */
const table: Readonly<Record<string, readonly string[]>> = {
  'ConsumerGroupHeartbeat that joins': [
    'NONE | consumer-group-member, consumer-group, consumer-group-target-assignment-member, consumer-group-target-assignment, consumer-group-current-assignment | consumer Stable',
    'NONE | consumer-group-member, consumer-group, consumer-group-target-assignment-member, consumer-group-target-assignment, consumer-group-current-assignment | consumer Stable',
    'NONE | consumer-group-member, consumer-group, consumer-group-current-assignment | consumer Assigning',
    'NONE | consumer-group-member, consumer-group, 3 consumer-group-target-assignment-member, consumer-group-target-assignment, consumer-group-current-assignment | consumer Reconciling',
    'NONE | consumer-group-member, consumer-group, 2 consumer-group-target-assignment-member, consumer-group-target-assignment, consumer-group-current-assignment | consumer Reconciling',
    'NONE | group-metadata tombstone, 2 consumer-group-member, 2 consumer-group, 3 consumer-group-target-assignment-member, 2 consumer-group-target-assignment, 2 consumer-group-current-assignment | consumer Reconciling',
    'NONE | group-metadata tombstone, consumer-group-member, consumer-group, consumer-group-target-assignment-member, consumer-group-target-assignment, consumer-group-current-assignment | consumer Stable',
  ],
  'ConsumerGroupHeartbeat of the member': [
    'GROUP_ID_NOT_FOUND |  | none',
    'UNKNOWN_MEMBER_ID |  | consumer Empty',
    'NONE |  | consumer Assigning',
    'NONE | consumer-group-current-assignment | consumer Reconciling',
    'NONE |  | consumer Stable',
    'GROUP_ID_NOT_FOUND |  | classic Stable',
    'GROUP_ID_NOT_FOUND |  | classic Empty',
  ],
  'ConsumerGroupHeartbeat of a stranger': [
    'GROUP_ID_NOT_FOUND |  | none',
    'UNKNOWN_MEMBER_ID |  | consumer Empty',
    'UNKNOWN_MEMBER_ID |  | consumer Assigning',
    'UNKNOWN_MEMBER_ID |  | consumer Reconciling',
    'UNKNOWN_MEMBER_ID |  | consumer Stable',
    'GROUP_ID_NOT_FOUND |  | classic Stable',
    'GROUP_ID_NOT_FOUND |  | classic Empty',
  ],
  'ConsumerGroupHeartbeat of the member that leaves': [
    'GROUP_ID_NOT_FOUND |  | none',
    'UNKNOWN_MEMBER_ID |  | consumer Empty',
    'NONE | consumer-group-current-assignment tombstone, consumer-group-target-assignment-member tombstone, consumer-group-member tombstone, consumer-group | consumer Assigning',
    'NONE | consumer-group-current-assignment tombstone, consumer-group-target-assignment-member tombstone, consumer-group-member tombstone, consumer-group | consumer Assigning',
    'NONE | consumer-group-current-assignment tombstone, consumer-group-target-assignment-member tombstone, consumer-group-member tombstone, consumer-group | consumer Empty',
    'GROUP_ID_NOT_FOUND |  | classic Stable',
    'GROUP_ID_NOT_FOUND |  | classic Empty',
  ],
  'ConsumerGroupHeartbeat with another subscription': [
    'GROUP_ID_NOT_FOUND |  | none',
    'UNKNOWN_MEMBER_ID |  | consumer Empty',
    'NONE | consumer-group-member, consumer-group, consumer-group-current-assignment | consumer Assigning',
    'NONE | consumer-group-member, consumer-group, 2 consumer-group-target-assignment-member, consumer-group-target-assignment, consumer-group-current-assignment | consumer Reconciling',
    'NONE | consumer-group-member, consumer-group, consumer-group-target-assignment-member, consumer-group-target-assignment, consumer-group-current-assignment | consumer Reconciling',
    'GROUP_ID_NOT_FOUND |  | classic Stable',
    'GROUP_ID_NOT_FOUND |  | classic Empty',
  ],
  'ConsumerGroupHeartbeat after the topic grew': [
    'GROUP_ID_NOT_FOUND |  | none',
    'UNKNOWN_MEMBER_ID |  | consumer Empty',
    'NONE | consumer-group | consumer Assigning',
    'NONE | consumer-group, 2 consumer-group-target-assignment-member, consumer-group-target-assignment, consumer-group-current-assignment | consumer Reconciling',
    'NONE | consumer-group, consumer-group-target-assignment-member, consumer-group-target-assignment, consumer-group-current-assignment | consumer Stable',
    'GROUP_ID_NOT_FOUND |  | classic Stable',
    'GROUP_ID_NOT_FOUND |  | classic Empty',
  ],
  'ConsumerGroupHeartbeat after the assignment interval': [
    'GROUP_ID_NOT_FOUND |  | none',
    'UNKNOWN_MEMBER_ID |  | consumer Empty',
    'NONE | 2 consumer-group-target-assignment-member, consumer-group-target-assignment, consumer-group-current-assignment | consumer Reconciling',
    'NONE | consumer-group-current-assignment | consumer Reconciling',
    'NONE |  | consumer Stable',
    'GROUP_ID_NOT_FOUND |  | classic Stable',
    'GROUP_ID_NOT_FOUND |  | classic Empty',
  ],
  'JoinGroup of a new member': [
    'parked | group-metadata | classic PreparingRebalance',
    'parked | consumer-group-target-assignment tombstone, consumer-group-partition-metadata tombstone, consumer-group tombstone, group-metadata | classic PreparingRebalance',
    'NONE | consumer-group-member, consumer-group, consumer-group-current-assignment | consumer Assigning',
    'NONE | consumer-group-member, consumer-group, 3 consumer-group-target-assignment-member, consumer-group-target-assignment, consumer-group-current-assignment | consumer Reconciling',
    'NONE | consumer-group-member, consumer-group, 2 consumer-group-target-assignment-member, consumer-group-target-assignment, consumer-group-current-assignment | consumer Reconciling',
    'parked |  | classic PreparingRebalance',
    'parked |  | classic PreparingRebalance',
  ],
  'JoinGroup of a stranger': [
    'UNKNOWN_MEMBER_ID |  | none',
    'UNKNOWN_MEMBER_ID |  | consumer Empty',
    'NONE | consumer-group-member, consumer-group, consumer-group-current-assignment | consumer Assigning',
    'NONE | consumer-group-member, consumer-group, 3 consumer-group-target-assignment-member, consumer-group-target-assignment, consumer-group-current-assignment | consumer Reconciling',
    'NONE | consumer-group-member, consumer-group, 2 consumer-group-target-assignment-member, consumer-group-target-assignment, consumer-group-current-assignment | consumer Reconciling',
    'UNKNOWN_MEMBER_ID |  | classic Stable',
    'UNKNOWN_MEMBER_ID |  | classic Empty',
  ],
  'JoinGroup of another protocol type': [
    'parked | group-metadata | classic PreparingRebalance',
    'parked | consumer-group-target-assignment tombstone, consumer-group-partition-metadata tombstone, consumer-group tombstone, group-metadata | classic PreparingRebalance',
    'INCONSISTENT_GROUP_PROTOCOL |  | consumer Assigning',
    'INCONSISTENT_GROUP_PROTOCOL |  | consumer Reconciling',
    'INCONSISTENT_GROUP_PROTOCOL |  | consumer Stable',
    'INCONSISTENT_GROUP_PROTOCOL |  | classic Stable',
    'parked |  | classic PreparingRebalance',
  ],
  'SyncGroup of the member': [
    'UNKNOWN_MEMBER_ID |  | none',
    'UNKNOWN_MEMBER_ID |  | consumer Empty',
    'UNKNOWN_MEMBER_ID |  | consumer Assigning',
    'UNKNOWN_MEMBER_ID |  | consumer Reconciling',
    'UNKNOWN_MEMBER_ID |  | consumer Stable',
    'NONE |  | classic Stable',
    'UNKNOWN_MEMBER_ID |  | classic Empty',
  ],
  'Heartbeat of the member': [
    'UNKNOWN_MEMBER_ID |  | none',
    'UNKNOWN_MEMBER_ID |  | consumer Empty',
    'UNKNOWN_MEMBER_ID |  | consumer Assigning',
    'UNKNOWN_MEMBER_ID |  | consumer Reconciling',
    'UNKNOWN_MEMBER_ID |  | consumer Stable',
    'NONE |  | classic Stable',
    'UNKNOWN_MEMBER_ID |  | classic Empty',
  ],
  'LeaveGroup of the member': [
    'UNKNOWN_MEMBER_ID |  | none',
    'UNKNOWN_MEMBER_ID |  | consumer Empty',
    'NONE | consumer-group-current-assignment tombstone, consumer-group-target-assignment-member tombstone, consumer-group-member tombstone, consumer-group | consumer Assigning',
    'NONE | consumer-group-current-assignment tombstone, consumer-group-target-assignment-member tombstone, consumer-group-member tombstone, consumer-group | consumer Assigning',
    'NONE | consumer-group-current-assignment tombstone, consumer-group-target-assignment-member tombstone, consumer-group-member tombstone, consumer-group | consumer Empty',
    'NONE | group-metadata | classic Empty',
    'UNKNOWN_MEMBER_ID |  | classic Empty',
  ],
  'OffsetCommit of the member': [
    'GROUP_ID_NOT_FOUND |  | none',
    'UNKNOWN_MEMBER_ID |  | consumer Empty',
    'NONE | offset-commit | consumer Assigning',
    'NONE | offset-commit | consumer Reconciling',
    'NONE | offset-commit | consumer Stable',
    'UNKNOWN_MEMBER_ID |  | classic Stable',
    'UNKNOWN_MEMBER_ID |  | classic Empty',
  ],
  'OffsetCommit of the member with an older epoch': [
    'GROUP_ID_NOT_FOUND |  | none',
    'UNKNOWN_MEMBER_ID |  | consumer Empty',
    'STALE_MEMBER_EPOCH |  | consumer Assigning',
    'STALE_MEMBER_EPOCH |  | consumer Reconciling',
    'STALE_MEMBER_EPOCH |  | consumer Stable',
    'UNKNOWN_MEMBER_ID |  | classic Stable',
    'UNKNOWN_MEMBER_ID |  | classic Empty',
  ],
  'OffsetCommit without a member': [
    'NONE | offset-commit | classic Empty',
    'NONE | offset-commit | consumer Empty',
    'UNKNOWN_MEMBER_ID |  | consumer Assigning',
    'UNKNOWN_MEMBER_ID |  | consumer Reconciling',
    'UNKNOWN_MEMBER_ID |  | consumer Stable',
    'UNKNOWN_MEMBER_ID |  | classic Stable',
    'NONE | offset-commit | classic Empty',
  ],
  'OffsetFetch of the member': [
    'NONE |  | none',
    'UNKNOWN_MEMBER_ID |  | consumer Empty',
    'NONE |  | consumer Assigning',
    'NONE |  | consumer Reconciling',
    'NONE |  | consumer Stable',
    'NONE |  | classic Stable',
    'NONE |  | classic Empty',
  ],
  'OffsetFetch of the member with an older epoch': [
    'NONE |  | none',
    'UNKNOWN_MEMBER_ID |  | consumer Empty',
    'STALE_MEMBER_EPOCH |  | consumer Assigning',
    'STALE_MEMBER_EPOCH |  | consumer Reconciling',
    'STALE_MEMBER_EPOCH |  | consumer Stable',
    'NONE |  | classic Stable',
    'NONE |  | classic Empty',
  ],
  'OffsetFetch without a member': [
    'NONE |  | none',
    'NONE |  | consumer Empty',
    'NONE |  | consumer Assigning',
    'NONE |  | consumer Reconciling',
    'NONE |  | consumer Stable',
    'NONE |  | classic Stable',
    'NONE |  | classic Empty',
  ],
  'OffsetDelete of a topic that is subscribed to': [
    'GROUP_ID_NOT_FOUND  |  | none',
    'NONE NONE | offset-commit tombstone | consumer Empty',
    'NONE GROUP_SUBSCRIBED_TO_TOPIC |  | consumer Assigning',
    'NONE GROUP_SUBSCRIBED_TO_TOPIC |  | consumer Reconciling',
    'NONE GROUP_SUBSCRIBED_TO_TOPIC |  | consumer Stable',
    'NONE GROUP_SUBSCRIBED_TO_TOPIC |  | classic Stable',
    'NONE NONE | offset-commit tombstone | classic Empty',
  ],
  'OffsetDelete of another topic': [
    'GROUP_ID_NOT_FOUND  |  | none',
    'NONE NONE | offset-commit tombstone | consumer Empty',
    'NONE NONE | offset-commit tombstone | consumer Assigning',
    'NONE NONE | offset-commit tombstone | consumer Reconciling',
    'NONE NONE | offset-commit tombstone | consumer Stable',
    'NONE NONE |  | classic Stable',
    'NONE NONE |  | classic Empty',
  ],
  DeleteGroups: [
    'GROUP_ID_NOT_FOUND |  | none',
    'NONE | 2 offset-commit tombstone, consumer-group-target-assignment tombstone, consumer-group-partition-metadata tombstone, consumer-group tombstone | none',
    'NON_EMPTY_GROUP |  | consumer Assigning',
    'NON_EMPTY_GROUP |  | consumer Reconciling',
    'NON_EMPTY_GROUP |  | consumer Stable',
    'NON_EMPTY_GROUP |  | classic Stable',
    'NONE | offset-commit tombstone, group-metadata tombstone | none',
  ],
  ConsumerGroupDescribe: [
    'GROUP_ID_NOT_FOUND  0/0 |  | none',
    'NONE Empty 3/2 |  | consumer Empty',
    'NONE Assigning 3/2 |  | consumer Assigning',
    'NONE Reconciling 3/3 |  | consumer Reconciling',
    'NONE Stable 2/2 |  | consumer Stable',
    'GROUP_ID_NOT_FOUND  0/0 |  | classic Stable',
    'GROUP_ID_NOT_FOUND  0/0 |  | classic Empty',
  ],
  DescribeGroups: [
    'GROUP_ID_NOT_FOUND Dead |  | none',
    'GROUP_ID_NOT_FOUND Dead |  | consumer Empty',
    'GROUP_ID_NOT_FOUND Dead |  | consumer Assigning',
    'GROUP_ID_NOT_FOUND Dead |  | consumer Reconciling',
    'GROUP_ID_NOT_FOUND Dead |  | consumer Stable',
    'NONE Stable |  | classic Stable',
    'NONE Empty |  | classic Empty',
  ],
  ListGroups: [
    ' |  | none',
    'consumer Empty consumer |  | consumer Empty',
    'consumer Assigning consumer |  | consumer Assigning',
    'consumer Reconciling consumer |  | consumer Reconciling',
    'consumer Stable consumer |  | consumer Stable',
    'classic Stable consumer |  | classic Stable',
    'classic Empty  |  | classic Empty',
  ],
  'the end of all sessions': [
    ' |  | none',
    ' |  | consumer Empty',
    ' | 2 consumer-group-current-assignment tombstone, 2 consumer-group-target-assignment-member tombstone, 2 consumer-group-member tombstone, 2 consumer-group | consumer Empty',
    ' | 2 consumer-group-current-assignment tombstone, 2 consumer-group-target-assignment-member tombstone, 2 consumer-group-member tombstone, 2 consumer-group | consumer Empty',
    ' | consumer-group-current-assignment tombstone, consumer-group-target-assignment-member tombstone, consumer-group-member tombstone, consumer-group | consumer Empty',
    ' | group-metadata | classic Empty',
    ' |  | classic Empty',
  ],
  'the end of all offsets': [
    ' | offset-commit tombstone, group-metadata tombstone | none',
    ' | 2 offset-commit tombstone, consumer-group-target-assignment tombstone, consumer-group-partition-metadata tombstone, consumer-group tombstone | none',
    ' | 2 consumer-group-current-assignment tombstone, 2 consumer-group-target-assignment-member tombstone, 2 consumer-group-member tombstone, 2 consumer-group, 2 offset-commit tombstone, consumer-group-target-assignment tombstone, consumer-group-partition-metadata tombstone, consumer-group tombstone | none',
    ' | 2 consumer-group-current-assignment tombstone, 2 consumer-group-target-assignment-member tombstone, 2 consumer-group-member tombstone, 2 consumer-group, 2 offset-commit tombstone, consumer-group-target-assignment tombstone, consumer-group-partition-metadata tombstone, consumer-group tombstone | none',
    ' | consumer-group-current-assignment tombstone, consumer-group-target-assignment-member tombstone, consumer-group-member tombstone, consumer-group, 2 offset-commit tombstone, consumer-group-target-assignment tombstone, consumer-group-partition-metadata tombstone, consumer-group tombstone | none',
    ' | group-metadata, group-metadata tombstone | none',
    ' | offset-commit tombstone, group-metadata tombstone | none',
  ],
  'a restart': [
    ' |  | none',
    ' |  | consumer Empty',
    ' |  | consumer Assigning',
    ' |  | consumer Reconciling',
    ' |  | consumer Stable',
    ' |  | classic Stable',
    ' |  | classic Empty',
  ],
}

describe('a consumer group', () => {
  test('every event is decided in every state', () => {
    assert.deepEqual(Object.keys(table), Object.keys(events))
    for (const rows of Object.values(table)) assert.equal(rows.length, Object.keys(situations).length)
  })

  for (const [eventName, event] of Object.entries(events)) {
    for (const [index, [state, situation]] of Object.entries(situations).entries()) {
      test(`${eventName}, where it is ${state}`, () => {
        assert.equal(outcome(event, situation()), table[eventName]?.[index])
      })
    }
  }
})
