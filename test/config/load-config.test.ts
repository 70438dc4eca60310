import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { brokerKeys } from '../../src/config/broker-keys.ts'
import { checkSupported } from '../../src/config/check-supported.ts'
import { ConfigError } from '../../src/config/config-error.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { skipWithout } from '../support/require.ts'
import { askKafka } from './config-judge.ts'

const combined = {
  'process.roles': 'broker,controller',
  'node.id': '1',
  'controller.quorum.voters': '1@localhost:9093',
  listeners: 'PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093',
  'controller.listener.names': 'CONTROLLER',
}

const brokerOnly = {
  'process.roles': 'broker',
  'node.id': '2',
  'controller.quorum.voters': '1@localhost:9093',
  listeners: 'PLAINTEXT://localhost:9092',
  'controller.listener.names': 'CONTROLLER',
}

const controllerOnly = {
  'process.roles': 'controller',
  'node.id': '1',
  'controller.quorum.voters': '1@localhost:9093',
  listeners: 'CONTROLLER://localhost:9093',
  'controller.listener.names': 'CONTROLLER',
}

type Given = Readonly<Record<string, string>>

/** Whether a node starts with these, in Kafka and in Ottla. */
const configurations: readonly Given[] = [
  combined,
  brokerOnly,
  controllerOnly,
  { ...combined, 'node.id': '2' },
  { ...combined, 'broker.id': '2' },
  { ...combined, 'broker.id': '1' },
  { ...combined, 'process.roles': 'broker,observer' },
  { ...combined, 'process.roles': '' },
  { ...combined, 'process.roles': 'broker,broker,controller' },
  { ...combined, 'node.id': 'one' },
  { ...combined, 'controller.listener.names': 'CONTROLLER,OTHER' },
  { ...combined, 'controller.listener.names': '' },
  { ...combined, 'controller.quorum.voters': '' },
  { ...combined, 'controller.quorum.voters': '1@localhost' },
  { ...combined, 'controller.quorum.voters': 'x@localhost:1' },
  { ...combined, 'controller.quorum.voters': '1@local host:1' },
  { ...combined, 'controller.quorum.voters': '1@[::1]:9093' },
  { ...combined, 'controller.quorum.voters': '2@localhost:9093' },
  { ...combined, 'controller.quorum.voters': '', 'controller.quorum.bootstrap.servers': 'localhost:9093' },
  { ...combined, 'controller.quorum.voters': '', 'controller.quorum.bootstrap.servers': 'localhost' },
  { ...combined, listeners: 'PLAINTEXT://localhost:9092' },
  { ...combined, listeners: 'CONTROLLER://localhost:9093' },
  { ...combined, listeners: 'PLAINTEXT://localhost:9092,CONTROLLER://localhost:9092' },
  { ...combined, listeners: 'PLAINTEXT://:9092,CONTROLLER://:9092' },
  { ...combined, listeners: 'PLAINTEXT://:0,CONTROLLER://:0' },
  { ...combined, listeners: 'PLAINTEXT://127.0.0.1:9092,CONTROLLER://[::1]:9092' },
  { ...combined, listeners: 'PLAINTEXT://127.0.0.1:9092,CONTROLLER://127.0.0.2:9092' },
  { ...combined, listeners: 'PLAINTEXT://localhost:9092,PLAINTEXT://localhost:9094,CONTROLLER://localhost:9093' },
  { ...combined, listeners: 'plaintext://localhost:9092,controller://localhost:9093' },
  { ...combined, listeners: 'EXTERNAL://localhost:9092,CONTROLLER://localhost:9093' },
  { ...combined, listeners: 'PLAINTEXT//localhost:9092' },
  { ...combined, listeners: 'PLAINTEXT://localhost:port,CONTROLLER://localhost:9093' },
  { ...combined, listeners: '' },
  { ...combined, 'advertised.listeners': 'PLAINTEXT://example.org:19092' },
  { ...combined, 'advertised.listeners': 'PLAINTEXT://0.0.0.0:19092' },
  { ...combined, 'advertised.listeners': 'SSL://example.org:19092' },
  { ...combined, 'advertised.listeners': 'PLAINTEXT://example.org:19092,SSL://example.org:19093' },
  { ...combined, 'advertised.listeners': 'CONTROLLER://example.org:19092' },
  { ...combined, 'advertised.listeners': '' },
  {
    ...combined,
    listeners: 'PLAINTEXT://0.0.0.0:9092,CONTROLLER://0.0.0.0:9093',
    'advertised.listeners': 'PLAINTEXT://h:1',
  },
  { ...combined, 'inter.broker.listener.name': 'PLAINTEXT' },
  { ...combined, 'inter.broker.listener.name': 'OTHER' },
  { ...combined, 'inter.broker.listener.name': 'SSL' },
  { ...combined, 'inter.broker.listener.name': 'PLAINTEXT', 'security.inter.broker.protocol': 'PLAINTEXT' },
  { ...combined, 'security.inter.broker.protocol': 'SSL' },
  { ...combined, 'security.inter.broker.protocol': 'QUIC' },
  { ...combined, 'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT' },
  { ...combined, 'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT' },
  { ...combined, 'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:QUIC' },
  { ...combined, 'listener.security.protocol.map': 'PLAINTEXT' },
  {
    ...combined,
    listeners: 'IN://localhost:9092,OUT://localhost:9094,CONTROLLER://localhost:9093',
    'listener.security.protocol.map': 'IN:PLAINTEXT,OUT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name': 'in',
  },
  {
    ...combined,
    listeners: 'SSL://localhost:9092,CONTROLLER://localhost:9093',
    'security.inter.broker.protocol': 'SSL',
  },
  { ...combined, 'log.roll.ms': '0' },
  { ...combined, 'log.roll.hours': '0' },
  { ...combined, 'log.roll.jitter.ms': '-1' },
  { ...combined, 'log.retention.ms': '0' },
  { ...combined, 'log.retention.ms': '-5' },
  { ...combined, 'log.retention.hours': '0' },
  { ...combined, 'log.retention.minutes': '0' },
  { ...combined, 'log.retention.hours': '-1' },
  { ...combined, 'log.dirs': '' },
  { ...combined, 'log.dirs': '/a,/b,/a' },
  { ...combined, 'log.dir': '' },
  { ...combined, 'log.dirs': '/a,,/b' },
  { ...combined, 'log.cleaner.dedupe.buffer.size': '1048576' },
  { ...combined, 'log.cleaner.dedupe.buffer.size': '2097152', 'log.cleaner.threads': '2' },
  { ...combined, 'log.cleaner.threads': '0' },
  { ...combined, 'log.segment.bytes': '14' },
  { ...combined, 'log.message.timestamp.type': 'Sometime' },
  { ...combined, 'replica.fetch.wait.max.ms': '30001' },
  { ...combined, 'replica.fetch.wait.max.ms': '600', 'replica.lag.time.max.ms': '599' },
  { ...combined, 'broker.heartbeat.interval.ms': '5000' },
  { ...combined, 'queued.max.request.bytes': '1000' },
  { ...combined, 'queued.max.request.bytes': '0' },
  { ...combined, 'max.connections.per.ip': '0' },
  { ...combined, 'max.connections.per.ip': '0', 'max.connections.per.ip.overrides': 'localhost:5' },
  { ...combined, 'max.connections.per.ip.overrides': 'local host:5' },
  { ...combined, 'max.connections.per.ip.overrides': '127.0.0.1:5,::1:6' },
  { ...combined, 'max.connections.per.ip.overrides': 'localhost:many' },
  { ...combined, 'connections.max.idle.ms': '100' },
  { ...combined, 'connections.max.idle.ms': '-1' },
  { ...combined, 'socket.request.max.bytes': '0' },
  { ...combined, 'num.partitions': '0' },
  { ...combined, 'num.partitions': '2147483648' },
  { ...combined, 'auto.create.topics.enable': 'yes' },
  { ...combined, 'compression.type': 'none' },
  { ...combined, 'group.coordinator.rebalance.protocols': 'consumer' },
  { ...combined, 'group.coordinator.rebalance.protocols': 'classic,other' },
  { ...combined, 'group.coordinator.rebalance.protocols': 'classic,consumer,share' },
  { ...combined, 'group.consumer.heartbeat.interval.ms': '4000' },
  { ...combined, 'group.consumer.session.timeout.ms': '70000' },
  { ...combined, 'group.consumer.max.session.timeout.ms': '1000' },
  { ...combined, 'group.share.assignors': 'simple,other' },
  { ...combined, 'group.share.max.size': '1000', 'group.share.max.share.sessions': '999' },
  { ...combined, 'group.share.delivery.count.limit': '10', 'group.share.max.delivery.count.limit': '9' },
  { ...combined, 'group.streams.num.standby.replicas': '3' },
  { ...combined, 'group.consumer.migration.policy': 'Upgrade' },
  { ...combined, 'group.consumer.migration.policy': 'never' },
  { ...combined, 'offsets.topic.replication.factor': '0' },
  { ...combined, 'offsets.topic.replication.factor': '32768' },
  { ...combined, 'cordoned.log.dirs': '/nowhere' },
  { ...combined, 'cordoned.log.dirs': '*' },
  { ...combined, 'cordoned.log.dirs': '*,/a' },
  { ...combined, 'early.start.listeners': 'CONTROLLER' },
  { ...combined, 'early.start.listeners': 'NOWHERE' },
  { ...combined, 'no.such.key': 'x' },
  { ...combined, 'zookeeper.connect': 'localhost:2181' },
  { ...brokerOnly, 'node.id': '1' },
  { ...brokerOnly, 'controller.listener.names': '' },
  { ...brokerOnly, listeners: 'PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093' },
  { ...brokerOnly, 'controller.quorum.auto.join.enable': 'true' },
  { ...brokerOnly, 'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT' },
  { ...brokerOnly, 'controller.listener.names': 'SSL' },
  { ...brokerOnly, 'controller.quorum.voters': '', 'controller.quorum.bootstrap.servers': 'localhost:9093' },
  { ...controllerOnly, listeners: 'PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093' },
  { ...controllerOnly, 'inter.broker.listener.name': 'CONTROLLER' },
  { ...controllerOnly, 'advertised.listeners': 'CONTROLLER://h:1' },
  { ...controllerOnly, 'node.id': '3' },
]

