import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { lz4Compress, lz4Decompress } from '@platformatic/wasm-utils'
import kafkajs, { type Admin, type Consumer, type Producer, type Transaction } from 'kafkajs'
import snappy from 'kafkajs-snappy'
import { RecordQueue, serveCommands } from '../agent-loop.ts'
import type { Compression, ConsumedRecord } from '../commands.ts'
import { Commits, WorkLog } from '../groups/work-log.ts'

const { CompressionCodecs, CompressionTypes, ConfigResourceTypes, Kafka, logLevel } = kafkajs

// kafkajs brings gzip and leaves the other codecs to packages; LZ4 and zstd ones of its authors need a compiler to install.
const codec = (compress: (bytes: Buffer) => Uint8Array, decompress: (bytes: Buffer) => Uint8Array) => () => ({
  compress: async ({ buffer }: { buffer: Buffer }) => Buffer.from(compress(buffer)),
  decompress: async (buffer: Buffer) => Buffer.from(decompress(buffer)),
})
CompressionCodecs[CompressionTypes.Snappy] = snappy
CompressionCodecs[CompressionTypes.LZ4] = codec(lz4Compress, lz4Decompress)
CompressionCodecs[CompressionTypes.ZSTD] = codec(zstdCompressSync, zstdDecompressSync)

const compressionTypes: Record<Compression, number> = {
  none: CompressionTypes.None,
  gzip: CompressionTypes.GZIP,
  snappy: CompressionTypes.Snappy,
  lz4: CompressionTypes.LZ4,
  zstd: CompressionTypes.ZSTD,
}

const kafka = new Kafka({ clientId: 'kafkajs', brokers: [process.argv[2]!], logLevel: logLevel.NOTHING })

let connectedAdmin: Admin | undefined
async function admin(): Promise<Admin> {
  if (connectedAdmin === undefined) {
    connectedAdmin = kafka.admin({ retry: { retries: 3 } })
    await connectedAdmin.connect()
  }
  return connectedAdmin
}

const producers = new Map<boolean, Producer>()
async function producer(idempotent: boolean): Promise<Producer> {
  let connected = producers.get(idempotent)
  if (connected === undefined) {
    connected = kafka.producer({ idempotent, allowAutoTopicCreation: true })
    producers.set(idempotent, connected)
    await connected.connect()
  }
  return connected
}

const transactional = new Map<string, { producer: Producer; open: Transaction | undefined }>()

const senders = new Map<string, Producer>()
async function sender(name: string, transactionalId: string): Promise<Producer> {
  let connected = senders.get(name)
  if (connected === undefined) {
    connected = kafka.producer({ transactionalId, idempotent: true, maxInFlightRequests: 1 })
    senders.set(name, connected)
    await connected.connect()
  }
  return connected
}

interface Member {
  readonly consumer: Consumer
  readonly queue: RecordQueue<ConsumedRecord>
  assignment: number[]
}
const members = new Map<string, Member>()
const joined = new Map<string, Consumer>()
const work = new WorkLog()

const bytes = (base64: string | null) => (base64 === null ? null : Buffer.from(base64, 'base64'))
const base64 = (buffer: Buffer | null | undefined) => buffer?.toString('base64') ?? null

