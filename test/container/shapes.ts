/** A compose file as people have it, and what must come of it once nothing but its images are replaced. */
export interface Shape {
  /** Below `shapes/`, without `.yaml`. */
  readonly file: string
  readonly what: string
  /** The service that is the broker. */
  readonly broker: string
  /** Whom a client inside asks, and the address that it is told. */
  readonly told: readonly (readonly [bootstrapServer: string, advertised: string])[]
  /** Keys that the broker must have taken from the file. */
  readonly configs?: Readonly<Record<string, string>>
  /** Another service that ends by itself, and what it prints before that. */
  readonly ends?: { readonly service: string; readonly prints: string }
  /** A file that must be there in the broker's container. */
  readonly stores: string
  readonly clusterId?: string
}

export const shapes: readonly Shape[] = [
  {
    file: 'quick-start',
    what: "Apache Kafka's quick start",
    broker: 'broker',
    told: [['localhost:9092', '127.0.0.1:9092']],
    stores: '/tmp/kraft-combined-logs/meta.properties',
    clusterId: '5L6g3nShT-eMCtK--X86sw',
  },
  {
    file: 'apache-single-node',
    what: "the single node of Apache Kafka's guide",
    broker: 'broker',
    told: [
      ['localhost:9092', 'localhost:9092'],
      ['broker:19092', 'broker:19092'],
    ],
    stores: '/tmp/kraft-combined-logs/meta.properties',
    clusterId: '4L6g3nShT-eMCtK--X86sw',
  },
  {
    file: 'internal-and-external',
    what: 'internal and external listeners, healthy by kafka-topics.sh --list',
    broker: 'kafka',
    told: [
      ['kafka:9092', 'kafka:9092'],
      ['localhost:29092', 'localhost:29092'],
    ],
    stores: '/tmp/kafka-logs/orders-2',
    ends: { service: 'application', prints: 'one' },
  },
  {
    file: 'confluent-kraft',
    what: 'cp-kafka in KRaft mode on a volume, healthy by kafka-topics --list',
    broker: 'broker',
    told: [
      ['localhost:9092', 'localhost:9092'],
      ['broker:29092', 'broker:29092'],
    ],
    stores: '/var/lib/kafka/data/meta.properties',
    clusterId: 'MkU3OEVBNTcwNTJENDM2Qk',
  },
  {
    file: 'confluent-zookeeper',
    what: 'cp-kafka as it was with ZooKeeper, healthy by nc',
    broker: 'kafka',
    told: [['kafka:9092', 'kafka:9092']],
    configs: { 'node.id': '1' },
    stores: '/var/lib/kafka/data/meta.properties',
  },
  {
    file: 'confluent-edited-scripts',
    what: 'cp-kafka with edited scripts that format the storage, healthy by nc',
    broker: 'broker',
    told: [['broker:29092', 'broker:29092']],
    stores: '/tmp/kraft-combined-logs/meta.properties',
    clusterId: 'NqnEdODVKkiLTfJvqd1uqQ==',
  },
  {
    file: 'mounted-properties',
    what: 'mounted properties and some environment, healthy by kafka-broker-api-versions.sh',
    broker: 'broker',
    told: [['broker:19092', 'broker:19092']],
    configs: { 'node.id': '7', 'num.partitions': '6' },
    stores: '/var/lib/kafka/data/meta.properties',
    clusterId: '4L6g3nShT-eMCtK--X86sw',
  },
  {
    file: 'dashes-and-underscores',
    what: 'variables with dashes and underscores, healthy by kafka-broker-api-versions.sh',
    broker: 'broker',
    told: [
      ['broker:9093', 'broker:9093'],
      ['localhost:9092', 'localhost:9092'],
    ],
    configs: { 'auto.create.topics.enable': 'false' },
    stores: '/tmp/kafka-logs/meta.properties',
  },
  {
    file: 'topics-by-another',
    what: 'a container that creates the topics, healthy by a connection of bash',
    broker: 'kafka',
    told: [['kafka:9092', 'kafka:9092']],
    stores: '/var/lib/kafka/data/my-topic-2-0',
    ends: { service: 'init-kafka', prints: 'my-topic-1\nmy-topic-2' },
  },
]