test('a node starts with a configuration exactly where Kafka does', { skip: skipWithout('java') }, async () => {
  const verdicts = await askKafka(configurations.map(properties => ({ ask: 'load', properties })))
  const disagreements = configurations.flatMap((properties, index) => {
    const theirs = verdicts[index]!.error
    const ours = refusalOf(properties)
    return (theirs === undefined) === (ours === undefined) ? [] : [{ properties, theirs, ours }]
  })
  assert.deepEqual(disagreements, [])
})

test('a listener on every interface needs no advertised address, which Kafka asks for: each client is told its own', () => {
  const listeners = (host: string) => ({
    ...combined,
    listeners: `PLAINTEXT://${host}:9092,CONTROLLER://localhost:9093`,
  })
  assert.equal(refusalOf(listeners('0.0.0.0')), undefined)
  assert.equal(refusalOf(listeners('')), undefined)
  const advertised = { 'advertised.listeners': 'PLAINTEXT://0.0.0.0:9092' }
  assert.match(refusalOf({ ...listeners('0.0.0.0'), ...advertised }) ?? '', /nonroutable meta-address/)
})

function refusalOf(given: Given): string | undefined {
  try {
    loadConfig(new Map(Object.entries(given)))
    return undefined
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error))
    return error.message
  }
}

