import { script } from '../session.ts'
import { coordinator, joinedGroup, topic } from '../steps.ts'
import { assigningAtOnce, beat, enter, owning, quietly, topicDeleted } from '../steps-consumer-group.ts'

const describe = (...groupIds: readonly string[]) => ({ send: 'ConsumerGroupDescribe', body: { groupIds } })

export const consumerGroupDescribe = script('ConsumerGroupDescribe', [
  {
    name: 'of groups that are not there, or of another type',
    versions: 'all',
    steps: [
      coordinator(),
      describe('{name}'),
      describe(''),
      describe(),
      describe('{name}', '', '{name}-x'),
      ...joinedGroup(),
      describe('{name}'),
      {
        send: 'ConsumerGroupDescribe',
        body: { groupIds: ['{name}', '{name}-x'], includeAuthorizedOperations: true },
      },
    ],
  },
  {
    name: 'of a group in each of its states',
    versions: 'all',
    steps: [
      ...topic(2),
      ...assigningAtOnce(),
      quietly(enter('a', { rackId: 'r', serverAssignor: 'range' })),
      describe('{name}'),
      quietly(enter('b', { instanceId: 'i' })),
      describe('{name}'),
      quietly(beat('a', 2, owning(0, 1))),
      describe('{name}'),
      quietly(beat('a', 2, owning(0))),
      quietly(beat('b', 3, { instanceId: 'i' })),
      describe('{name}'),
      quietly(beat('b', -2, { instanceId: 'i' })),
      describe('{name}'),
      quietly(beat('b', -1, { instanceId: 'i' })),
      describe('{name}'),
      quietly(beat('a', -1)),
      describe('{name}'),
      { send: 'ConsumerGroupDescribe', body: { groupIds: ['{name}'], includeAuthorizedOperations: true } },
    ],
  },
  {
    name: 'of a group whose topic is gone',
    versions: 'all',
    steps: [...topic(2), ...assigningAtOnce(), quietly(enter('a')), ...topicDeleted, describe('{name}')],
  },
])
