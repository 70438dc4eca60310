import type { JsonObject } from '../../../support/reference-codec.ts'
import { script } from '../session.ts'
import { coordinator } from '../steps.ts'

const internal = '__consumer_offsets'

const one = (fields: JsonObject): JsonObject => ({ topics: [{ name: internal, ...fields }], timeoutMs: 10_000 })

export const internalTopics = script(
  'Metadata',
  [
    {
      name: 'metadata calls the offsets topic internal',
      versions: 'all',
      steps: [
        coordinator(),
        { send: 'Metadata', body: { topics: [{ name: internal }], allowAutoTopicCreation: false } },
      ],
    },
    {
      name: 'it is described like any other topic',
      steps: [
        coordinator(),
        { send: 'DescribeTopicPartitions', body: { topics: [{ name: internal }] } },
        {
          send: 'DescribeConfigs',
          body: {
            resources: [
              {
                resourceType: 2,
                resourceName: internal,
                configurationKeys: ['cleanup.policy', 'segment.bytes', 'compression.type', 'retention.ms'],
              },
            ],
            includeSynonyms: true,
          },
        },
        {
          send: 'ListOffsets',
          body: { replicaId: -1, topics: [{ name: internal, partitions: [{ partitionIndex: 0, timestamp: -2 }] }] },
        },
        {
          send: 'OffsetForLeaderEpoch',
          body: { replicaId: -1, topics: [{ topic: internal, partitions: [{ partition: 9, leaderEpoch: 0 }] }] },
        },
      ],
    },
    {
      name: 'it cannot be created a second time, nor its partitions be placed wrongly',
      steps: [
        coordinator(),
        { send: 'CreateTopics', body: one({ numPartitions: 1, replicationFactor: 1 }) },
        { send: 'CreatePartitions', body: one({ count: 1, assignments: null }) },
        { send: 'CreatePartitions', body: { ...one({ count: 2, assignments: null }), validateOnly: true } },
        {
          send: 'IncrementalAlterConfigs',
          body: {
            resources: [
              {
                resourceType: 2,
                resourceName: internal,
                configs: [{ name: 'cleanup.policy', configOperation: 0, value: 'shred' }],
              },
            ],
          },
        },
      ],
    },
    {
      name: 'the metadata log is no topic of the broker',
      versions: [4, 13],
      steps: [
        { send: 'Metadata', body: { topics: [{ name: '__cluster_metadata' }], allowAutoTopicCreation: false } },
        { send: 'Metadata', body: { topics: [{ name: '__cluster_metadata' }] } },
        {
          send: 'Fetch',
          version: 12,
          body: {
            maxWaitMs: 0,
            minBytes: 0,
            topics: [
              { topic: '__cluster_metadata', partitions: [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1000 }] },
            ],
          },
        },
        { send: 'DeleteTopics', body: { topics: [{ name: '__cluster_metadata' }], timeoutMs: 10_000 } },
      ],
    },
    {
      name: 'a name that would collide is not created on the way',
      steps: [
        {
          send: 'CreateTopics',
          quiet: true,
          body: {
            topics: [{ name: 'collides.with_{name}', numPartitions: 1, replicationFactor: 1 }],
            timeoutMs: 10_000,
          },
        },
        { send: 'Metadata', body: { topics: [{ name: 'collides_with.{name}' }] } },
        { send: 'Metadata', body: { topics: [{ name: 'collides_with.{name}' }] } },
      ],
    },
  ],
  'InternalTopics',
)
