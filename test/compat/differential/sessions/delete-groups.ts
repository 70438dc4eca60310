import { script } from '../session.ts'
import { committed, coordinator, joinedGroup, topic } from '../steps.ts'

export const deleteGroups = script('DeleteGroups', [
  {
    name: 'an empty group goes, one with members stays',
    versions: 'all',
    steps: [
      ...topic(1),
      ...joinedGroup(),
      committed(1, '{name}-offsets'),
      { send: 'DeleteGroups', body: { groupsNames: ['{name}', '{name}-offsets', '{name}-x'] } },
      { send: 'DeleteGroups', body: { groupsNames: ['{name}-offsets'] } },
      {
        send: 'OffsetFetch',
        version: 9,
        body: { groups: [{ groupId: '{name}-offsets', topics: [{ name: '{name}', partitionIndexes: [0] }] }] },
      },
      {
        send: 'LeaveGroup',
        version: 5,
        quiet: true,
        body: { groupId: '{name}', members: [{ memberId: '{memberId}' }] },
      },
      { send: 'DeleteGroups', body: { groupsNames: ['{name}'] } },
    ],
  },
  {
    name: 'no name, an empty one, the same twice',
    versions: 'all',
    steps: [
      ...topic(1),
      coordinator(),
      committed(),
      { send: 'DeleteGroups', body: { groupsNames: [] } },
      { send: 'DeleteGroups', body: { groupsNames: [''] } },
      { send: 'DeleteGroups', body: { groupsNames: ['{name}', '{name}'] } },
    ],
  },
])
