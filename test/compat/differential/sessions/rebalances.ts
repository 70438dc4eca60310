import type { JsonObject } from '../../../support/reference-codec.ts'
import { type Step, script } from '../session.ts'
import { coordinator, joinedGroup, subscription, topic } from '../steps.ts'

const join = (memberId: string, fields: JsonObject = {}): JsonObject => ({
  groupId: '{name}',
  sessionTimeoutMs: 30_000,
  rebalanceTimeoutMs: 30_000,
  memberId,
  protocolType: 'consumer',
  protocols: [{ name: 'range', metadata: subscription(['some-topic']) }],
  ...fields,
})

const sync = (memberId: string, generationId: number, assignments: readonly JsonObject[] = []): JsonObject => ({
  groupId: '{name}',
  generationId,
  memberId,
  protocolType: 'consumer',
  protocolName: 'range',
  assignments,
})

const heartbeat = (memberId: string, generationId: number): JsonObject => ({
  groupId: '{name}',
  generationId,
  memberId,
})
const described = { send: 'DescribeGroups', body: { groups: ['{name}'] } } as const
const commit = (memberId: string, generationId: number): JsonObject => ({
  groupId: '{name}',
  generationIdOrMemberEpoch: generationId,
  memberId,
  topics: [{ topicId: '{topicId}', partitions: [{ partitionIndex: 0, committedOffset: 1, committedMetadata: '' }] }],
})

/** Members `one`, who leads, and `two`, both synced in generation 2. */
const twoMembers: readonly Step[] = [
  coordinator(),
  { send: 'JoinGroup', version: 9, quiet: true, body: join(''), keep: { one: 'memberId' } },
  { send: 'JoinGroup', version: 9, quiet: true, body: join('{one}') },
  { send: 'SyncGroup', quiet: true, body: sync('{one}', 1, [{ memberId: '{one}', assignment: '01' }]) },
  { send: 'JoinGroup', version: 9, connection: 'two', quiet: true, body: join(''), keep: { two: 'memberId' } },
  { send: 'JoinGroup', version: 9, connection: 'two', later: 'joined', quiet: true, body: join('{two}') },
  { send: 'Heartbeat', quiet: true, body: heartbeat('{one}', 1), until: { errorCode: 27 } },
  { send: 'JoinGroup', version: 9, quiet: true, body: join('{one}') },
  { collect: 'joined' },
  {
    send: 'SyncGroup',
    quiet: true,
    body: sync('{one}', 2, [
      { memberId: '{one}', assignment: '01' },
      { memberId: '{two}', assignment: '02' },
    ]),
  },
  { send: 'SyncGroup', connection: 'two', quiet: true, body: sync('{two}', 2) },
]