describe('a node without any configuration', () => {
  const { config, warnings } = loadConfig(new Map())

  test('is a cluster by itself on localhost, storing in ottla-data', () => {
    assert.equal(config.get('node.id'), 1)
    assert.equal(config.get('broker.id'), 1)
    assert.deepEqual(config.get('process.roles'), ['broker', 'controller'])
    assert.deepEqual(config.listeners.brokerListeners, [
      { name: 'PLAINTEXT', securityProtocol: 'PLAINTEXT', host: 'localhost', port: 9092 },
    ])
    assert.deepEqual(config.logDirs, ['./ottla-data'])
    assert.equal(config.metadataLogDir, './ottla-data')
    assert.ok(config.isOwnQuorum)
  })

  test('makes internal topics of one replica', () => {
    assert.equal(config.get('offsets.topic.replication.factor'), 1)
    assert.equal(config.get('transaction.state.log.replication.factor'), 1)
    assert.equal(config.get('transaction.state.log.min.isr'), 1)
    assert.equal(config.get('share.coordinator.state.topic.replication.factor'), 1)
    assert.equal(config.get('share.coordinator.state.topic.min.isr'), 1)
  })

  test('warns of nothing', () => {
    assert.deepEqual(warnings, [])
  })
})

describe('defaults of its own', () => {
  test('give way to what is set, literally', () => {
    const { config } = loadConfig(
      new Map([
        ['offsets.topic.replication.factor', '3'],
        ['log.dir', '/data'],
        ['broker.id', '5'],
      ]),
    )
    assert.equal(config.get('offsets.topic.replication.factor'), 3)
    assert.deepEqual(config.logDirs, ['/data'])
    assert.deepEqual([config.get('node.id'), config.get('broker.id')], [5, 5])
  })

  test('do not lower the factors of a node that is one voter of several', () => {
    const voters = '1@localhost:9093,2@localhost:9094,3@localhost:9095'
    const { config } = loadConfig(new Map(Object.entries({ ...combined, 'controller.quorum.voters': voters })))
    assert.equal(config.isOwnQuorum, false)
    assert.equal(config.get('offsets.topic.replication.factor'), 3)
    assert.equal(config.get('transaction.state.log.min.isr'), 2)
  })

  test('hold for a node that is configured as its own whole quorum', () => {
    const { config } = loadConfig(new Map(Object.entries(combined)))
    assert.ok(config.isOwnQuorum)
    assert.equal(config.get('offsets.topic.replication.factor'), 1)
  })
})

