import type { JsonObject } from '../../../support/reference-codec.ts'
import { script } from '../session.ts'
import { coordinator, joinedGroup, subscription, topic, unknownUuid } from '../steps.ts'

const commit = (partition: JsonObject = {}, request: JsonObject = {}, topicFields: JsonObject = {}): JsonObject => ({
  groupId: '{name}',
  topics: [
    {
      name: '{name}',
      topicId: '{topicId}',
      ...topicFields,
      partitions: [{ partitionIndex: 0, committedOffset: 5, committedMetadata: 'note', ...partition }],
    },
  ],
  ...request,
})

const fetched: JsonObject = { groups: [{ groupId: '{name}', topics: [{ name: '{name}', partitionIndexes: [0, 1] }] }] }

export const offsetCommit = script('OffsetCommit', [
  {
    name: 'outside any generation, and what OffsetFetch says then',
    versions: 'all',
    steps: [
      ...topic(2),
      coordinator(),
      { send: 'OffsetCommit', body: commit() },
      { send: 'OffsetFetch', version: 9, body: fetched },
      { send: 'OffsetCommit', body: commit({ committedOffset: 0, committedMetadata: '', committedLeaderEpoch: 3 }) },
      { send: 'OffsetFetch', version: 9, body: fetched },
      { send: 'OffsetCommit', body: commit({ committedOffset: '9223372036854775807', committedMetadata: null }) },
      { send: 'OffsetFetch', version: 9, body: fetched },
      { send: 'OffsetCommit', body: commit({ committedOffset: -7 }) },
      { send: 'OffsetFetch', version: 9, body: fetched },
    ],
  },
  {
    name: 'by a member, and by others',
    versions: 'all',
    steps: [
      ...topic(1),
      ...joinedGroup(),
      { send: 'OffsetCommit', body: commit({}, { generationIdOrMemberEpoch: 1, memberId: '{memberId}' }) },
      { send: 'OffsetCommit', body: commit({}, { generationIdOrMemberEpoch: 2, memberId: '{memberId}' }) },
      { send: 'OffsetCommit', body: commit({}, { generationIdOrMemberEpoch: -1, memberId: '{memberId}' }) },
      { send: 'OffsetCommit', body: commit({}, { generationIdOrMemberEpoch: 1, memberId: 'nobody' }) },
      { send: 'OffsetCommit', body: commit({}, { generationIdOrMemberEpoch: -1, memberId: '' }) },
      { send: 'OffsetCommit', body: commit({}, { generationIdOrMemberEpoch: 1, memberId: '' }) },
      {
        send: 'OffsetCommit',
        body: commit({}, { groupId: '{name}-x', generationIdOrMemberEpoch: 1, memberId: 'nobody' }),
      },
      { send: 'OffsetCommit', body: commit({}, { groupId: '' }) },
    ],
  },
  {
    name: 'topics and partitions that are not there',
    versions: 'all',
    steps: [
      ...topic(1),
      coordinator(),
      { send: 'OffsetCommit', body: commit({ partitionIndex: 4 }) },
      { send: 'OffsetCommit', body: commit({}, {}, { name: '{name}-x', topicId: unknownUuid }) },
      { send: 'OffsetCommit', body: commit({}, { topics: [] }) },
      {
        send: 'OffsetCommit',
        body: commit(
          {},
          {
            topics: [
              {
                name: '{name}',
                topicId: '{topicId}',
                partitions: [{ partitionIndex: 0, committedOffset: 1, committedMetadata: '' }],
              },
              {
                name: '{name}-x',
                topicId: unknownUuid,
                partitions: [{ partitionIndex: 0, committedOffset: 1, committedMetadata: '' }],
              },
            ],
          },
        ),
      },
    ],
  },
  {
    name: 'a note that is too long',
    versions: 'all',
    steps: [
      ...topic(1),
      coordinator(),
      { send: 'OffsetCommit', body: commit({ committedMetadata: 'x'.repeat(4096) }) },
      { send: 'OffsetCommit', body: commit({ committedMetadata: 'x'.repeat(4097) }) },
    ],
  },
  {
    name: 'before the members of a group have synced',
    steps: [
      ...topic(1),
      coordinator(),
      {
        send: 'JoinGroup',
        version: 3,
        quiet: true,
        body: {
          groupId: '{name}',
          sessionTimeoutMs: 30_000,
          rebalanceTimeoutMs: 30_000,
          memberId: '',
          protocolType: 'consumer',
          protocols: [{ name: 'range', metadata: subscription(['a']) }],
        },
        keep: { memberId: 'memberId' },
      },
      { send: 'OffsetCommit', body: commit({}, { generationIdOrMemberEpoch: 1, memberId: '{memberId}' }) },
      { send: 'OffsetCommit', body: commit({}, { generationIdOrMemberEpoch: -1, memberId: '' }) },
    ],
  },
])
