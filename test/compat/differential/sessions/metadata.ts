import { script } from '../session.ts'
import { topic, unknownUuid } from '../steps.ts'

export const metadata = script('Metadata', [
  {
    name: 'a topic by name, and the brokers',
    versions: 'all',
    steps: [...topic(3), { send: 'Metadata', body: { topics: [{ name: '{name}' }], allowAutoTopicCreation: false } }],
  },
  {
    name: 'every topic is listed when none is named',
    versions: [1, 13],
    steps: [...topic(1), { send: 'Metadata', body: { topics: null }, only: { topics: { name: '{name}' } } }],
  },
  {
    name: 'an empty list of topics is every topic in v0',
    versions: [0, 0],
    steps: [...topic(1), { send: 'Metadata', body: { topics: [] }, only: { topics: { name: '{name}' } } }],
  },
  {
    name: 'an empty list of topics is none from v1 on',
    versions: [1, 13],
    steps: [{ send: 'Metadata', body: { topics: [] } }],
  },
  {
    name: 'an unknown name, when it may not be created',
    versions: [4, 13],
    steps: [{ send: 'Metadata', body: { topics: [{ name: '{name}' }], allowAutoTopicCreation: false } }],
  },
  {
    name: 'an unknown name is created, and there a moment later',
    versions: 'all',
    steps: [
      { send: 'Metadata', body: { topics: [{ name: '{name}' }] } },
      { send: 'Metadata', body: { topics: [{ name: '{name}' }] }, until: { 'topics.0.errorCode': 0 } },
    ],
  },
  {
    name: 'names that no topic can have',
    steps: [
      {
        send: 'Metadata',
        body: {
          topics: [
            { name: '' },
            { name: '.' },
            { name: '..' },
            { name: 'a b' },
            { name: 'ü' },
            { name: 'x'.repeat(250) },
          ],
        },
      },
      { send: 'Metadata', body: { topics: [{ name: 'no spaces' }], allowAutoTopicCreation: false } },
    ],
  },
  {
    name: 'a topic by id',
    versions: [12, 13],
    steps: [
      ...topic(2),
      { send: 'Metadata', body: { topics: [{ topicId: '{topicId}', name: null }] } },
      { send: 'Metadata', body: { topics: [{ topicId: unknownUuid, name: null }] } },
      {
        send: 'Metadata',
        body: {
          topics: [
            { topicId: '{topicId}', name: null },
            { topicId: unknownUuid, name: null },
          ],
        },
      },
    ],
  },
  {
    name: 'ids are refused before v12, null names always without an id',
    versions: [10, 13],
    steps: [
      ...topic(1),
      { send: 'Metadata', body: { topics: [{ topicId: '{topicId}', name: null }] } },
      { send: 'Metadata', connection: 'second', body: { topics: [{ name: null }] } },
    ],
  },
  {
    name: 'authorized operations are told when asked for',
    versions: [8, 13],
    steps: [
      ...topic(1),
      {
        send: 'Metadata',
        body: {
          topics: [{ name: '{name}' }],
          includeClusterAuthorizedOperations: true,
          includeTopicAuthorizedOperations: true,
        },
      },
    ],
  },
  {
    name: 'the same name twice',
    steps: [...topic(1), { send: 'Metadata', body: { topics: [{ name: '{name}' }, { name: '{name}' }] } }],
  },
  {
    name: 'a deleted topic is unknown again',
    steps: [
      ...topic(1),
      { send: 'DeleteTopics', quiet: true, body: { topics: [{ name: '{name}' }], timeoutMs: 10_000 } },
      {
        send: 'Metadata',
        body: { topics: [{ name: '{name}' }], allowAutoTopicCreation: false },
        until: { 'topics.0.errorCode': 3 },
      },
      { send: 'Metadata', body: { topics: [{ topicId: '{topicId}', name: null }] } },
    ],
  },
  {
    name: 'two unknown names that collide only with each other are both created',
    steps: [
      { send: 'Metadata', body: { topics: [{ name: '{name}.x' }, { name: '{name}_x' }] } },
      { send: 'Metadata', quiet: true, body: { topics: [{ name: '{name}.x' }] }, until: { 'topics.0.errorCode': 0 } },
      { send: 'Metadata', body: { topics: [{ name: '{name}_x' }] }, until: { 'topics.0.errorCode': 0 } },
    ],
  },
])
