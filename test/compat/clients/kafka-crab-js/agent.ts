import { createRequire } from 'node:module'
import { serveCommands } from '../agent-loop.ts'
import type { ConsumedRecord } from '../commands.ts'
import { Commits, WorkLog } from '../groups/work-log.ts'

/** What the agent uses of the package, which is not among the repository's own dependencies. */
interface KafkaClient {
  createProducer(options: { configuration: Record<string, string> }): CrabProducer
  createConsumer(options: {
    groupId: string
    enableAutoCommit: boolean
    configuration: Record<string, string>
  }): CrabConsumer
  deleteRecords(
    partitions: readonly {
      topic: string
      partitionOffset: readonly { partition: number; offset: { offset: number } }[]
    }[],
  ): Promise<unknown>
}
interface CrabMessage {
  payload?: Buffer
  key?: Buffer
  headers?: Record<string, Buffer>
  isTombstone?: boolean
}
interface CrabProducer {
  send(record: { topic: string; messages: readonly CrabMessage[] }): Promise<readonly { error?: { message: string } }[]>
}
interface CrabConsumer {
  subscribe(topic: string): Promise<void>
  recvBatch(size: number, timeoutMs: number): Promise<readonly (CrabMessage & { partition: number; offset: number })[]>
  assignment(): readonly { topic: string; partitionOffset: readonly { partition: number }[] }[]
  seek(topic: string, partition: number, position: { offset: number }, timeoutMs: number): void
  commit(topic: string, partition: number, offset: number, mode: 'Sync'): Promise<void>
  unsubscribe(): void
  disconnect(): Promise<void>
}

const { KafkaClient } = createRequire(process.argv[2]!)('kafka-crab-js') as {
  KafkaClient: new (options: Record<string, unknown>) => KafkaClient
}
const client = new KafkaClient({ brokers: process.argv[3]!, clientId: 'kafka-crab-js', logLevel: 'error' })

const producers = new Map<string, CrabProducer>()
function producerOf(configuration: Record<string, string>): CrabProducer {
  const key = JSON.stringify(configuration)
  const producer = producers.get(key) ?? client.createProducer({ configuration })
  producers.set(key, producer)
  return producer
}

const consumers = new Map<string, CrabConsumer>()
const joined = new Map<string, { isLeaving: boolean; readonly left: Promise<void> }>()
const work = new WorkLog()
const pollMs = 50

/** Reads and commits until it is told to leave; if it is just being assigned partitions, until it has them. */
async function takePart(consumer: CrabConsumer, topic: string, member: { isLeaving: boolean }): Promise<void> {
  const commits = new Commits(work, (partition, offset) => consumer.commit(topic, partition, offset, 'Sync'))
  while (!member.isLeaving || consumer.assignment().length === 0) {
    const read = new Map<number, { from: number; to: number }>()
    for (const { partition, offset } of await consumer.recvBatch(500, pollMs)) {
      read.set(partition, { from: read.get(partition)?.from ?? offset, to: offset + 1 })
    }
    for (const [partition, { from, to }] of read) await commits.read(partition, from, to)
  }
  await leaveGroup(consumer)
}

/**
 * A consumer that does not poll learns neither that it was assigned partitions nor that they are revoked, and its group keeps
 * it: `disconnect`, which unsubscribes too, is the last to be called.
 */
async function leaveGroup(consumer: CrabConsumer): Promise<void> {
  consumer.unsubscribe()
  do await consumer.recvBatch(500, pollMs)
  while (consumer.assignment().length > 0)
  await consumer.disconnect()
}

const bytes = (base64: string) => Buffer.from(base64, 'base64')

await serveCommands({
  async deleteRecords({ topic, partition, offset }) {
    await client.deleteRecords([{ topic, partitionOffset: [{ partition, offset: { offset } }] }])
  },

  async produce({ topic, compression, acks, idempotent, records }) {
    const producer = producerOf({
      acks: String(acks),
      // Without idempotence a retry may overtake what was sent after it.
      'max.in.flight': idempotent ? '5' : '1',
      'compression.type': compression,
      'enable.idempotence': String(idempotent),
      partitioner: 'murmur2_random',
    })
    const reports = await producer.send({
      topic,
      messages: records.map(({ key, value, headers }) => ({
        ...(key === null ? {} : { key: bytes(key) }),
        ...(value === null ? { isTombstone: true } : { payload: bytes(value) }),
        headers: Object.fromEntries(headers.map(([name, header]) => [name, bytes(header)])),
      })),
    })
    const failure = reports.find(({ error }) => error !== undefined)
    if (failure !== undefined) throw new Error(failure.error!.message)
  },

  async open({ consumer: name, group, topic }) {
    const consumer = client.createConsumer({
      groupId: group,
      enableAutoCommit: false,
      configuration: {
        'auto.offset.reset': 'earliest',
        'heartbeat.interval.ms': '200',
        'session.timeout.ms': '6000',
        'fetch.wait.max.ms': '200',
      },
    })
    consumers.set(name, consumer)
    await consumer.subscribe(topic)
  },
  async poll({ consumer, max, waitMs }): Promise<ConsumedRecord[]> {
    const messages = await consumers.get(consumer)!.recvBatch(Math.min(max, 1_000), waitMs)
    return messages.map(({ partition, offset, key, payload, headers, isTombstone }) => ({
      partition,
      offset,
      key: key?.toString('base64') ?? null,
      value: isTombstone === true ? null : payload!.toString('base64'),
      headers: Object.entries(headers ?? {}).map(([name, header]) => [name, header.toString('base64')] as const),
    }))
  },
  assignment: ({ consumer }) =>
    consumers
      .get(consumer)!
      .assignment()
      .flatMap(({ partitionOffset }) => partitionOffset.map(({ partition }) => partition)),
  seek: ({ consumer, topic, partition, offset }) => consumers.get(consumer)!.seek(topic, partition, { offset }, 10_000),
  commit: ({ consumer, topic, partition, offset }) => consumers.get(consumer)!.commit(topic, partition, offset, 'Sync'),
  async close({ consumer }) {
    await leaveGroup(consumers.get(consumer)!)
    consumers.delete(consumer)
  },

  async join({ member: name, group, topic, protocol, assignor, instanceId }) {
    const classic = {
      'partition.assignment.strategy': assignor,
      'heartbeat.interval.ms': '100',
      'session.timeout.ms': '6000',
    }
    const consumer = client.createConsumer({
      groupId: group,
      enableAutoCommit: false,
      configuration: {
        'auto.offset.reset': 'earliest',
        'fetch.wait.max.ms': '100',
        'group.protocol': protocol,
        ...(protocol === 'classic' ? classic : { 'group.remote.assignor': assignor }),
        ...(instanceId === undefined ? {} : { 'group.instance.id': instanceId }),
      },
    })
    await consumer.subscribe(topic)
    const member = { isLeaving: false }
    joined.set(name, Object.assign(member, { left: takePart(consumer, topic, member) }))
  },
  async leave({ member: name }) {
    const member = joined.get(name)!
    member.isLeaving = true
    await member.left
    joined.delete(name)
  },
  work: () => work.take(),
})