describe('a start', () => {
  test('is stopped by a bad value, naming key, value and what was expected', () => {
    assert.throws(() => loadConfig(new Map([['num.partitions', '0']])), {
      message: 'Invalid value 0 for configuration num.partitions: Value must be at least 1',
    })
    assert.throws(() => loadConfig(new Map([['socket.request.max.bytes', '100 MB']])), {
      message: 'Invalid value 100 MB for configuration socket.request.max.bytes: Not a number of type INT',
    })
    assert.throws(() => loadConfig(new Map([['listeners', 'PLAINTEXT//localhost:9092']])), {
      message:
        'Invalid value PLAINTEXT//localhost:9092 for configuration listeners: Unable to parse PLAINTEXT//localhost:9092 to a broker endpoint, expected NAME://host:port',
    })
  })

  test('is stopped by keys that contradict each other, naming what they were given', () => {
    const given = { 'queued.max.request.bytes': '1000', 'num.partitions': '3' }
    assert.throws(() => loadConfig(new Map(Object.entries(given))), {
      message:
        'queued.max.request.bytes must be larger or equal to socket.request.max.bytes (given queued.max.request.bytes=1000)',
    })
    assert.throws(() => loadConfig(new Map([['log.retention.hours', '0']])), {
      message: 'log.retention.ms must be unlimited (-1) or, greater than or equal to 1 (given log.retention.hours=0)',
    })
  })

  test('warns once of each key that has no effect, and of each it does not know, with a hint where there is one', () => {
    const given = [
      'delegation.token.secret.key',
      'zookeeper.connect',
      'num.partition',
      'quite.unknown',
      'num.partitions',
      'listener.name.internal.ssl.keystore.location',
      'rsm.config.bucket',
    ]
    const { warnings } = loadConfig(new Map(given.map(key => [key, '1'])))
    assert.deepEqual(warnings, [
      "Configuration 'delegation.token.secret.key' has no effect: it is about TLS, SASL or delegation tokens, and Ottla speaks PLAINTEXT only.",
      "Configuration 'zookeeper.connect' is not known: ZooKeeper is gone since Kafka 4.0: KRaft keeps the metadata.",
      "Configuration 'num.partition' is not known; did you mean 'num.partitions'?",
      "Configuration 'quite.unknown' is not known.",
      "Configuration 'listener.name.internal.ssl.keystore.location' has no effect: it is about TLS, SASL or delegation tokens, and Ottla speaks PLAINTEXT only.",
      "Configuration 'rsm.config.bucket' has no effect: Ottla has no tiered storage.",
    ])
  })
})

