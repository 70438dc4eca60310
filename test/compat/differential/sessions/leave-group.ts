import { script } from '../session.ts'
import { joinedGroup } from '../steps.ts'

export const leaveGroup = script('LeaveGroup', [
  {
    name: 'a member leaves, once',
    versions: 'all',
    steps: [
      ...joinedGroup(),
      {
        send: 'LeaveGroup',
        body: { groupId: '{name}', memberId: '{memberId}', members: [{ memberId: '{memberId}' }] },
      },
      {
        send: 'LeaveGroup',
        body: { groupId: '{name}', memberId: '{memberId}', members: [{ memberId: '{memberId}' }] },
      },
      { send: 'Heartbeat', version: 4, body: { groupId: '{name}', generationId: 1, memberId: '{memberId}' } },
    ],
  },
  {
    name: 'who is not there cannot leave',
    versions: 'all',
    steps: [
      ...joinedGroup(),
      { send: 'LeaveGroup', body: { groupId: '{name}', memberId: 'nobody', members: [{ memberId: 'nobody' }] } },
      { send: 'LeaveGroup', body: { groupId: '{name}-x', memberId: 'nobody', members: [{ memberId: 'nobody' }] } },
      { send: 'LeaveGroup', body: { groupId: '', memberId: 'nobody', members: [{ memberId: 'nobody' }] } },
    ],
  },
  {
    name: 'several at once',
    versions: [3, 5],
    steps: [
      ...joinedGroup(),
      {
        send: 'LeaveGroup',
        body: {
          groupId: '{name}',
          members: [
            { memberId: 'nobody' },
            { memberId: '{memberId}', reason: 'enough' },
            { memberId: '', groupInstanceId: 'nobody' },
          ],
        },
      },
      { send: 'LeaveGroup', body: { groupId: '{name}', members: [] } },
    ],
  },
])
