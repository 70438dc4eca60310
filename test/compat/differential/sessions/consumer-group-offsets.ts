import type { JsonObject } from '../../../support/reference-codec.ts'
import { type Exchange, script } from '../session.ts'
import { coordinator, topic } from '../steps.ts'
import { assigningAtOnce, beat, enter, owning, owningNothing, quietly } from '../steps-consumer-group.ts'

/** OffsetCommit knows topics by name up to version 9, by id from version 10 on. */
const commit = (
  memberId: string,
  memberEpoch: number,
  partitions: readonly number[] = [0],
  said: JsonObject = {},
): Exchange => ({
  send: 'OffsetCommit',
  body: {
    groupId: '{name}',
    memberId,
    generationIdOrMemberEpoch: memberEpoch,
    topics: [
      {
        name: '{name}',
        topicId: '{topicId}',
        partitions: partitions.map(partitionIndex => ({ partitionIndex, committedOffset: 1, committedMetadata: 'm' })),
      },
    ],
    ...said,
  },
})

const fetchAs = (memberId: string | null, memberEpoch: number, groupId = '{name}'): Exchange => ({
  send: 'OffsetFetch',
  body: {
    groups: [
      {
        groupId,
        memberId,
        memberEpoch,
        topics: [{ name: '{name}', topicId: '{topicId}', partitionIndexes: [0, 1] }],
      },
    ],
  },
})

const fetchAllAs = (memberId: string | null, memberEpoch: number): Exchange => ({
  send: 'OffsetFetch',
  body: { groups: [{ groupId: '{name}', memberId, memberEpoch, topics: null }] },
})

/** Members `a`, in epoch 3 with partitions 0 and 1, and `b`, with 2 and 3. */
const twoMembers = [
  ...topic(4),
  ...assigningAtOnce(),
  quietly(enter('a')),
  quietly(enter('b')),
  quietly(beat('a', 2, owning(0, 1, 2, 3))),
]
const settled = [quietly(beat('a', 2, owning(0, 1))), quietly(beat('b', 3, owningNothing))]

export const consumerGroupCommits = script(
  'OffsetCommit',
  [
    {
      name: 'to a consumer group, by its members and by others',
      versions: [2, 10],
      steps: [
        ...twoMembers,
        ...settled,
        commit('a', 3),
        commit('a', 2),
        commit('a', 1),
        commit('a', 4),
        commit('a', 2, [2]),
        commit('a', 2, [0, 2]),
        commit('b', 3, [0, 2]),
        commit('b', 2, [2]),
        commit('nobody', 3),
        commit('', -1),
        commit('a', -1),
        commit('', 3),
      ],
    },
    {
      name: 'by a member that is giving up partitions',
      versions: [9, 10],
      steps: [
        ...twoMembers,
        commit('a', 2, [0, 1, 2, 3]),
        commit('a', 3, [0]),
        ...settled,
        commit('a', 2, [0]),
        commit('a', 2, [3]),
        commit('b', 3, [3]),
      ],
    },
    {
      name: 'to a consumer group that is empty',
      versions: [9, 10],
      steps: [
        ...twoMembers,
        ...settled,
        quietly(beat('a', -1)),
        quietly(beat('b', -1)),
        commit('', -1),
        commit('a', 3),
        commit('a', -1),
      ],
    },
    {
      name: 'by a static member that left for a while, and its successor',
      versions: [9, 10],
      steps: [
        ...topic(2),
        ...assigningAtOnce(),
        quietly(enter('a', { instanceId: 'i' })),
        commit('a', 2, [0], { groupInstanceId: 'i' }),
        quietly(beat('a', -2, { instanceId: 'i' })),
        commit('a', 2, [0], { groupInstanceId: 'i' }),
        commit('a', -2, [0], { groupInstanceId: 'i' }),
        quietly(enter('b', { instanceId: 'i' })),
        commit('a', 2, [0], { groupInstanceId: 'i' }),
        commit('b', 2, [0], { groupInstanceId: 'i' }),
        commit('b', 1, [0, 1], { groupInstanceId: 'i' }),
        commit('b', 0, [0, 1], { groupInstanceId: 'other' }),
      ],
    },
  ],
  'ConsumerGroupCommits',
)

