import type { ToolSession } from '../session.ts'

const properties = {
  'process.roles': 'broker,controller',
  'node.id': '1',
  'controller.quorum.voters': '1@127.0.0.1:9093',
  'controller.listener.names': 'CONTROLLER',
  listeners: 'PLAINTEXT://127.0.0.1:0,CONTROLLER://127.0.0.1:0',
  'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
}

const at = (...args: string[]) => ({ args: ['--bootstrap-controller', 'CONTROLLER', ...args], isBare: true as const })
const bare = (...args: string[]) => ({ args, isBare: true as const })
const title = 'at the controller'

/** What the tools do where they are sent to the controllers. */
export const controllerTools: readonly ToolSession[] = [
  {
    mainClass: 'MetadataQuorumCommand',
    kafkaName: 'kafka-metadata-quorum',
    title,
    properties,
    invocations: [
      at('describe', '--status'),
      at('describe', '--replication'),
      at('describe', '--replication', '--human-readable'),
      bare('--bootstrap-server', 'BOOTSTRAP', 'describe', '--status'),
      bare('--bootstrap-controller', 'BOOTSTRAP', 'describe', '--status'),
      bare('--bootstrap-controller', 'BOOTSTRAP', 'describe', '--replication'),
      bare('--bootstrap-server', 'CONTROLLER', 'describe', '--status'),
    ],
  },
  {
    mainClass: 'ClusterTool',
    kafkaName: 'kafka-cluster',
    title,
    properties,
    invocations: [
      bare('cluster-id', '--bootstrap-controller', 'CONTROLLER'),
      bare('cluster-id', '-C', 'CONTROLLER'),
      bare('list-endpoints', '--bootstrap-controller', 'CONTROLLER'),
      bare('list-endpoints', '--bootstrap-controller', 'CONTROLLER', '--include-fenced-brokers'),
      bare('unregister', '--bootstrap-controller', 'CONTROLLER', '--id', '9'),
      bare('cluster-id', '--bootstrap-controller', 'BOOTSTRAP'),
      bare('list-endpoints', '--bootstrap-controller', 'BOOTSTRAP'),
      bare('list-endpoints', '--bootstrap-server', 'BOOTSTRAP'),
    ],
  },
  {
    mainClass: 'kafka.admin.ConfigCommand',
    kafkaName: 'kafka-configs',
    title,
    properties,
    prepare: async broker => void (await broker.createTopic('orders')),
    invocations: [
      at('--alter', '--topic', 'orders', '--add-config', 'retention.ms=1000'),
      at('--describe', '--topic', 'orders', '--all'),
      at('--describe', '--topic', 'orders'),
      at('--describe', '--entity-type', 'topics'),
      at('--alter', '--topic', 'orders', '--delete-config', 'retention.ms'),
      at('--alter', '--topic', 'nothing', '--add-config', 'retention.ms=1000'),
      at('--alter', '--broker', '1', '--add-config', 'log.cleaner.threads=2'),
      at('--describe', '--broker', '1'),
      at('--describe', '--broker', '7'),
      at('--describe', '--entity-type', 'brokers'),
      at('--alter', '--broker', '1', '--delete-config', 'log.cleaner.threads'),
      at('--alter', '--broker-defaults', '--add-config', 'log.retention.ms=86400000'),
      at('--describe', '--broker-defaults'),
      at('--alter', '--broker-defaults', '--delete-config', 'log.retention.ms'),
      at('--alter', '--group', 'g', '--add-config', 'consumer.session.timeout.ms=50000'),
      at('--describe', '--group', 'g'),
      at('--describe', '--group', 'g', '--all'),
      at('--describe', '--client-metrics', 'm'),
      at('--alter', '--broker', '1', '--add-config', 'no.such.key=1'),
      at('--alter', '--user', 'alice', '--add-config', 'SCRAM-SHA-256=[password=x]'),
      at('--describe', '--user', 'alice'),
      bare('--bootstrap-server', 'BOOTSTRAP', '--bootstrap-controller', 'CONTROLLER', '--describe', '--broker', '1'),
    ],
  },
]
