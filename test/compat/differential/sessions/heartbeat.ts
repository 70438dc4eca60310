import { script } from '../session.ts'
import { joinedGroup } from '../steps.ts'

export const heartbeat = script('Heartbeat', [
  {
    name: 'of a member, and of others',
    versions: 'all',
    steps: [
      ...joinedGroup(),
      { send: 'Heartbeat', body: { groupId: '{name}', generationId: 1, memberId: '{memberId}' } },
      { send: 'Heartbeat', body: { groupId: '{name}', generationId: 2, memberId: '{memberId}' } },
      { send: 'Heartbeat', body: { groupId: '{name}', generationId: -1, memberId: '{memberId}' } },
      { send: 'Heartbeat', body: { groupId: '{name}', generationId: 1, memberId: 'no-such-member' } },
      { send: 'Heartbeat', body: { groupId: '{name}', generationId: 1, memberId: '' } },
      { send: 'Heartbeat', body: { groupId: '{name}-x', generationId: 1, memberId: '{memberId}' } },
      { send: 'Heartbeat', body: { groupId: '', generationId: 1, memberId: '{memberId}' } },
    ],
  },
  {
    name: 'of a static member that is not one',
    versions: [3, 4],
    steps: [
      ...joinedGroup(),
      {
        send: 'Heartbeat',
        body: { groupId: '{name}', generationId: 1, memberId: '{memberId}', groupInstanceId: 'nobody' },
      },
    ],
  },
])
