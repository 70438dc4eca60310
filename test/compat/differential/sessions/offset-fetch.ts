import { script } from '../session.ts'
import { committed, committedByMember, coordinator, joinedGroup, topic, unknownUuid } from '../steps.ts'

export const offsetFetch = script('OffsetFetch', [
  {
    name: 'what was committed, what was not, and what does not exist',
    versions: 'all',
    steps: [
      ...topic(2),
      coordinator(),
      committed(),
      {
        send: 'OffsetFetch',
        body: {
          groupId: '{name}',
          topics: [{ name: '{name}', partitionIndexes: [0, 1, 9] }],
          groups: [
            { groupId: '{name}', topics: [{ name: '{name}', topicId: '{topicId}', partitionIndexes: [0, 1, 9] }] },
          ],
        },
      },
      {
        send: 'OffsetFetch',
        body: {
          groupId: '{name}',
          topics: [{ name: '{name}-x', partitionIndexes: [0] }],
          groups: [{ groupId: '{name}', topics: [{ name: '{name}-x', topicId: unknownUuid, partitionIndexes: [0] }] }],
        },
      },
      {
        send: 'OffsetFetch',
        body: { groupId: '{name}', topics: [], groups: [{ groupId: '{name}', topics: [] }] },
      },
      {
        send: 'OffsetFetch',
        body: {
          groupId: '{name}-x',
          topics: [{ name: '{name}', partitionIndexes: [0] }],
          groups: [{ groupId: '{name}-x', topics: [{ name: '{name}', topicId: '{topicId}', partitionIndexes: [0] }] }],
        },
      },
      {
        send: 'OffsetFetch',
        body: {
          groupId: '',
          topics: [{ name: '{name}', partitionIndexes: [0] }],
          groups: [{ groupId: '', topics: [{ name: '{name}', topicId: '{topicId}', partitionIndexes: [0] }] }],
        },
      },
    ],
  },
  {
    name: 'everything a group has committed',
    versions: [2, 10],
    steps: [
      ...topic(1),
      ...topic(1, {}, '{name}-b', 'other'),
      coordinator(),
      committed(),
      committed(7, '{name}', '{other}'),
      { send: 'OffsetFetch', body: { groupId: '{name}', topics: null, groups: [{ groupId: '{name}', topics: null }] } },
      {
        send: 'OffsetFetch',
        body: { groupId: '{name}-x', topics: null, groups: [{ groupId: '{name}-x', topics: null }] },
      },
    ],
  },
  {
    name: 'only what no transaction can still change',
    versions: [7, 10],
    steps: [
      ...topic(1),
      coordinator(),
      committed(),
      {
        send: 'OffsetFetch',
        body: {
          groupId: '{name}',
          topics: [{ name: '{name}', partitionIndexes: [0] }],
          groups: [{ groupId: '{name}', topics: [{ name: '{name}', topicId: '{topicId}', partitionIndexes: [0] }] }],
          requireStable: true,
        },
      },
    ],
  },
  {
    name: 'several groups, one of them twice',
    versions: [8, 10],
    steps: [
      ...topic(1),
      coordinator(),
      committed(),
      committed(3, '{name}-b'),
      {
        send: 'OffsetFetch',
        body: {
          groups: [
            { groupId: '{name}', topics: null },
            { groupId: '{name}-b', topics: [{ name: '{name}', topicId: '{topicId}', partitionIndexes: [0] }] },
            { groupId: '{name}-x', topics: null },
          ],
        },
      },
      { send: 'OffsetFetch', body: { groups: [] } },
    ],
  },
  {
    name: 'by a member of a classic group, and by a stranger',
    versions: [9, 10],
    steps: [
      ...topic(1),
      ...joinedGroup(),
      committedByMember(),
      {
        send: 'OffsetFetch',
        body: { groups: [{ groupId: '{name}', memberId: '{memberId}', memberEpoch: 1, topics: null }] },
      },
      {
        send: 'OffsetFetch',
        body: { groups: [{ groupId: '{name}', memberId: 'nobody', memberEpoch: 1, topics: null }] },
      },
    ],
  },
  {
    name: 'offsets of a deleted topic are gone',
    steps: [
      ...topic(1),
      coordinator(),
      committed(),
      { send: 'DeleteTopics', quiet: true, body: { topics: [{ name: '{name}' }], timeoutMs: 10_000 } },
      {
        send: 'OffsetFetch',
        version: 9,
        body: { groups: [{ groupId: '{name}', topics: [{ name: '{name}', partitionIndexes: [0] }] }] },
        until: { 'groups.0.topics.0.partitions.0.committedOffset': -1 },
      },
    ],
  },
])
