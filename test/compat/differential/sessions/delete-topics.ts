import { script } from '../session.ts'
import { topic, unknownUuid } from '../steps.ts'

export const deleteTopics = script('DeleteTopics', [
  {
    name: 'a topic by name, and again when it is gone',
    versions: 'all',
    steps: [
      ...topic(2),
      { send: 'DeleteTopics', body: { topicNames: ['{name}'], topics: [{ name: '{name}' }], timeoutMs: 10_000 } },
      { send: 'DeleteTopics', body: { topicNames: ['{name}'], topics: [{ name: '{name}' }], timeoutMs: 10_000 } },
    ],
  },
  {
    name: 'a topic by id, unknown ids, and both at once',
    versions: [6, 6],
    steps: [
      ...topic(1),
      { send: 'DeleteTopics', body: { topics: [{ topicId: unknownUuid }], timeoutMs: 10_000 } },
      { send: 'DeleteTopics', body: { topics: [{ name: '{name}', topicId: '{topicId}' }], timeoutMs: 10_000 } },
      { send: 'DeleteTopics', body: { topics: [{ topicId: '{topicId}' }], timeoutMs: 10_000 } },
      { send: 'DeleteTopics', body: { topics: [{ topicId: '{topicId}' }], timeoutMs: 10_000 } },
      { send: 'DeleteTopics', body: { topics: [{ name: null }], timeoutMs: 10_000 } },
    ],
  },
  {
    name: 'several, some of them unknown, one of them twice',
    versions: 'all',
    steps: [
      ...topic(1, {}, '{name}-a', 'a'),
      ...topic(1, {}, '{name}-b', 'b'),
      {
        send: 'DeleteTopics',
        body: {
          topicNames: ['{name}-a', '{name}-x', '{name}-b', '{name}-b'],
          topics: [{ name: '{name}-a' }, { name: '{name}-x' }, { name: '{name}-b' }, { name: '{name}-b' }],
          timeoutMs: 10_000,
        },
      },
    ],
  },
  {
    name: 'the same topic by name and by id',
    versions: [6, 6],
    steps: [
      ...topic(1),
      { send: 'DeleteTopics', body: { topics: [{ name: '{name}' }, { topicId: '{topicId}' }], timeoutMs: 10_000 } },
    ],
  },
  {
    name: 'a name that no topic can have, and none',
    steps: [
      { send: 'DeleteTopics', body: { topics: [{ name: 'a b' }, { name: '' }], timeoutMs: 10_000 } },
      { send: 'DeleteTopics', body: { topics: [], timeoutMs: 10_000 } },
    ],
  },
  {
    name: 'a deleted name can be created again at once, under another id',
    steps: [
      ...topic(1),
      { send: 'DeleteTopics', body: { topics: [{ name: '{name}' }], timeoutMs: 10_000 } },
      { send: 'CreateTopics', body: { topics: [{ name: '{name}', numPartitions: 1, replicationFactor: 1 }] } },
      {
        send: 'Metadata',
        body: { topics: [{ topicId: '{topicId}', name: null }] },
        until: { 'topics.0.errorCode': 100 },
      },
    ],
  },
  {
    name: 'a deadline that has passed counts where the controller is asked',
    versions: [6, 6],
    steps: [
      ...topic(1),
      { send: 'DeleteTopics', body: { topics: [{ name: '{name}' }], timeoutMs: 0 } },
      { send: 'DeleteTopics', body: { topics: [{ name: '{name}-x' }], timeoutMs: -1 } },
      { send: 'DeleteTopics', body: { topics: [{ name: null }], timeoutMs: 0 } },
      { send: 'DeleteTopics', body: { topics: [], timeoutMs: 0 } },
    ],
  },
])
