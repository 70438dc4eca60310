import type { JsonObject } from '../../../support/reference-codec.ts'
import { script } from '../session.ts'
import { coordinator, joinedGroup, subscription } from '../steps.ts'

const join = (memberId: string, fields: JsonObject = {}): JsonObject => ({
  groupId: '{name}',
  sessionTimeoutMs: 30_000,
  rebalanceTimeoutMs: 30_000,
  memberId,
  protocolType: 'consumer',
  protocols: [{ name: 'range', metadata: subscription(['a'], 'first') }],
  ...fields,
})

export const joinGroup = script('JoinGroup', [
  {
    name: 'the first member leads, at once before v4',
    versions: [0, 3],
    steps: [
      coordinator(),
      { send: 'JoinGroup', body: join(''), keep: { member: 'memberId' } },
      { send: 'JoinGroup', body: join('{member}') },
    ],
  },
  {
    name: 'the first member is given an id, and leads when it comes back with it',
    versions: [4, 9],
    steps: [
      coordinator(),
      { send: 'JoinGroup', body: join(''), keep: { member: 'memberId' } },
      { send: 'JoinGroup', body: join('{member}') },
      { send: 'JoinGroup', body: join('{member}') },
    ],
  },
  {
    name: 'two members, each in its turn',
    versions: [5, 9],
    steps: [
      coordinator(),
      { send: 'JoinGroup', quiet: true, body: join(''), keep: { one: 'memberId' } },
      { send: 'JoinGroup', body: join('{one}') },
      { send: 'JoinGroup', connection: 'two', quiet: true, body: join(''), keep: { two: 'memberId' } },
      {
        send: 'JoinGroup',
        connection: 'two',
        later: 'second',
        body: join('{two}', { protocols: [{ name: 'range', metadata: subscription(['a'], 'second') }] }),
      },
      {
        send: 'Heartbeat',
        version: 4,
        body: { groupId: '{name}', generationId: 1, memberId: '{one}' },
        until: { errorCode: 27 },
      },
      { send: 'JoinGroup', body: join('{one}') },
      { collect: 'second' },
    ],
  },
  {
    name: 'what a join may not say',
    versions: 'all',
    steps: [
      coordinator(),
      { send: 'JoinGroup', body: join('', { groupId: '' }) },
      { send: 'JoinGroup', body: join('', { sessionTimeoutMs: 1000 }) },
      { send: 'JoinGroup', body: join('', { sessionTimeoutMs: 100_000_000 }) },
      { send: 'JoinGroup', body: join('', { protocols: [] }) },
      { send: 'JoinGroup', body: join('', { protocolType: '' }) },
      { send: 'JoinGroup', body: join('no-such-member') },
    ],
  },
  {
    name: 'protocols that have nothing in common with the group',
    versions: [5, 9],
    steps: [
      ...joinedGroup(),
      {
        send: 'JoinGroup',
        connection: 'two',
        body: join('', { protocols: [{ name: 'sticky', metadata: subscription([]) }] }),
      },
      { send: 'JoinGroup', connection: 'two', body: join('', { protocolType: 'connect' }) },
      { send: 'JoinGroup', connection: 'two', body: join('no-such-member') },
    ],
  },
  {
    name: 'the protocol that all members support is chosen',
    steps: [
      coordinator(),
      {
        send: 'JoinGroup',
        quiet: true,
        body: join('', {
          protocols: [
            { name: 'a', metadata: subscription([]) },
            { name: 'b', metadata: subscription([]) },
          ],
        }),
        keep: { one: 'memberId' },
      },
      {
        send: 'JoinGroup',
        body: join('{one}', {
          protocols: [
            { name: 'a', metadata: subscription([]) },
            { name: 'b', metadata: subscription([]) },
          ],
        }),
      },
      {
        send: 'JoinGroup',
        connection: 'two',
        quiet: true,
        body: join('', {
          protocols: [
            { name: 'c', metadata: subscription([]) },
            { name: 'b', metadata: subscription([]) },
          ],
        }),
        keep: { two: 'memberId' },
      },
      {
        send: 'JoinGroup',
        connection: 'two',
        later: 'second',
        body: join('{two}', {
          protocols: [
            { name: 'c', metadata: subscription([]) },
            { name: 'b', metadata: subscription([]) },
          ],
        }),
      },
      { send: 'Heartbeat', body: { groupId: '{name}', generationId: 1, memberId: '{one}' }, until: { errorCode: 27 } },
      {
        send: 'JoinGroup',
        body: join('{one}', {
          protocols: [
            { name: 'a', metadata: subscription([]) },
            { name: 'b', metadata: subscription([]) },
          ],
        }),
      },
      { collect: 'second' },
    ],
  },
  {
    name: 'a static member keeps its place',
    versions: [5, 9],
    steps: [
      coordinator(),
      { send: 'JoinGroup', body: join('', { groupInstanceId: 'one' }), keep: { member: 'memberId' } },
      {
        send: 'SyncGroup',
        quiet: true,
        body: {
          groupId: '{name}',
          generationId: 1,
          memberId: '{member}',
          groupInstanceId: 'one',
          protocolType: 'consumer',
          protocolName: 'range',
          assignments: [{ memberId: '{member}', assignment: { utf8: 'all' } }],
        },
      },
      { send: 'JoinGroup', body: join('', { groupInstanceId: 'one' }), keep: { again: 'memberId' } },
      { send: 'JoinGroup', body: join('{member}', { groupInstanceId: 'one' }) },
      { send: 'Heartbeat', body: { groupId: '{name}', generationId: 1, memberId: '{member}', groupInstanceId: 'one' } },
      { send: 'Heartbeat', body: { groupId: '{name}', generationId: 1, memberId: '{again}', groupInstanceId: 'one' } },
    ],
  },
  {
    name: 'a subscription that is none',
    steps: [
      coordinator(),
      { send: 'JoinGroup', quiet: true, body: join(''), keep: { one: 'memberId' } },
      {
        send: 'JoinGroup',
        patienceMs: 2000,
        body: join('{one}', { protocols: [{ name: 'range', metadata: 'ffff' }] }),
      },
    ],
  },
  {
    name: 'a member that does not come back is left out',
    steps: [
      ...joinedGroup('{name}', 6000),
      { send: 'JoinGroup', connection: 'two', quiet: true, body: join(''), keep: { two: 'memberId' } },
      { send: 'JoinGroup', connection: 'two', body: join('{two}', { rebalanceTimeoutMs: 6000 }) },
      { send: 'Heartbeat', body: { groupId: '{name}', generationId: 1, memberId: '{memberId}' } },
    ],
  },
])
