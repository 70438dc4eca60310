import { script } from '../session.ts'
import { committed, committedByMember, coordinator, joinedGroup, topic } from '../steps.ts'

export const offsetDelete = script('OffsetDelete', [
  {
    name: 'what was committed, what was not, and what does not exist',
    steps: [
      ...topic(2),
      coordinator(),
      committed(),
      {
        send: 'OffsetDelete',
        body: {
          groupId: '{name}',
          topics: [
            { name: '{name}', partitions: [{ partitionIndex: 0 }, { partitionIndex: 1 }, { partitionIndex: 9 }] },
          ],
        },
      },
      { send: 'OffsetFetch', version: 9, body: { groups: [{ groupId: '{name}', topics: null }] } },
      {
        send: 'OffsetDelete',
        body: { groupId: '{name}', topics: [{ name: '{name}-x', partitions: [{ partitionIndex: 0 }] }] },
      },
      { send: 'OffsetDelete', body: { groupId: '{name}', topics: [] } },
      {
        send: 'OffsetDelete',
        body: { groupId: '{name}-x', topics: [{ name: '{name}', partitions: [{ partitionIndex: 0 }] }] },
      },
      {
        send: 'OffsetDelete',
        body: { groupId: '', topics: [{ name: '{name}', partitions: [{ partitionIndex: 0 }] }] },
      },
    ],
  },
  {
    name: 'of a group with members that do not say what they consume',
    steps: [
      ...topic(1),
      ...joinedGroup(),
      committedByMember(),
      {
        send: 'OffsetDelete',
        body: { groupId: '{name}', topics: [{ name: '{name}', partitions: [{ partitionIndex: 0 }] }] },
      },
    ],
  },
])
