import type { Json, JsonObject } from '../../../support/reference-codec.ts'
import { script } from '../session.ts'

const newTopic = (fields: JsonObject = {}): JsonObject => ({
  topics: [{ name: '{name}', numPartitions: 1, replicationFactor: 1, ...fields }],
})

const resource = (resourceType: number, resourceName: string, configs: readonly JsonObject[]): JsonObject => ({
  resourceType,
  resourceName,
  configs,
})

const set = (name: string, value: Json): JsonObject => ({ name, configOperation: 0, value })
const one = (type: number, name: string, ...configs: readonly JsonObject[]): JsonObject => ({
  resources: [resource(type, name, configs)],
})
const described = (keys: readonly string[], resourceType = 2, resourceName = '{name}'): JsonObject => ({
  resources: [{ resourceType, resourceName, configurationKeys: keys }],
})
const zero = 'AAAAAAAAAAAAAAAAAAAAAA'

/** What is said to the controller's own listener. */
export const controllerScripts = [
  script('ApiVersions', [
    {
      name: 'every version is answered with the same table, as far as both serve it',
      versions: 'all',
      steps: [{ send: 'ApiVersions', body: { clientSoftwareName: 'judge', clientSoftwareVersion: '1.0' } }],
    },
    {
      name: 'an unknown version, and a malformed name',
      steps: [
        { framed: true, bytes: '00120005000000070000', readAs: ['ApiVersions', 0] },
        { send: 'ApiVersions', body: { clientSoftwareName: '-', clientSoftwareVersion: '1.0' } },
      ],
    },
  ]),
  script('DescribeCluster', [
    {
      name: 'the controllers',
      versions: [1, 2],
      steps: [
        { send: 'DescribeCluster', body: { endpointType: 2 } },
        { send: 'DescribeCluster', body: { endpointType: 2, includeClusterAuthorizedOperations: true } },
      ],
    },
    {
      name: 'a controller does not speak for brokers, nor for endpoints that do not exist',
      versions: 'all',
      steps: [{ send: 'DescribeCluster', body: {} }],
    },
    {
      name: 'endpoints that do not exist',
      versions: [1, 2],
      steps: [
        { send: 'DescribeCluster', body: { endpointType: 3 } },
        { send: 'DescribeCluster', body: { endpointType: 0 } },
      ],
    },
  ]),
  script('DescribeQuorum', [
    {
      name: 'a quorum of one, and what is none',
      versions: 'all',
      steps: [
        {
          send: 'DescribeQuorum',
          body: { topics: [{ topicName: '__cluster_metadata', partitions: [{ partitionIndex: 0 }] }] },
        },
        { send: 'DescribeQuorum', body: { topics: [{ topicName: 'x', partitions: [{ partitionIndex: 0 }] }] } },
      ],
    },
  ]),
  script('CreateTopics', [
    {
      name: 'a topic, the same again, and the metadata log itself',
      versions: 'all',
      steps: [
        { send: 'CreateTopics', body: newTopic({ numPartitions: 2 }) },
        { send: 'CreateTopics', body: newTopic() },
        { send: 'CreateTopics', body: newTopic({ name: '__cluster_metadata' }) },
        { send: 'CreateTopics', body: { ...newTopic({ name: '{name}-x' }), timeoutMs: 0 } },
      ],
    },
  ]),
  script('CreatePartitions', [
    {
      name: 'more partitions, and fewer',
      versions: 'all',
      steps: [
        { send: 'CreateTopics', body: newTopic(), quiet: true },
        {
          send: 'CreatePartitions',
          body: { topics: [{ name: '{name}', count: 3, assignments: null }], timeoutMs: 5000 },
        },
        {
          send: 'CreatePartitions',
          body: { topics: [{ name: '{name}', count: 2, assignments: null }], timeoutMs: 5000 },
        },
      ],
    },
  ]),
  script('DeleteTopics', [
    {
      name: 'a topic, and the same again',
      versions: 'all',
      steps: [
        { send: 'CreateTopics', body: newTopic(), quiet: true },
        {
          send: 'DeleteTopics',
          version: 5,
          body: { topicNames: ['{name}'], timeoutMs: 5000 },
        },
        { send: 'DeleteTopics', version: 5, body: { topicNames: ['{name}'], timeoutMs: 5000 } },
        {
          send: 'DeleteTopics',
          version: 6,
          body: { topics: [{ name: null, topicId: 'JEXY6aqzQY-32P5TStzaFg' }], timeoutMs: 5000 },
        },
      ],
    },
  ]),
  script('DescribeConfigs', [
    {
      name: 'of topics, brokers, loggers and what is not there',
      versions: 'all',
      steps: [
        { send: 'CreateTopics', body: newTopic({ configs: [{ name: 'retention.ms', value: '5' }] }), quiet: true },
        {
          send: 'DescribeConfigs',
          body: described(['retention.ms', 'segment.bytes']),
          until: { 'results.0.errorCode': 0 },
        },
        { send: 'DescribeConfigs', body: described(['retention.ms'], 2, '{name}-x') },
        { send: 'DescribeConfigs', body: described(['node.id', 'num.partitions'], 4, '1') },
        { send: 'DescribeConfigs', body: described(['num.partitions'], 4, '') },
        { send: 'DescribeConfigs', body: described(['num.partitions'], 4, '2') },
        { send: 'DescribeConfigs', body: described([], 8, '2') },
        { send: 'DescribeConfigs', body: described([], 16, '{name}') },
        { send: 'DescribeConfigs', body: described(['consumer.session.timeout.ms'], 32, '{name}') },
      ],
    },
  ]),
  script('IncrementalAlterConfigs', [
    {
      name: 'a topic and a group are altered',
      versions: 'all',
      steps: [
        { send: 'CreateTopics', body: newTopic(), quiet: true },
        { send: 'IncrementalAlterConfigs', body: one(2, '{name}', set('retention.ms', '1000')) },
        {
          send: 'DescribeConfigs',
          body: described(['retention.ms']),
          until: { 'results.0.configs.0.value': '1000' },
        },
        {
          send: 'IncrementalAlterConfigs',
          body: one(2, '{name}', { name: 'cleanup.policy', configOperation: 2, value: 'compact' }),
        },
        {
          send: 'IncrementalAlterConfigs',
          body: one(2, '{name}', { name: 'retention.ms', configOperation: 2, value: '1' }),
        },
        { send: 'IncrementalAlterConfigs', body: one(32, '{name}', set('consumer.session.timeout.ms', '50000')) },
        { send: 'IncrementalAlterConfigs', body: one(16, '{name}', set('interval.ms', '60000')) },
      ],
    },
    {
      name: 'brokers, of whose static configuration the controller knows nothing',
      steps: [
        { send: 'IncrementalAlterConfigs', body: one(4, '1', set('log.cleaner.threads', '1')) },
        {
          send: 'IncrementalAlterConfigs',
          body: one(4, '1', { name: 'log.cleaner.threads', configOperation: 1, value: null }),
        },
        { send: 'IncrementalAlterConfigs', body: one(4, '', set('log.retention.ms', '86400000')) },
        {
          send: 'IncrementalAlterConfigs',
          body: one(4, '', { name: 'log.retention.ms', configOperation: 1, value: null }),
        },
        { send: 'IncrementalAlterConfigs', body: one(4, '9', set('log.cleaner.threads', '1')) },
        { send: 'IncrementalAlterConfigs', body: one(4, 'one', set('log.cleaner.threads', '1')) },
        { send: 'IncrementalAlterConfigs', body: one(4, '-1', set('log.cleaner.threads', '1')) },
        { send: 'IncrementalAlterConfigs', body: one(4, '1', set('min.insync.replicas', '1')) },
        { send: 'IncrementalAlterConfigs', body: one(4, '1', set('cordoned.log.dirs', '/somewhere')) },
        { send: 'IncrementalAlterConfigs', body: one(4, '1', set('cordoned.log.dirs', '')) },
      ],
    },
    {
      name: 'what cannot be altered',
      steps: [
        { send: 'CreateTopics', body: newTopic(), quiet: true },
        { send: 'IncrementalAlterConfigs', body: one(2, '{name}', set('no.such.key', '1')) },
        { send: 'IncrementalAlterConfigs', body: one(2, '{name}', set('segment.bytes', '1')) },
        { send: 'IncrementalAlterConfigs', body: one(2, '{name}-x', set('segment.bytes', '2000000')) },
        { send: 'IncrementalAlterConfigs', body: one(2, '', set('segment.bytes', '2000000')) },
        { send: 'IncrementalAlterConfigs', body: one(3, 'x', set('a', 'b')) },
        { send: 'IncrementalAlterConfigs', body: one(0, 'x', set('a', 'b')) },
        { send: 'IncrementalAlterConfigs', body: one(8, '1', set('no.such.logger', 'LOUD')) },
        { send: 'IncrementalAlterConfigs', body: one(8, '2', set('root', 'INFO')) },
        { send: 'IncrementalAlterConfigs', body: { resources: [] } },
        {
          send: 'IncrementalAlterConfigs',
          body: {
            resources: [
              resource(2, '{name}', [set('retention.ms', '1')]),
              resource(2, '{name}', [set('retention.ms', '2')]),
            ],
          },
        },
        {
          send: 'IncrementalAlterConfigs',
          body: { ...one(2, '{name}', set('retention.ms', '7')), validateOnly: true },
        },
        { send: 'DescribeConfigs', body: described(['retention.ms']), until: { 'results.0.errorCode': 0 } },
      ],
    },
  ]),
  script('AlterConfigs', [
    {
      name: 'replaces every setting of a topic, and nothing else',
      versions: 'all',
      steps: [
        { send: 'CreateTopics', body: newTopic(), quiet: true },
        { send: 'AlterConfigs', body: one(2, '{name}', { name: 'segment.bytes', value: '2000000' }) },
        {
          send: 'DescribeConfigs',
          body: described(['segment.bytes']),
          until: { 'results.0.configs.0.value': '2000000' },
        },
        { send: 'AlterConfigs', body: one(2, '{name}', { name: 'segment.bytes', value: 'x' }) },
        { send: 'AlterConfigs', body: one(8, '1', { name: 'root', value: 'INFO' }) },
        { send: 'AlterConfigs', body: one(3, 'x', { name: 'a', value: 'b' }) },
        { send: 'AlterConfigs', body: one(4, '1', { name: 'cordoned.log.dirs', value: '/somewhere' }) },
        {
          send: 'AlterConfigs',
          body: { resources: [resource(2, '{name}', []), resource(2, '{name}', [])] },
        },
      ],
    },
  ]),
  script('AlterUserScramCredentials', [
    {
      name: 'a user who is not there, and one',
      steps: [
        { send: 'AlterUserScramCredentials', body: { deletions: [{ name: '{name}', mechanism: 1 }], upsertions: [] } },
        {
          send: 'AlterUserScramCredentials',
          body: {
            deletions: [],
            upsertions: [{ name: '{name}', mechanism: 1, iterations: 4096, salt: '61', saltedPassword: '6162' }],
          },
        },
      ],
    },
  ]),
  script('AllocateProducerIds', [
    {
      name: 'brokers that are not registered, or anew',
      steps: [
        { send: 'AllocateProducerIds', body: { brokerId: 9, brokerEpoch: 1 } },
        { send: 'AllocateProducerIds', body: { brokerId: 1, brokerEpoch: 123456 } },
      ],
    },
  ]),
  script('AssignReplicasToDirs', [
    {
      name: 'brokers that are not registered, or anew',
      steps: [
        { send: 'AssignReplicasToDirs', body: { brokerId: 9, brokerEpoch: 1, directories: [] } },
        {
          send: 'AssignReplicasToDirs',
          body: {
            brokerId: 1,
            brokerEpoch: 123456,
            directories: [{ id: zero, topics: [{ topicId: zero, partitions: [{ partitionIndex: 0 }] }] }],
          },
        },
      ],
    },
  ]),
  script(
    'Metadata',
    [{ name: 'what only brokers serve', steps: [{ send: 'Metadata', body: { topics: null }, patienceMs: 3000 }] }],
    'OnlyOfBrokers',
  ),
]
