import { script } from '../session.ts'
import { committed, coordinator, joinedGroup, subscription, topic } from '../steps.ts'

export const describeGroups = script('DescribeGroups', [
  {
    name: 'a group with a member, then an empty one',
    versions: 'all',
    steps: [
      ...joinedGroup(),
      { send: 'DescribeGroups', body: { groups: ['{name}'] } },
      {
        send: 'LeaveGroup',
        version: 5,
        quiet: true,
        body: { groupId: '{name}', members: [{ memberId: '{memberId}' }] },
      },
      { send: 'DescribeGroups', body: { groups: ['{name}'] } },
    ],
  },
  {
    name: 'groups that do not exist',
    versions: 'all',
    steps: [
      coordinator(),
      { send: 'DescribeGroups', body: { groups: ['{name}'] } },
      { send: 'DescribeGroups', body: { groups: [''] } },
      { send: 'DescribeGroups', body: { groups: [] } },
      { send: 'DescribeGroups', body: { groups: ['{name}-b', '{name}-a'] } },
    ],
  },
  {
    name: 'a group that only holds offsets',
    versions: 'all',
    steps: [...topic(1), coordinator(), committed(), { send: 'DescribeGroups', body: { groups: ['{name}'] } }],
  },
  {
    name: 'authorized operations are told when asked for',
    versions: [3, 6],
    steps: [
      ...joinedGroup(),
      { send: 'DescribeGroups', body: { groups: ['{name}'], includeAuthorizedOperations: true } },
    ],
  },
  {
    name: 'a group whose member has not synced yet',
    steps: [
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
      },
      { send: 'DescribeGroups', body: { groups: ['{name}'] } },
    ],
  },
])
