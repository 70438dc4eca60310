import { setTimeout as delay } from 'node:timers/promises'
import {
  Admin,
  type CompressionAlgorithmValue,
  ConfigResourceTypes,
  Consumer,
  compatibilityPartitioner,
  IncrementalAlterConfigOperationTypes,
  ListOffsetTimestamps,
  type MessagesStream,
  Producer,
} from '@platformatic/kafka'
import { RecordQueue, serveCommands } from '../agent-loop.ts'
import type { ConsumedRecord } from '../commands.ts'
import { Commits, WorkLog } from '../groups/work-log.ts'

const options = { clientId: 'platformatic', bootstrapBrokers: [process.argv[2]!], metadataMaxAge: 1_000 }
const admin = new Admin(options)

const producers = new Map<boolean, Producer>()
function producer(idempotent: boolean): Producer {
  let existing = producers.get(idempotent)
  if (existing === undefined) {
    existing = new Producer({ ...options, idempotent, autocreateTopics: true, partitioner: compatibilityPartitioner })
    producers.set(idempotent, existing)
  }
  return existing
}

type OpenTransaction = Awaited<ReturnType<Producer['beginTransaction']>>
const transactional = new Map<string, { producer: Producer; open: OpenTransaction | undefined }>()

type Stream = MessagesStream<Buffer, Buffer, Buffer, Buffer>
interface Member {
  readonly consumer: Consumer
  readonly topic: string
  stream: Stream
  queue: RecordQueue<ConsumedRecord>
}
const members = new Map<string, Member>()
interface Joined {
  readonly consumer: Consumer
  isLeaving: boolean
}
const joined = new Map<string, Joined & { readonly left: Promise<void> }>()
const work = new WorkLog()
let joins = 0

/** Of each member another, the longest first: the leader's must not be due while others are still to join. */
const heartbeatIntervalMs = () => 340 - 20 * (joins++ % 14)

const bytes = (base64: string) => Buffer.from(base64, 'base64')
const base64 = (buffer: Buffer | null | undefined) => buffer?.toString('base64') ?? null

/** What streams give is read at once, so that a poll finds what has come. */
function read(stream: Stream): RecordQueue<ConsumedRecord> {
  const queue = new RecordQueue<ConsumedRecord>()
  stream.on('data', ({ partition, offset, key, value, headerEntries }) => {
    const headers = headerEntries.map(([name, header]) => [name.toString(), base64(header)!] as const)
    queue.push({ partition, offset: Number(offset), key: base64(key), value: base64(value), headers })
  })
  stream.on('error', error => process.stderr.write(`${error.stack}\n`))
  return queue
}

/** What a stream has brought is committed from time to time; what could not be, again, as long as it is the member's. */
async function commitUntilLeaving(
  member: Joined,
  read: Map<number, { readonly from: number; readonly to: number }>,
  commits: Commits,
): Promise<void> {
  while (!member.isLeaving) {
    for (const [partition, range] of [...read]) {
      read.delete(partition)
      const isCommitted = await commits.read(partition, range.from, range.to)
      const isOwn = member.consumer.assignments?.some(({ partitions }) => partitions.includes(partition)) === true
      if (!isCommitted && isOwn && !read.has(partition)) read.set(partition, range)
    }
    await delay(20)
  }
}