export const consumerGroupFetches = script(
  'OffsetFetch',
  [
    {
      name: 'of a consumer group, by its members and by others',
      versions: [8, 10],
      steps: [
        ...twoMembers,
        ...settled,
        { ...commit('a', 3), quiet: true },
        fetchAs('a', 3),
        fetchAs('a', 2),
        fetchAs('a', 4),
        fetchAs('a', -1),
        fetchAs('nobody', 3),
        fetchAs('', -1),
        fetchAs(null, -1),
        fetchAs(null, 3),
        fetchAllAs('a', 3),
        fetchAllAs('a', 2),
        fetchAllAs(null, -1),
        fetchAs('a', 3, '{name}-x'),
      ],
    },
  ],
  'ConsumerGroupFetches',
)

const deleteOffsets = (topicName: string): Exchange => ({
  send: 'OffsetDelete',
  body: {
    groupId: '{name}',
    topics: [{ name: topicName, partitions: [{ partitionIndex: 0 }, { partitionIndex: 9 }] }],
  },
})

const listed = (body: JsonObject): Exchange => ({
  send: 'ListGroups',
  body,
  only: { groups: { groupId: '{name}' } },
})

export const consumerGroupAdministration = script(
  'DeleteGroups',
  [
    {
      name: 'of a consumer group with members, and without',
      versions: 'all',
      steps: [
        ...topic(2),
        ...topic(1, {}, '{name}-other', 'otherId'),
        ...assigningAtOnce(),
        quietly(enter('a')),
        { ...commit('a', 2), version: 10, quiet: true },
        { send: 'DeleteGroups', body: { groupsNames: ['{name}'] } },
        { ...deleteOffsets('{name}'), version: 0 },
        { ...deleteOffsets('{name}-other'), version: 0 },
        quietly(beat('a', -1)),
        { ...deleteOffsets('{name}-other'), version: 0 },
        { send: 'DeleteGroups', body: { groupsNames: ['{name}'] } },
        { send: 'DeleteGroups', body: { groupsNames: ['{name}'] } },
        { send: 'ConsumerGroupDescribe', version: 1, body: { groupIds: ['{name}'] } },
        { ...fetchAs(null, -1), version: 10 },
        quietly(enter('a')),
        { send: 'ConsumerGroupDescribe', version: 1, body: { groupIds: ['{name}'] } },
      ],
    },
    {
      name: 'as it is listed and described by the classic protocol',
      steps: [
        coordinator(),
        ...topic(2),
        ...assigningAtOnce(),
        quietly(enter('a')),
        listed({}),
        listed({ typesFilter: ['consumer'] }),
        listed({ typesFilter: ['Consumer', 'classic'] }),
        listed({ typesFilter: ['classic'] }),
        listed({ statesFilter: ['Stable'] }),
        listed({ statesFilter: ['stable', 'Empty'] }),
        listed({ statesFilter: ['Reconciling'] }),
        quietly(enter('b')),
        listed({ statesFilter: ['reconciling'] }),
        { ...listed({ statesFilter: ['Reconciling'] }), version: 4 },
        ...[0, 1, 2, 3, 4, 5].map(version => ({ ...listed({}), version })),
        ...[0, 4, 5, 6].map(version => ({ send: 'DescribeGroups', version, body: { groups: ['{name}'] } })),
        quietly(beat('a', -1)),
        quietly(beat('b', -1)),
        listed({ statesFilter: ['Empty'] }),
        ...[5, 6].map(version => ({ send: 'DescribeGroups', version, body: { groups: ['{name}'] } })),
      ],
    },
  ],
  'ConsumerGroupAdministration',
)