describe('what Kafka can be and Ottla cannot', () => {
  const supported = (given: Given) => checkSupported(loadConfig(new Map(Object.entries(given))).config)

  test('is refused, rather than a node started that is something else', () => {
    assert.throws(() => supported(brokerOnly), /^ConfigError: Invalid value broker for configuration process\.roles/)
    assert.throws(() => supported(controllerOnly), /configuration process\.roles/)
    const voters = '1@a:9093,2@b:9093'
    assert.throws(() => supported({ ...combined, 'controller.quorum.voters': voters }), {
      message:
        'Invalid value 1@a:9093,2@b:9093 for configuration controller.quorum.voters: Ottla is a cluster of one node, expected this node alone (1@host:port in controller.quorum.voters)',
    })
    const listeners = 'SSL://localhost:9092,CONTROLLER://localhost:9093'
    assert.throws(
      () =>
        supported({
          ...combined,
          listeners,
          'security.inter.broker.protocol': 'SSL',
          'listener.security.protocol.map': 'SSL:SSL,CONTROLLER:PLAINTEXT',
        }),
      /SSL is of security protocol SSL, and Ottla speaks PLAINTEXT only$/,
    )
  })

  test('is refused where it is a class that decides what clients may do', () => {
    const refused = Object.entries(brokerKeys).filter(([, { effect }]) => effect === 'refused')
    assert.equal(refused.length, 5)
    for (const [key, row] of refused) {
      assert.throws(() => supported({ [key]: 'com.example.Chosen' }), {
        message: new RegExp(`^Invalid value com.example.Chosen for configuration ${key}: Ottla runs no Java classes, `),
      })
      if (typeof row.defaultText === 'string') supported({ [key]: row.defaultText })
    }
    const forOneListener = 'listener.name.plaintext.principal.builder.class'
    assert.throws(() => supported({ [forOneListener]: 'com.example.Chosen' }), /principal\.builder\.class: Ottla/)
  })

  test('does not include the server.properties that Kafka comes with', () => {
    supported(combined)
    supported({})
    const shipped = {
      'process.roles': 'broker,controller',
      'node.id': '1',
      'controller.quorum.bootstrap.servers': 'localhost:9093',
      listeners: 'PLAINTEXT://:9092,CONTROLLER://:9093',
      'inter.broker.listener.name': 'PLAINTEXT',
      'advertised.listeners': 'PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093',
      'controller.listener.names': 'CONTROLLER',
      'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SSL:SSL',
    }
    supported(shipped)
    assert.throws(() => supported({ ...shipped, 'controller.quorum.bootstrap.servers': 'elsewhere:9093' }), ConfigError)
    assert.throws(
      () => supported({ ...shipped, 'controller.quorum.bootstrap.servers': 'localhost:9093,elsewhere:9093' }),
      ConfigError,
    )
  })
})
