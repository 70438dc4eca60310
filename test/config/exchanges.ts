/** Requests whose answers must be Kafka's, in order: each builds on what those before it have changed. */
export interface Exchange {
  readonly says: string
  readonly api: 'DescribeConfigs' | 'AlterConfigs' | 'IncrementalAlterConfigs' | 'ListConfigResources'
  readonly version: number
  readonly body: object
}

const TOPIC = 2
const BROKER = 4
const LOGGER = 8
const METRICS = 16
const GROUP = 32

const SET = 0
const DELETE = 1
const APPEND = 2
const SUBTRACT = 3

type Operation = readonly [key: string, operation: number, value: string | null]

function resource(resourceType: number, resourceName: string, operations: readonly Operation[]) {
  const configs = operations.map(([name, configOperation, value]) => ({ name, configOperation, value }))
  return { resourceType, resourceName, configs }
}

function alter(says: string, type: number, name: string, ...operations: readonly Operation[]): Exchange {
  const body = { resources: [resource(type, name, operations)], validateOnly: false }
  return { says, api: 'IncrementalAlterConfigs', version: 1, body }
}

function set(says: string, type: number, name: string, key: string, value: string | null): Exchange {
  return alter(says, type, name, [key, SET, value])
}

function legacy(says: string, type: number, name: string, configs: Readonly<Record<string, string | null>>): Exchange {
  const resources = [
    {
      resourceType: type,
      resourceName: name,
      configs: Object.entries(configs).map(([key, value]) => ({ name: key, value })),
    },
  ]
  return { says, api: 'AlterConfigs', version: 2, body: { resources, validateOnly: false } }
}

function describe(
  says: string,
  type: number,
  name: string,
  keys: readonly string[] | null = null,
  version = 4,
): Exchange {
  const body = {
    resources: [{ resourceType: type, resourceName: name, configurationKeys: keys }],
    includeSynonyms: true,
    ...(version >= 3 ? { includeDocumentation: false } : {}),
  }
  return { says, api: 'DescribeConfigs', version, body }
}

const badTopicValues: readonly (readonly [key: string, value: string])[] = [
  ['retention.ms', 'soon'],
  ['retention.ms', '-2'],
  ['retention.ms', '9223372036854775808'],
  ['retention.ms', ''],
  ['retention.ms', '1.5'],
  ['segment.bytes', '1048575'],
  ['segment.bytes', '2147483648'],
  ['segment.ms', '0'],
  ['segment.index.bytes', '3'],
  ['cleanup.policy', 'shred'],
  ['cleanup.policy', 'compact,,delete'],
  ['compression.type', 'brotli'],
  ['compression.gzip.level', '0'],
  ['compression.gzip.level', '10'],
  ['compression.lz4.level', '18'],
  ['compression.zstd.level', '23'],
  ['message.timestamp.type', 'createtime'],
  ['min.cleanable.dirty.ratio', '1.1'],
  ['min.cleanable.dirty.ratio', '2'],
  ['min.cleanable.dirty.ratio', '-0.5'],
  ['min.cleanable.dirty.ratio', 'half'],
  ['min.insync.replicas', '0'],
  ['preallocate', 'yes'],
  ['unclean.leader.election.enable', '1'],
  ['max.message.bytes', '-1'],
  ['flush.messages', '0'],
  ['flush.ms', '-1'],
  ['min.compaction.lag.ms', '-1'],
  ['max.compaction.lag.ms', '0'],
  ['leader.replication.throttled.replicas', '1-2'],
  ['follower.replication.throttled.replicas', '*,1:1'],
  ['remote.storage.enable', 'true'],
  ['local.retention.ms', '-3'],
  ['no.such.key', 'x'],
  ['internal.segment.bytes', 'many'],
  ['delete.retention.ms', '-1'],
  ['file.delete.delay.ms', '-1'],
  ['index.interval.bytes', '-1'],
  ['message.timestamp.before.max.ms', '-1'],
  ['segment.jitter.ms', '-1'],
]