await serveCommands({
  async createTopic({ topic, partitions, configs }) {
    const entries = Object.entries(configs).map(([name, value]) => ({ name, value }))
    await admin.createTopics({ topics: [topic], partitions, replicas: 1, configs: entries })
  },
  listTopics: () => admin.listTopics(),
  async partitionCount({ topic }) {
    const metadata = await admin.metadata({ topics: [topic], forceUpdate: true })
    return metadata.topics.get(topic)!.partitionsCount
  },
  createPartitions: ({ topic, count }) =>
    admin.createPartitions({ topics: [{ name: topic, count, assignments: null }] } as never),
  deleteTopic: ({ topic }) => admin.deleteTopics({ topics: [topic] }),
  async describeCluster() {
    const { id, brokers } = await admin.metadata({ forceUpdate: true })
    return { clusterId: id, brokers: brokers.size }
  },
  async describeConfigs({ topic }) {
    const [description] = await admin.describeConfigs({
      resources: [{ resourceType: ConfigResourceTypes.TOPIC, resourceName: topic, configurationKeys: null }] as never,
    })
    return Object.fromEntries(description!.configs.map(({ name, value }) => [name, value ?? null]))
  },
  alterConfigs: ({ topic, configs }) =>
    admin.incrementalAlterConfigs({
      resources: [
        {
          resourceType: ConfigResourceTypes.TOPIC,
          resourceName: topic,
          configs: Object.entries(configs).map(([name, value]) => ({
            name,
            value,
            configOperation: IncrementalAlterConfigOperationTypes.SET,
          })),
        },
      ],
    }),
  async deleteRecords({ topic, partition, offset }) {
    await admin.deleteRecords({ topics: [{ name: topic, partitions: [{ partition, offset: BigInt(offset) }] }] })
  },
  async listOffset({ topic, partition, at }) {
    const times = { earliest: ListOffsetTimestamps.EARLIEST, latest: ListOffsetTimestamps.LATEST }
    const timestamp = typeof at === 'number' ? BigInt(at) : times[at]
    const [found] = await admin.listOffsets({
      topics: [{ name: topic, partitions: [{ partitionIndex: partition, timestamp }] }],
    })
    return Number(found!.partitions[0]!.offset)
  },

  listGroups: async () => [...(await admin.listGroups()).keys()],
  async describeGroup({ group }) {
    const { state, members } = (await admin.describeGroups({ groups: [group] })).get(group)!
    return { state, members: members.size }
  },
  async committed({ group, topic }) {
    const [offsets] = await admin.listConsumerGroupOffsets({ groups: [group] })
    const partitions = offsets!.topics.find(({ name }) => name === topic)?.partitions ?? []
    return Object.fromEntries(
      partitions.map(({ partitionIndex, committedOffset }) => [partitionIndex, Number(committedOffset)]),
    )
  },
  deleteGroup: ({ group }) => admin.deleteGroups({ groups: [group] }),

  async produce({ topic, compression, acks, idempotent, records }) {
    await producer(idempotent).send({
      acks,
      compression: compression as CompressionAlgorithmValue,
      messages: records.map(({ partition, key, value, headers }) => ({
        topic,
        ...(partition === undefined ? {} : { partition }),
        ...(key === null ? {} : { key: bytes(key) }),
        value: (value === null ? null : bytes(value)) as Buffer,
        headers: new Map(headers.map(([name, header]) => [Buffer.from(name), bytes(header)])),
      })),
    })
  },

  async transact({ producer: name, transactionalId, topic, values, end }) {
    let own = transactional.get(name)
    if (own === undefined) {
      own = { producer: new Producer({ ...options, idempotent: true, transactionalId }), open: undefined }
      transactional.set(name, own)
    }
    const transaction = await own.producer.beginTransaction()
    own.open = transaction
    await transaction.send({ messages: values.map(value => ({ topic, value: Buffer.from(value) })) })
    if (end === 'commit') await transaction.commit()
    else if (end === 'abort') await transaction.abort()
  },
  async endTransaction({ producer: name, commit }) {
    const open = transactional.get(name)!.open!
    await (commit ? open.commit() : open.abort())
  },

  async open({ consumer: name, group, topic }) {
    const consumer = new Consumer({ ...options, groupId: group, heartbeatInterval: 200, maxWaitTime: 200 })
    const stream = await consumer.consume({
      topics: [topic],
      mode: 'committed',
      fallbackMode: 'earliest',
      autocommit: false,
    })
    members.set(name, { consumer, topic, stream, queue: read(stream) })
  },
  poll: ({ consumer, max, waitMs }) => members.get(consumer)!.queue.take(max, waitMs),
  assignment: ({ consumer }) =>
    members.get(consumer)!.consumer.assignments?.flatMap(({ partitions }) => partitions) ?? [],
  async seek({ consumer, topic, partition, offset }) {
    // It has no seek: one ends the stream and begins another elsewhere.
    const member = members.get(consumer)!
    await member.stream.close()
    member.stream = await member.consumer.consume({
      topics: [topic],
      mode: 'manual',
      offsets: [{ topic, partition, offset: BigInt(offset) }],
      autocommit: false,
    })
    member.queue = read(member.stream)
  },
  commit: ({ consumer, topic, partition, offset }) =>
    members.get(consumer)!.consumer.commit({ offsets: [{ topic, partition, offset: BigInt(offset), leaderEpoch: 0 }] }),
  async close({ consumer }) {
    await members.get(consumer)!.consumer.close(true)
    members.delete(consumer)
  },

  async join({ member: name, group, topic, protocol, instanceId }) {
    const consumer = new Consumer({
      ...options,
      groupId: group,
      ...(instanceId === undefined ? {} : { groupInstanceId: instanceId }),
      ...(protocol === 'consumer' ? { groupProtocol: 'consumer' } : { heartbeatInterval: heartbeatIntervalMs() }),
      maxWaitTime: 100,
    })
    const member = { consumer, isLeaving: false }
    // One that is closed while it joins reports that as an error, too late for `close`.
    consumer.on('error', error => process.stderr.write(`${error.stack}\n`))
    const stream = await consumer.consume({
      topics: [topic],
      mode: 'committed',
      fallbackMode: 'earliest',
      autocommit: false,
    })
    stream.on('error', error => process.stderr.write(`${error.stack}\n`))
    const commits = new Commits(work, (partition, offset) =>
      consumer.commit({ offsets: [{ topic, partition, offset: BigInt(offset), leaderEpoch: -1 }] }),
    )
    const read = new Map<number, { readonly from: number; readonly to: number }>()
    stream.on('data', ({ partition, offset }) => {
      const at = Number(offset)
      const open = read.get(partition)
      read.set(partition, { from: open?.to === at ? open.from : at, to: at + 1 })
    })
    joined.set(name, Object.assign(member, { left: commitUntilLeaving(member, read, commits) }))
  },
  async leave({ member: name }) {
    const member = joined.get(name)!
    member.isLeaving = true
    await member.left
    await member.consumer.close(true)
    joined.delete(name)
  },
  work: () => work.take(),
})
