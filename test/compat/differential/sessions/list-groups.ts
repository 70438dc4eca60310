import { script } from '../session.ts'
import { committed, coordinator, joinedGroup, topic } from '../steps.ts'

const only = { groups: { groupId: ['{name}', '{name}-offsets'] } } as const

export const listGroups = script('ListGroups', [
  {
    name: 'a group with a member and one that only holds offsets',
    versions: 'all',
    steps: [
      ...topic(1),
      ...joinedGroup(),
      coordinator('{name}-offsets'),
      committed(1, '{name}-offsets'),
      { send: 'ListGroups', body: {}, only },
    ],
  },
  {
    name: 'by state',
    versions: [4, 5],
    steps: [
      ...topic(1),
      ...joinedGroup(),
      committed(1, '{name}-offsets'),
      { send: 'ListGroups', body: { statesFilter: ['Stable'] }, only },
      { send: 'ListGroups', body: { statesFilter: ['Empty'] }, only },
      { send: 'ListGroups', body: { statesFilter: ['stable', 'EMPTY'] }, only },
      { send: 'ListGroups', body: { statesFilter: ['NoSuchState'] }, only },
    ],
  },
  {
    name: 'by type',
    versions: [5, 5],
    steps: [
      ...topic(1),
      ...joinedGroup(),
      committed(1, '{name}-offsets'),
      { send: 'ListGroups', body: { typesFilter: ['classic'] }, only },
      { send: 'ListGroups', body: { typesFilter: ['consumer'] }, only },
      { send: 'ListGroups', body: { typesFilter: ['Classic', 'share'] }, only },
      { send: 'ListGroups', body: { typesFilter: ['no-such-type'] }, only },
      { send: 'ListGroups', body: { typesFilter: ['classic'], statesFilter: ['Empty'] }, only },
    ],
  },
  {
    name: 'who knows no group',
    steps: [coordinator(), { send: 'ListGroups', body: {}, only: { groups: { groupId: '{name}' } } }],
  },
])