await serveCommands({
  async createTopic({ topic, partitions, configs }) {
    const configEntries = Object.entries(configs).map(([name, value]) => ({ name, value }))
    const isNew = await (await admin()).createTopics({ topics: [{ topic, numPartitions: partitions, configEntries }] })
    if (!isNew) throw new Error('the topic exists already')
  },
  listTopics: async () => (await admin()).listTopics(),
  async partitionCount({ topic }) {
    const { topics } = await (await admin()).fetchTopicMetadata({ topics: [topic] })
    return topics[0]!.partitions.length
  },
  createPartitions: async ({ topic, count }) =>
    (await admin()).createPartitions({ topicPartitions: [{ topic, count }] }),
  deleteTopic: async ({ topic }) => (await admin()).deleteTopics({ topics: [topic] }),
  async describeCluster() {
    const { clusterId, brokers } = await (await admin()).describeCluster()
    return { clusterId, brokers: brokers.length }
  },
  async describeConfigs({ topic }) {
    const { resources } = await (await admin()).describeConfigs({
      includeSynonyms: false,
      resources: [{ type: ConfigResourceTypes.TOPIC, name: topic }],
    })
    return Object.fromEntries(
      resources[0]!.configEntries.map(({ configName, configValue }) => [configName, configValue]),
    )
  },
  alterConfigs: async ({ topic, configs }) =>
    (await admin()).alterConfigs({
      validateOnly: false,
      resources: [
        {
          type: ConfigResourceTypes.TOPIC,
          name: topic,
          configEntries: Object.entries(configs).map(([name, value]) => ({ name, value })),
        },
      ],
    }),
  async deleteRecords({ topic, partition, offset }) {
    // It looks the leader up in what it knows of the topic before it has asked.
    await (await admin()).fetchTopicOffsets(topic)
    await (await admin()).deleteTopicRecords({ topic, partitions: [{ partition, offset: String(offset) }] })
  },
  async listOffset({ topic, partition, at }) {
    if (typeof at === 'number') {
      const found = await (await admin()).fetchTopicOffsetsByTimestamp(topic, at)
      return Number(found.find(entry => entry.partition === partition)!.offset)
    }
    const found = (await (await admin()).fetchTopicOffsets(topic)).find(entry => entry.partition === partition)!
    return Number(at === 'earliest' ? found.low : found.high)
  },

  async listGroups() {
    const { groups } = await (await admin()).listGroups()
    return groups.map(({ groupId }) => groupId)
  },
  async describeGroup({ group }) {
    const { groups } = await (await admin()).describeGroups([group])
    return { state: groups[0]!.state, members: groups[0]!.members.length }
  },
  async committed({ group, topic }) {
    const [offsets] = await (await admin()).fetchOffsets({ groupId: group, topics: [topic] })
    return Object.fromEntries(
      offsets!.partitions
        .filter(({ offset }) => offset !== '-1')
        .map(({ partition, offset }) => [partition, Number(offset)]),
    )
  },
  deleteGroup: async ({ group }) => (await admin()).deleteGroups([group]),

  async produce({ topic, compression, acks, idempotent, records }) {
    await (await producer(idempotent)).send({
      topic,
      acks,
      compression: compressionTypes[compression],
      messages: records.map(({ partition, key, value, headers }) => ({
        ...(partition === undefined ? {} : { partition }),
        key: bytes(key),
        value: bytes(value),
        headers: Object.fromEntries(headers.map(([name, header]) => [name, Buffer.from(header, 'base64')])),
      })),
    })
  },

  async transact({ producer: name, transactionalId, timeoutMs, topic, values, end }) {
    let own = transactional.get(name)
    if (own === undefined) {
      const settings = { transactionalId, transactionTimeout: timeoutMs, idempotent: true, maxInFlightRequests: 1 }
      own = { producer: kafka.producer(settings), open: undefined }
      transactional.set(name, own)
      await own.producer.connect()
    }
    const transaction = await own.producer.transaction()
    own.open = transaction
    await transaction.send({ topic, messages: values.map(value => ({ value })) })
    if (end === 'commit') await transaction.commit()
    else if (end === 'abort') await transaction.abort()
  },
  async endTransaction({ producer: name, commit }) {
    const open = transactional.get(name)!.open!
    await (commit ? open.commit() : open.abort())
  },

  async transactWithOffset({ producer: name, transactionalId, topic, records, sentOffset, outcome }) {
    const transaction = await (await sender(name, transactionalId)).transaction()
    await transaction.send({ topic, messages: records.map(({ value }) => ({ partition: 0, value: bytes(value) })) })
    if (sentOffset !== undefined) {
      const partitions = [{ partition: 0, offset: String(sentOffset.offset) }]
      await transaction.sendOffsets({ consumerGroupId: sentOffset.group, topics: [{ topic, partitions }] })
    }
    if (outcome === 'commit') await transaction.commit()
    if (outcome === 'abort') await transaction.abort()
  },

  async open({ consumer: name, group, topic, isolation }) {
    const readUncommitted = isolation === 'read_uncommitted'
    const consumer = kafka.consumer({ groupId: group, maxWaitTimeInMs: 200, heartbeatInterval: 200, readUncommitted })
    const member: Member = { consumer, queue: new RecordQueue(), assignment: [] }
    members.set(name, member)
    consumer.on('consumer.group_join', ({ payload }) => {
      member.assignment = payload.memberAssignment[topic] ?? []
    })
    consumer.on('consumer.rebalancing', () => {
      member.assignment = []
    })
    await consumer.connect()
    await consumer.subscribe({ topic, fromBeginning: true })
    await consumer.run({
      autoCommit: false,
      async eachMessage({ partition, message }) {
        const headers = Object.entries(message.headers ?? {}).map(
          ([header, value]) => [header, base64(value as Buffer)!] as const,
        )
        member.queue.push({
          partition,
          offset: Number(message.offset),
          key: base64(message.key),
          value: base64(message.value),
          headers,
        })
      },
    })
  },
  poll: ({ consumer, max, waitMs }) => members.get(consumer)!.queue.take(max, waitMs),
  assignment: ({ consumer }) => members.get(consumer)!.assignment,
  seek: ({ consumer, topic, partition, offset }) =>
    members.get(consumer)!.consumer.seek({ topic, partition, offset: String(offset) }),
  commit: ({ consumer, topic, partition, offset }) =>
    members.get(consumer)!.consumer.commitOffsets([{ topic, partition, offset: String(offset) }]),
  async close({ consumer }) {
    await members.get(consumer)!.consumer.disconnect()
    members.delete(consumer)
  },

  async join({ member, group, topic }) {
    const consumer = kafka.consumer({ groupId: group, maxWaitTimeInMs: 100, heartbeatInterval: 100 })
    const commits = new Commits(work, (partition, offset) =>
      consumer.commitOffsets([{ topic, partition, offset: String(offset) }]),
    )
    joined.set(member, consumer)
    await consumer.connect()
    await consumer.subscribe({ topic, fromBeginning: true })
    await consumer.run({
      autoCommit: false,
      async eachBatch({ batch: { partition, messages }, isRunning, isStale }) {
        if (!isRunning() || isStale()) return
        const from = Number(messages[0]!.offset)
        await commits.read(partition, from, from + messages.length)
      },
    })
  },
  async leave({ member }) {
    await joined.get(member)!.disconnect()
    joined.delete(member)
  },
  work: () => work.take(),
})