const badGroupValues: readonly (readonly [key: string, value: string])[] = [
  ['consumer.session.timeout.ms', '1'],
  ['consumer.session.timeout.ms', '60001'],
  ['consumer.session.timeout.ms', '0'],
  ['consumer.heartbeat.interval.ms', '4999'],
  ['consumer.heartbeat.interval.ms', '15001'],
  ['consumer.assignment.interval.ms', '15001'],
  ['consumer.assignment.interval.ms', '-1'],
  ['share.session.timeout.ms', '44999'],
  ['share.heartbeat.interval.ms', '15001'],
  ['share.record.lock.duration.ms', '60001'],
  ['share.record.lock.duration.ms', '999'],
  ['share.delivery.count.limit', '11'],
  ['share.partition.max.record.locks', '99'],
  ['share.partition.max.record.locks', '4001'],
  ['share.auto.offset.reset', 'none'],
  ['share.auto.offset.reset', 'by_duration:-PT1S'],
  ['share.auto.offset.reset', 'by_duration:P'],
  ['share.isolation.level', 'READ_COMMITTED'],
  ['share.renew.acknowledge.enable', 'maybe'],
  ['streams.num.standby.replicas', '3'],
  ['streams.session.timeout.ms', '44999'],
  ['streams.initial.rebalance.delay.ms', '-1'],
  ['group.consumer.session.timeout.ms', '45000'],
]

const goodGroupValues: readonly (readonly [key: string, value: string])[] = [
  ['consumer.session.timeout.ms', '50000'],
  ['share.auto.offset.reset', 'by_duration:PT1H30M'],
  ['share.isolation.level', 'read_committed'],
  ['streams.num.standby.replicas', '2'],
  ['consumer.assignment.interval.ms', '0'],
]

const badBrokerValues: readonly (readonly [key: string, value: string])[] = [
  ['node.id', '2'],
  ['broker.id', '2'],
  ['auto.create.topics.enable', 'false'],
  ['log.retention.hours', '1'],
  ['log.retention.ms', 'soon'],
  ['log.retention.ms', '0'],
  ['log.segment.bytes', '1'],
  ['num.io.threads', '0'],
  ['num.io.threads', '1'],
  ['num.io.threads', '17'],
  ['num.network.threads', '7'],
  ['num.recovery.threads.per.data.dir', '5'],
  ['background.threads', '4'],
  ['num.replica.fetchers', '3'],
  ['log.cleaner.threads', '3'],
  ['log.cleaner.dedupe.buffer.size', '1000'],
  ['log.cleaner.io.buffer.load.factor', 'full'],
  ['compression.type', 'brotli'],
  ['max.connections', '-1'],
  ['max.connections.per.ip.overrides', 'localhost'],
  ['max.connections.per.ip', '0'],
  ['message.max.bytes', '-1'],
  ['unclean.leader.election.enable', 'perhaps'],
  ['log.local.retention.ms', '-3'],
  ['cordoned.log.dirs', '/no/such/directory'],
  ['ssl.keystore.location', '/tmp/keystore'],
  ['min.insync.replicas', '0'],
  ['producer.id.expiration.ms', '0'],
  ['remote.log.reader.threads', '100'],
  ['remote.fetch.max.wait.ms', '0'],
  ['leader.replication.throttled.rate', '-1'],
  ['group.consumer.assignment.interval.ms', '15001'],
  ['listeners', 'PLAINTEXT://localhost'],
]