export const rebalances = script(
  'JoinGroup',
  [
    {
      name: 'a member leaves, the other is told and goes on alone',
      steps: [
        ...twoMembers,
        described,
        { send: 'LeaveGroup', connection: 'two', body: { groupId: '{name}', members: [{ memberId: '{two}' }] } },
        described,
        { send: 'Heartbeat', body: heartbeat('{one}', 2) },
        { send: 'JoinGroup', body: join('{one}') },
        described,
        { send: 'SyncGroup', body: sync('{one}', 3, [{ memberId: '{one}', assignment: '03' }]) },
        described,
      ],
    },
    {
      name: 'a leader that joins again unchanged starts a rebalance, a follower does not',
      steps: [
        ...twoMembers,
        { send: 'JoinGroup', connection: 'two', body: join('{two}') },
        { send: 'Heartbeat', body: heartbeat('{one}', 2) },
        { send: 'JoinGroup', later: 'again', body: join('{one}') },
        { send: 'Heartbeat', connection: 'two', body: heartbeat('{two}', 2), until: { errorCode: 27 } },
        { send: 'JoinGroup', connection: 'two', body: join('{two}') },
        { collect: 'again' },
      ],
    },
    {
      name: 'a follower whose subscription changed starts a rebalance',
      steps: [
        ...twoMembers,
        {
          send: 'JoinGroup',
          connection: 'two',
          later: 'changed',
          body: join('{two}', { protocols: [{ name: 'range', metadata: subscription(['another-topic']) }] }),
        },
        { send: 'Heartbeat', body: heartbeat('{one}', 2), until: { errorCode: 27 } },
        { send: 'JoinGroup', body: join('{one}') },
        { collect: 'changed' },
      ],
    },
    {
      name: 'offsets while the group rebalances',
      steps: [
        ...topic(1),
        ...twoMembers,
        {
          send: 'LeaveGroup',
          connection: 'two',
          quiet: true,
          body: { groupId: '{name}', members: [{ memberId: '{two}' }] },
        },
        { send: 'OffsetCommit', body: commit('{one}', 2) },
        { send: 'OffsetCommit', body: commit('{two}', 2) },
        { send: 'OffsetCommit', body: commit('{one}', 1) },
        { send: 'SyncGroup', body: sync('{one}', 2) },
        { send: 'JoinGroup', body: join('{one}') },
        { send: 'OffsetCommit', body: commit('{one}', 3) },
        { send: 'Heartbeat', body: heartbeat('{one}', 3) },
        { send: 'Heartbeat', body: heartbeat('{one}', 2) },
        { send: 'SyncGroup', body: sync('{one}', 3, [{ memberId: '{one}', assignment: '01' }]) },
        { send: 'OffsetCommit', body: commit('{one}', 3) },
        { send: 'OffsetCommit', body: commit('{one}', 2) },
      ],
    },
    {
      name: 'a sync that waits ends when the group rebalances again',
      steps: [
        coordinator(),
        { send: 'JoinGroup', version: 9, quiet: true, body: join(''), keep: { one: 'memberId' } },
        { send: 'JoinGroup', version: 9, quiet: true, body: join('{one}') },
        { send: 'SyncGroup', quiet: true, body: sync('{one}', 1, [{ memberId: '{one}', assignment: '01' }]) },
        { send: 'JoinGroup', connection: 'two', quiet: true, body: join(''), keep: { two: 'memberId' } },
        { send: 'JoinGroup', connection: 'two', later: 'joined', body: join('{two}') },
        { send: 'Heartbeat', quiet: true, body: heartbeat('{one}', 1), until: { errorCode: 27 } },
        { send: 'JoinGroup', body: join('{one}') },
        { collect: 'joined' },
        { send: 'SyncGroup', connection: 'two', later: 'waiting', body: sync('{two}', 2) },
        {
          send: 'JoinGroup',
          later: 'again',
          body: join('{one}', { protocols: [{ name: 'range', metadata: subscription(['another-topic']) }] }),
        },
        { collect: 'waiting' },
        { send: 'JoinGroup', connection: 'two', body: join('{two}') },
        { collect: 'again' },
      ],
    },
    {
      name: 'a member that falls silent is left out, and cannot come back under its id',
      steps: [
        ...joinedGroup('{name}', 6000),
        { ...described, until: { 'groups.0.groupState': 'Empty' } },
        { send: 'Heartbeat', body: heartbeat('{memberId}', 1) },
        { send: 'JoinGroup', body: join('{memberId}') },
        { send: 'SyncGroup', body: sync('{memberId}', 1) },
      ],
    },
    {
      name: 'static members: leaving by name, being replaced, being fenced',
      steps: [
        coordinator(),
        { send: 'JoinGroup', body: join('', { groupInstanceId: 'a' }), keep: { a: 'memberId' } },
        {
          send: 'SyncGroup',
          quiet: true,
          body: { ...sync('{a}', 1, [{ memberId: '{a}', assignment: '0a' }]), groupInstanceId: 'a' },
        },
        { send: 'JoinGroup', body: join('', { groupInstanceId: 'a' }), keep: { again: 'memberId' } },
        { send: 'SyncGroup', body: { ...sync('{a}', 1), groupInstanceId: 'a' } },
        { send: 'SyncGroup', body: { ...sync('{again}', 1), groupInstanceId: 'a' } },
        { send: 'LeaveGroup', body: { groupId: '{name}', members: [{ memberId: '{a}', groupInstanceId: 'a' }] } },
        { send: 'LeaveGroup', body: { groupId: '{name}', members: [{ memberId: '', groupInstanceId: 'a' }] } },
        { send: 'LeaveGroup', body: { groupId: '{name}', members: [{ memberId: '', groupInstanceId: 'a' }] } },
        described,
      ],
    },
    {
      name: 'a static member whose subscription changed starts a rebalance',
      steps: [
        coordinator(),
        { send: 'JoinGroup', body: join('', { groupInstanceId: 'a' }), keep: { a: 'memberId' } },
        {
          send: 'SyncGroup',
          quiet: true,
          body: { ...sync('{a}', 1, [{ memberId: '{a}', assignment: '0a' }]), groupInstanceId: 'a' },
        },
        {
          send: 'JoinGroup',
          body: join('', {
            groupInstanceId: 'a',
            protocols: [{ name: 'range', metadata: subscription(['another-topic']) }],
          }),
        },
        described,
      ],
    },
    {
      name: 'another protocol type than consumer',
      steps: [
        coordinator(),
        {
          send: 'JoinGroup',
          quiet: true,
          body: join('', { protocolType: 'connect', protocols: [{ name: 'p', metadata: 'ff' }] }),
          keep: { one: 'memberId' },
        },
        {
          send: 'JoinGroup',
          body: join('{one}', { protocolType: 'connect', protocols: [{ name: 'p', metadata: 'ff' }] }),
        },
        {
          send: 'SyncGroup',
          body: {
            ...sync('{one}', 1, [{ memberId: '{one}', assignment: 'ee' }]),
            protocolType: 'connect',
            protocolName: 'p',
          },
        },
        described,
        { send: 'ListGroups', body: {}, only: { groups: { groupId: '{name}' } } },
      ],
    },
  ],
  'Rebalances',
)
