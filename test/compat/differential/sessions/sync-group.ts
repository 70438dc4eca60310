import type { JsonObject } from '../../../support/reference-codec.ts'
import { script } from '../session.ts'
import { consumerProtocols, coordinator, joinedGroup } from '../steps.ts'

const sync = (fields: JsonObject = {}): JsonObject => ({
  groupId: '{name}',
  generationId: 1,
  memberId: '{memberId}',
  protocolType: 'consumer',
  protocolName: 'range',
  assignments: [{ memberId: '{memberId}', assignment: { utf8: 'everything' } }],
  ...fields,
})

const join: JsonObject = {
  groupId: '{name}',
  sessionTimeoutMs: 30_000,
  rebalanceTimeoutMs: 30_000,
  protocolType: 'consumer',
  protocols: consumerProtocols,
}

export const syncGroup = script('SyncGroup', [
  {
    name: "the leader's assignment comes back to it, and again",
    versions: 'all',
    steps: [
      coordinator(),
      { send: 'JoinGroup', version: 5, quiet: true, body: { ...join, memberId: '' }, keep: { memberId: 'memberId' } },
      { send: 'JoinGroup', version: 5, quiet: true, body: { ...join, memberId: '{memberId}' } },
      { send: 'SyncGroup', body: sync() },
      { send: 'SyncGroup', body: sync({ assignments: [] }) },
    ],
  },
  {
    name: 'who may not sync',
    versions: 'all',
    steps: [
      ...joinedGroup(),
      { send: 'SyncGroup', body: sync({ generationId: 7 }) },
      { send: 'SyncGroup', body: sync({ memberId: 'no-such-member' }) },
      { send: 'SyncGroup', body: sync({ groupId: '{name}-x' }) },
      { send: 'SyncGroup', body: sync({ groupId: '' }) },
    ],
  },
  {
    name: 'with another protocol than was chosen',
    versions: [5, 5],
    steps: [
      ...joinedGroup(),
      { send: 'SyncGroup', body: sync({ protocolName: 'sticky' }) },
      { send: 'SyncGroup', body: sync({ protocolType: 'connect' }) },
      { send: 'SyncGroup', body: sync({ protocolName: null, protocolType: null }) },
    ],
  },
  {
    name: 'a follower waits for the leader, and gets nothing where the leader gave nothing',
    steps: [
      coordinator(),
      { send: 'JoinGroup', version: 5, quiet: true, body: { ...join, memberId: '' }, keep: { one: 'memberId' } },
      { send: 'JoinGroup', version: 5, quiet: true, body: { ...join, memberId: '{one}' } },
      {
        send: 'JoinGroup',
        version: 5,
        connection: 'two',
        quiet: true,
        body: { ...join, memberId: '' },
        keep: { two: 'memberId' },
      },
      { send: 'JoinGroup', version: 5, connection: 'two', later: 'joined', body: { ...join, memberId: '{two}' } },
      { send: 'Heartbeat', body: { groupId: '{name}', generationId: 1, memberId: '{one}' }, until: { errorCode: 27 } },
      { send: 'SyncGroup', body: sync({ memberId: '{one}', assignments: [] }) },
      { send: 'JoinGroup', version: 5, body: { ...join, memberId: '{one}' } },
      { collect: 'joined' },
      {
        send: 'SyncGroup',
        connection: 'two',
        later: 'synced',
        body: sync({ memberId: '{two}', generationId: 2, assignments: [] }),
      },
      {
        send: 'SyncGroup',
        body: sync({ memberId: '{one}', generationId: 2, assignments: [{ memberId: '{one}', assignment: 'ff' }] }),
      },
      { collect: 'synced' },
    ],
  },
])
