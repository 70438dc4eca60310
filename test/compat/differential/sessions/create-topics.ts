import type { JsonObject } from '../../../support/reference-codec.ts'
import { script } from '../session.ts'
import { topic } from '../steps.ts'

const one = (fields: JsonObject): JsonObject => ({
  topics: [{ name: '{name}', numPartitions: 1, replicationFactor: 1, ...fields }],
})

export const createTopics = script('CreateTopics', [
  {
    name: 'a topic, and the same name again',
    versions: 'all',
    steps: [
      { send: 'CreateTopics', body: one({ numPartitions: 2 }) },
      { send: 'CreateTopics', body: one({}) },
    ],
  },
  {
    name: 'the broker chooses partitions and replication',
    versions: [4, 7],
    steps: [{ send: 'CreateTopics', body: one({ numPartitions: -1, replicationFactor: -1 }) }],
  },
  {
    name: 'only validated, a topic does not exist afterwards',
    versions: 'all',
    steps: [
      { send: 'CreateTopics', body: { ...one({ numPartitions: 3 }), validateOnly: true } },
      { send: 'Metadata', body: { topics: [{ name: '{name}' }], allowAutoTopicCreation: false } },
    ],
  },
  {
    name: 'with settings, which the answer repeats',
    versions: 'all',
    steps: [
      {
        send: 'CreateTopics',
        body: one({
          configs: [
            { name: 'cleanup.policy', value: 'compact' },
            { name: 'retention.ms', value: '-1' },
            { name: 'segment.bytes', value: '1048576' },
          ],
        }),
      },
    ],
  },
  {
    name: 'settings that are wrong',
    steps: [
      { send: 'CreateTopics', body: one({ configs: [{ name: 'no.such.key', value: '1' }] }) },
      { send: 'CreateTopics', body: one({ configs: [{ name: 'cleanup.policy', value: 'shred' }] }) },
      { send: 'CreateTopics', body: one({ configs: [{ name: 'retention.ms', value: 'soon' }] }) },
      { send: 'CreateTopics', body: one({ configs: [{ name: 'retention.ms', value: '-2' }] }) },
      { send: 'CreateTopics', body: one({ configs: [{ name: 'segment.bytes', value: '13' }] }) },
      { send: 'CreateTopics', body: one({ configs: [{ name: 'min.insync.replicas', value: '0' }] }) },
      { send: 'CreateTopics', body: one({ configs: [{ name: 'retention.ms', value: null }] }) },
      { send: 'CreateTopics', body: one({ configs: [{ name: 'compression.type', value: 'brotli' }] }) },
      { send: 'CreateTopics', body: one({ configs: [{ name: 'max.message.bytes', value: '-1' }] }) },
      { send: 'CreateTopics', body: one({ configs: [{ name: 'message.timestamp.type', value: 'Sometime' }] }) },
      { send: 'CreateTopics', body: one({ configs: [{ name: 'remote.storage.enable', value: 'true' }] }) },
    ],
  },
  {
    name: 'the same setting twice',
    steps: [
      {
        send: 'CreateTopics',
        body: one({
          configs: [
            { name: 'retention.ms', value: '1' },
            { name: 'retention.ms', value: '2' },
          ],
        }),
      },
    ],
  },
  {
    name: 'names that no topic can have',
    steps: [
      { send: 'CreateTopics', body: one({ name: '' }) },
      { send: 'CreateTopics', body: one({ name: '.' }) },
      { send: 'CreateTopics', body: one({ name: '..' }) },
      { send: 'CreateTopics', body: one({ name: 'a b' }) },
      { send: 'CreateTopics', body: one({ name: 'ü' }) },
      { send: 'CreateTopics', body: one({ name: 'a/b' }) },
      { send: 'CreateTopics', body: one({ name: 'x'.repeat(250) }) },
      { send: 'CreateTopics', body: one({ name: 'x'.repeat(249) }) },
      { send: 'CreateTopics', body: one({ name: '__cluster_metadata' }) },
    ],
  },
  {
    name: 'a dot and an underscore collide',
    steps: [
      { send: 'CreateTopics', body: one({ name: 'collide.{version}_a' }) },
      { send: 'CreateTopics', body: one({ name: 'collide_{version}.a' }) },
      {
        send: 'CreateTopics',
        body: {
          topics: [
            { name: 'collide-{version}.b', numPartitions: 1, replicationFactor: 1 },
            { name: 'collide-{version}_b', numPartitions: 1, replicationFactor: 1 },
          ],
        },
      },
    ],
  },
  {
    name: 'numbers of partitions and replicas that cannot be',
    steps: [
      { send: 'CreateTopics', body: one({ numPartitions: 0 }) },
      { send: 'CreateTopics', body: one({ numPartitions: -2 }) },
      { send: 'CreateTopics', body: one({ replicationFactor: 0 }) },
      { send: 'CreateTopics', body: one({ replicationFactor: 2 }) },
      { send: 'CreateTopics', body: one({ replicationFactor: -2 }) },
    ],
  },
  {
    name: 'partitions placed by hand',
    versions: 'all',
    steps: [
      {
        send: 'CreateTopics',
        body: one({
          numPartitions: -1,
          replicationFactor: -1,
          assignments: [
            { partitionIndex: 0, brokerIds: [1] },
            { partitionIndex: 1, brokerIds: [1] },
          ],
        }),
      },
    ],
  },
  {
    name: 'partitions placed by hand, wrongly',
    steps: [
      { send: 'CreateTopics', body: one({ assignments: [{ partitionIndex: 0, brokerIds: [1] }] }) },
      {
        send: 'CreateTopics',
        body: one({ numPartitions: -1, replicationFactor: -1, assignments: [{ partitionIndex: 1, brokerIds: [1] }] }),
      },
      {
        send: 'CreateTopics',
        body: one({ numPartitions: -1, replicationFactor: -1, assignments: [{ partitionIndex: 0, brokerIds: [7] }] }),
      },
      {
        send: 'CreateTopics',
        body: one({
          numPartitions: -1,
          replicationFactor: -1,
          assignments: [{ partitionIndex: 0, brokerIds: [1, 1] }],
        }),
      },
      {
        send: 'CreateTopics',
        body: one({ numPartitions: -1, replicationFactor: -1, assignments: [{ partitionIndex: 0, brokerIds: [] }] }),
      },
    ],
  },
  {
    name: 'the same name twice in one request, beside a good one',
    steps: [
      {
        send: 'CreateTopics',
        body: {
          topics: [
            { name: '{name}', numPartitions: 1, replicationFactor: 1 },
            { name: '{name}-good', numPartitions: 1, replicationFactor: 1 },
            { name: '{name}', numPartitions: 2, replicationFactor: 1 },
          ],
        },
      },
    ],
  },
  { name: 'nothing at all', versions: 'all', steps: [{ send: 'CreateTopics', body: { topics: [] } }] },
  {
    name: 'a topic can be produced to and described at once',
    steps: [
      ...topic(1),
      {
        send: 'Produce',
        body: {
          acks: -1,
          timeoutMs: 5000,
          topicData: [
            { topicId: '{topicId}', partitionData: [{ index: 0, records: { batches: [{ records: [{}] }] } }] },
          ],
        },
      },
      { send: 'Metadata', body: { topics: [{ name: '{name}' }], allowAutoTopicCreation: false } },
    ],
  },
  {
    name: 'a deadline that has passed, with nothing to do and with something wrong',
    versions: [2, 7],
    steps: [
      { send: 'CreateTopics', body: { ...one({}), timeoutMs: 0 } },
      { send: 'CreateTopics', body: { ...one({}), timeoutMs: -1 } },
      { send: 'CreateTopics', body: { topics: [], timeoutMs: 0 } },
      { send: 'CreateTopics', body: { ...one({ name: 'a b' }), timeoutMs: 0 } },
    ],
  },
  {
    name: 'names of one request that collide only with each other, and then with what is there',
    steps: [
      {
        send: 'CreateTopics',
        body: {
          topics: ['{name}.x', '{name}_x'].map(name => ({ name, numPartitions: 1, replicationFactor: 1 })),
        },
      },
      { send: 'CreateTopics', body: one({ name: '{name}.x' }) },
    ],
  },
  {
    name: 'more partitions than one request may ask for, or write',
    steps: [
      { send: 'CreateTopics', body: one({ numPartitions: 10_001 }) },
      { send: 'CreateTopics', body: one({ numPartitions: 10_000 }) },
    ],
  },
])
