import type { Tool } from './tool.ts'

export interface ListedTool {
  /** As Kafka calls it. */
  readonly kafkaName: string
  /** As `ottla` calls it. */
  readonly name: string
  /** One line. */
  readonly summary: string
  /** A tool is loaded only when it is run. */
  load(): Promise<Tool>
}

/** Every command-line tool, in the order the help shows them. */
export const tools: readonly ListedTool[] = [
  {
    kafkaName: 'kafka-topics',
    name: 'topics',
    summary: 'Creates, lists, describes, alters and deletes topics',
    load: async () => (await import('./tools/topics.ts')).topics,
  },
  {
    kafkaName: 'kafka-configs',
    name: 'configs',
    summary: 'Describes and alters the configuration of topics, brokers, loggers, groups and users',
    load: async () => (await import('./tools/configs.ts')).configs,
  },
  {
    kafkaName: 'kafka-console-producer',
    name: 'produce',
    summary: 'Reads lines and appends them to a topic as records',
    load: async () => (await import('./tools/console-producer.ts')).consoleProducer,
  },
  {
    kafkaName: 'kafka-console-consumer',
    name: 'consume',
    summary: 'Prints the records of topics',
    load: async () => (await import('./tools/console-consumer.ts')).consoleConsumer,
  },
  {
    kafkaName: 'kafka-consumer-groups',
    name: 'consumer-groups',
    summary: 'Lists and describes groups of consumers, resets and deletes their offsets',
    load: async () => (await import('./tools/consumer-groups.ts')).consumerGroups,
  },
  {
    kafkaName: 'kafka-groups',
    name: 'groups',
    summary: 'Lists groups of every type',
    load: async () => (await import('./tools/groups.ts')).groups,
  },
  {
    kafkaName: 'kafka-broker-api-versions',
    name: 'api-versions',
    summary: 'Lists the versions of every API that each broker serves',
    load: async () => (await import('./tools/broker-api-versions.ts')).brokerApiVersions,
  },
  {
    kafkaName: 'kafka-get-offsets',
    name: 'offsets',
    summary: 'Shows the first, last or timed offsets of partitions',
    load: async () => (await import('./tools/get-offsets.ts')).getOffsets,
  },
  {
    kafkaName: 'kafka-delete-records',
    name: 'delete-records',
    summary: 'Deletes the oldest records of partitions, up to an offset',
    load: async () => (await import('./tools/delete-records.ts')).deleteRecords,
  },
  {
    kafkaName: 'kafka-log-dirs',
    name: 'log-dirs',
    summary: 'Shows what lies in the log directories of brokers',
    load: async () => (await import('./tools/log-dirs.ts')).logDirs,
  },
  {
    kafkaName: 'kafka-cluster',
    name: 'cluster',
    summary: "Shows the cluster's id and where its brokers are, unregisters brokers",
    load: async () => (await import('./tools/cluster.ts')).cluster,
  },
  {
    kafkaName: 'kafka-metadata-quorum',
    name: 'metadata-quorum',
    summary: 'Shows the controllers that hold the metadata, and how far each is',
    load: async () => (await import('./tools/metadata-quorum.ts')).metadataQuorum,
  },
  {
    kafkaName: 'kafka-storage',
    name: 'storage',
    summary: 'Formats the log directories of a node before its first start, and shows what they hold',
    load: async () => (await import('./tools/storage.ts')).storage,
  },
  {
    kafkaName: 'kafka-transactions',
    name: 'transactions',
    summary: 'Lists and describes transactions, finds and aborts those that hang',
    load: async () => (await import('./tools/transactions.ts')).transactions,
  },
]

/** The tool of that name, and whether it was called as Kafka calls it: by `kafka-topics`, or `kafka-topics.sh`. */
export function findTool(command: string): { tool: ListedTool; isKafkaName: boolean } | undefined {
  const name = command.replace(/\.sh$/, '')
  for (const tool of tools) {
    if (tool.kafkaName === name) return { tool, isKafkaName: true }
    if (tool.name === command) return { tool, isKafkaName: false }
  }
  return undefined
}