export const exchanges: readonly Exchange[] = [
  describe('a topic with its synonyms', TOPIC, 'plain'),
  describe('a topic with overrides', TOPIC, 'tuned'),
  describe('a topic in the first version', TOPIC, 'tuned', null, 1),
  describe('some keys of a topic', TOPIC, 'tuned', ['retention.ms', 'no.such.key', 'cleanup.policy']),
  describe('no keys of a topic, which means all', TOPIC, 'tuned', []),
  describe('a topic there is not', TOPIC, 'absent'),
  describe('a topic no cluster can have', TOPIC, 'not/a/topic'),
  describe('a topic without a name', TOPIC, ''),
  describe('the broker', BROKER, '1'),
  describe('the broker in version 2', BROKER, '1', null, 2),
  describe('some keys of the broker', BROKER, '1', ['log.retention.ms', 'log.retention.hours', 'listeners']),
  describe('the defaults of all brokers', BROKER, ''),
  describe('another broker', BROKER, '7'),
  describe('a broker that is no number', BROKER, 'one'),
  describe('a group without configs', GROUP, 'fresh'),
  describe('a group without a name', GROUP, ''),
  describe('a client metrics subscription there is not', METRICS, 'absent'),
  describe('a subscription without a name', METRICS, ''),
  describe('loggers without a broker', LOGGER, ''),
  describe('loggers of another broker', LOGGER, '7'),
  describe('loggers of a broker that is no number', LOGGER, 'one'),
  describe('a resource type there is not', 3, 'x'),
  { says: 'nothing', api: 'DescribeConfigs', version: 4, body: { resources: [] } },

  ...badTopicValues.map(([key, value]) => set(`topic ${key}=${value}`, TOPIC, 'plain', key, value)),
  ...badGroupValues.map(([key, value]) => set(`group ${key}=${value}`, GROUP, 'g', key, value)),
  ...badBrokerValues.map(([key, value]) => set(`broker ${key}=${value}`, BROKER, '1', key, value)),
  ...badBrokerValues.map(([key, value]) => set(`all brokers ${key}=${value}`, BROKER, '', key, value)),

  set('a topic there is not', TOPIC, 'absent', 'retention.ms', '1000'),
  set('a bad value for a topic there is not', TOPIC, 'absent', 'retention.ms', 'soon'),
  set('a topic no cluster can have', TOPIC, 'not/a/topic', 'retention.ms', '1000'),
  set('the default topic', TOPIC, '', 'retention.ms', '1000'),
  set('the default group', GROUP, '', 'consumer.session.timeout.ms', '50000'),
  set('a value of null', TOPIC, 'plain', 'retention.ms', null),
  set('a resource type there is not', 3, 'x', 'retention.ms', '1'),
  set('a broker that is no number', BROKER, 'one', 'log.retention.ms', '1'),
  set('another broker', BROKER, '7', 'log.retention.ms', '1'),
  alter('a key twice', TOPIC, 'plain', ['retention.ms', SET, '1'], ['retention.ms', SET, '2']),
  alter('an operation there is not', TOPIC, 'plain', ['retention.ms', 9, '1']),
  alter('an operation there is not on a broker', BROKER, '1', ['log.retention.ms', 9, '1']),
  alter('append to what is no list', TOPIC, 'plain', ['retention.ms', APPEND, '1']),
  alter('subtract from what is no list', BROKER, '1', ['log.retention.ms', SUBTRACT, '1']),
  alter('append to a broker key there is not', BROKER, '1', ['no.such.key', APPEND, '1']),
  alter('append to a group key', GROUP, 'g', ['share.auto.offset.reset', APPEND, 'latest']),
  set('a broker key there is not', BROKER, '1', 'no.such.key', 'x'),
  describe('the broker key there is not', BROKER, '1', ['no.such.key']),
  alter('the broker key away again', BROKER, '1', ['no.such.key', DELETE, null]),
  alter('delete what is not set', TOPIC, 'plain', ['retention.ms', DELETE, null]),
  alter('nothing of a topic', TOPIC, 'plain'),
  {
    says: 'one resource twice',
    api: 'IncrementalAlterConfigs',
    version: 1,
    body: {
      resources: [
        resource(TOPIC, 'plain', [['retention.ms', SET, '1']]),
        resource(TOPIC, 'tuned', [['retention.ms', SET, '1000']]),
        resource(TOPIC, 'plain', [['retention.ms', SET, '2']]),
      ],
      validateOnly: false,
    },
  },
  {
    says: 'good and bad resources at once',
    api: 'IncrementalAlterConfigs',
    version: 0,
    body: {
      resources: [
        resource(TOPIC, 'plain', [['flush.ms', SET, '2000']]),
        resource(BROKER, '7', [['log.retention.ms', SET, '1']]),
        resource(GROUP, 'g', [['consumer.session.timeout.ms', SET, '1']]),
        resource(TOPIC, 'tuned', [['flush.ms', SET, 'never']]),
      ],
      validateOnly: false,
    },
  },
  {
    says: 'a change that is only to be judged',
    api: 'IncrementalAlterConfigs',
    version: 1,
    body: { resources: [resource(TOPIC, 'plain', [['retention.ms', SET, '7777']])], validateOnly: true },
  },
  describe('the topic after it', TOPIC, 'plain'),

  alter('append to a list', TOPIC, 'plain', ['cleanup.policy', APPEND, 'compact']),
  alter('append what is there', TOPIC, 'plain', ['cleanup.policy', APPEND, 'compact,delete']),
  describe('the list', TOPIC, 'plain', ['cleanup.policy']),
  alter('subtract from a list', TOPIC, 'plain', ['cleanup.policy', SUBTRACT, 'delete']),
  describe('what is left', TOPIC, 'plain', ['cleanup.policy']),
  alter('subtract all of it', TOPIC, 'plain', ['cleanup.policy', SUBTRACT, 'compact']),
  describe('nothing is left', TOPIC, 'plain', ['cleanup.policy']),
  alter(
    'values with blanks and signs',
    TOPIC,
    'plain',
    ['retention.ms', SET, ' +0100 '],
    ['cleanup.policy', SET, ' compact , delete '],
  ),
  describe('values with blanks and signs', TOPIC, 'plain', ['retention.ms', 'cleanup.policy']),
  alter(
    'a conflict of two keys',
    TOPIC,
    'plain',
    ['min.compaction.lag.ms', SET, '9223372036854775807'],
    ['max.compaction.lag.ms', SET, '9223372036854775806'],
  ),
  set('the longest long', TOPIC, 'plain', 'min.compaction.lag.ms', '9223372036854775807'),
  set('an internal key', TOPIC, 'plain', 'internal.segment.bytes', '5000'),
  set('a ratio', TOPIC, 'plain', 'min.cleanable.dirty.ratio', '1'),
  describe('exact and internal values', TOPIC, 'plain', [
    'min.compaction.lag.ms',
    'internal.segment.bytes',
    'min.cleanable.dirty.ratio',
  ]),
  describe('all of it', TOPIC, 'plain'),
  legacy('replace all of it', TOPIC, 'plain', { 'segment.ms': '5000' }),
  describe('what replaced it', TOPIC, 'plain'),
  legacy('a bad replacement', TOPIC, 'plain', { 'segment.ms': '0' }),
  legacy('a replacement by null', TOPIC, 'plain', { 'segment.ms': null }),
  legacy('loggers the old way', LOGGER, '1', { root: 'DEBUG' }),
  legacy('a read-only key the old way', BROKER, '1', { 'node.id': '3' }),

  set('retention of this broker', BROKER, '1', 'log.retention.ms', '86400000'),
  set('retention of all brokers', BROKER, '', 'log.retention.ms', '172800000'),
  set('a listener of its own', BROKER, '1', 'listener.name.plaintext.ssl.keystore.type', 'PKCS12'),
  set('a password', BROKER, '1', 'listener.name.plaintext.ssl.key.password', 'secret'),
  set('a throttle', BROKER, '', 'leader.replication.throttled.rate', '1000000'),
  set('threads of all brokers', BROKER, '', 'num.io.threads', '10'),
  set('a per-broker key of all brokers', BROKER, '', 'listener.name.plaintext.ssl.keystore.type', 'JKS'),
  set('min.insync.replicas of one broker', BROKER, '1', 'min.insync.replicas', '1'),
  set('min.insync.replicas of all brokers', BROKER, '', 'min.insync.replicas', '2'),
  alter('min.insync.replicas of all brokers away', BROKER, '', ['min.insync.replicas', DELETE, null]),
  describe('the broker after all this', BROKER, '1'),
  describe('the defaults after all this', BROKER, ''),
  describe('a topic after all this', TOPIC, 'tuned'),
  alter('retention of this broker away', BROKER, '1', ['log.retention.ms', DELETE, null]),
  describe('its retention', BROKER, '1', ['log.retention.ms', 'log.retention.hours', 'log.retention.minutes']),
  legacy('all brokers without configs', BROKER, '', {}),
  legacy('all brokers with what cannot go', BROKER, '', { 'min.insync.replicas': '1' }),
  describe('the defaults at the end', BROKER, ''),

  ...goodGroupValues.map(([key, value]) => set(`group ${key}=${value}`, GROUP, 'g', key, value)),
  alter(
    'sessions shorter than heartbeats',
    GROUP,
    'g',
    ['streams.heartbeat.interval.ms', SET, '15000'],
    ['streams.session.timeout.ms', SET, '15000'],
  ),
  describe('the group', GROUP, 'g'),
  describe('the group in version 3', GROUP, 'g', ['consumer.session.timeout.ms', 'share.auto.offset.reset'], 3),

  set('a subscription', METRICS, 'sub', 'interval.ms', '99'),
  set('a subscription', METRICS, 'sub', 'interval.ms', 'often'),
  set('a subscription', METRICS, 'sub', 'match', 'client_id'),
  set('a subscription', METRICS, 'sub', 'match', 'colour=red'),
  set('a subscription', METRICS, 'sub', 'match', 'client_id=('),
  set('a subscription', METRICS, 'sub', 'no.such.key', '1'),
  set('a subscription without a name', METRICS, '', 'interval.ms', '1000'),
  alter(
    'a good subscription',
    METRICS,
    'sub',
    ['interval.ms', SET, '1000'],
    ['match', SET, 'client_id=a.*,client_software_name=x'],
    ['metrics', SET, '*'],
  ),
  describe('the subscription', METRICS, 'sub'),

  alter('a level there is not', LOGGER, '1', ['root', SET, 'LOUD']),
  alter('a logger there is not', LOGGER, '1', ['no.such.logger', SET, 'INFO']),
  alter('root without a level', LOGGER, '1', ['root', DELETE, null]),
  alter('append to a logger', LOGGER, '1', ['root', APPEND, 'INFO']),
  alter('subtract from a logger', LOGGER, '1', ['root', SUBTRACT, 'INFO']),
  alter('an operation there is not on a logger', LOGGER, '1', ['root', 7, 'INFO']),
  alter('a logger of another broker', LOGGER, '2', ['root', SET, 'INFO']),
  alter('a logger of a broker that is no number', LOGGER, 'x', ['root', SET, 'INFO']),
  alter('a good level', LOGGER, '1', ['root', SET, 'ERROR']),

  { says: 'all resources', api: 'ListConfigResources', version: 1, body: { resourceTypes: [] } },
  {
    says: 'groups and subscriptions',
    api: 'ListConfigResources',
    version: 1,
    body: { resourceTypes: [GROUP, METRICS] },
  },
  { says: 'brokers', api: 'ListConfigResources', version: 1, body: { resourceTypes: [BROKER, LOGGER] } },
  { says: 'a type there is not', api: 'ListConfigResources', version: 1, body: { resourceTypes: [TOPIC, 3] } },
  { says: 'what version 0 lists', api: 'ListConfigResources', version: 0, body: {} },
]
