import { ClientError } from '../../client/client-error.ts'
import { type FetchedRecord, Fetcher } from '../../client/fetcher.ts'
import { GroupMember } from '../../client/group-member.ts'
import { committedOffsets } from '../../client/groups.ts'
import type { KafkaClient } from '../../client/kafka-client.ts'
import { listOffsets, OffsetSpec } from '../../client/list-offsets.ts'
import { partitionName, type TopicPartition } from '../../client/partitions.ts'
import { includeList } from '../include-list.ts'
import { keyValues } from '../key-values.ts'
import { counted } from '../progress.ts'
import { type Tool, type ToolEnvironment, ToolError, tool } from '../tool.ts'
import { type ConsumerArguments, consumerArguments } from './console-consumer/arguments.ts'
import { options } from './console-consumer/options.ts'
import { RecordFormatter } from './console-consumer/record-formatter.ts'

/** How long one request may wait for records: as often the tool looks whether it shall stop. */
const pollWaitMs = 500

export const consoleConsumer: Tool = tool({
  options,
  showsOptionsAlways: true,
  examples: [
    ['All records of a topic, and those to come', '--topic orders --from-beginning'],
    ['The first ten', '--topic orders --from-beginning --max-messages 10'],
    ['As a member of a group, with keys', '--topic orders --group billing --formatter-property print.key=true'],
  ],
  async run(given, environment) {
    const config = given.text('command-config') ?? given.text('consumer.config')
    const fromFile = config === undefined ? new Map<string, string>() : await environment.readProperties(config)
    const given_ = keyValues([...given.texts('command-property'), ...given.texts('consumer-property')])
    const properties = new Map([...fromFile, ...given_])
    const consumer = consumerArguments(given, properties)
    for (const [older, newer] of [
      ['consumer-property', 'command-property'],
      ['consumer.config', 'command-config'],
    ] as const) {
      if (!given.has(older)) continue
      environment.terminal.print(
        `Option --${older} is deprecated and will be removed in a future version. Use --${newer} instead.`,
      )
    }
    const formatterFile = given.text('formatter-config')
    const formatter = new RecordFormatter(
      given.text('formatter'),
      new Map([
        ...(formatterFile === undefined ? [] : await environment.readProperties(formatterFile)),
        ...keyValues([...given.texts('property'), ...given.texts('formatter-property')]),
      ]),
    )
    const client = await environment.connect(given.text('bootstrap-server')!, config, { properties: given_ })
    const count = await consume(client, consumer, environment, record => formatter.bytes(record))
    environment.terminal.printError(`Processed a total of ${count} messages`)
    return { lines: [] }
  },
})

/** Prints records until there are enough, none came for long enough, or the tool is asked to stop. Yields how many. */
async function consume(
  client: KafkaClient,
  consumer: ConsumerArguments,
  { terminal, ports, progress }: ToolEnvironment,
  format: (record: FetchedRecord) => Uint8Array,
): Promise<number> {
  const { clock } = ports
  let isStopping = false
  terminal.onStopRequest(() => {
    isStopping = true
  })
  const fetcher = new Fetcher(client, ports.compression, {
    isReadCommitted: consumer.isReadCommitted,
    offsetReset: consumer.offsetReset,
    maxWaitMs: Math.min(pollWaitMs, consumer.timeoutMs),
    partitionBytesMax: 1024 * 1024,
    responseBytesMax: 50 * 1024 * 1024,
  })
  const reader = await readerOf(client, consumer, clock)
  fetcher.assign(await reader.join())
  let count = 0
  // Who reads the records sees that they come.
  if (terminal.isInteractive) progress(undefined)
  else progress(() => `${counted(count, 'record')} read`)
  let lastMs = clock.monotonicMs()
  /** Where each partition's next record is that was not printed. */
  const printed = new Map<string, TopicPartition & { offset: number }>()
  while (!isStopping && count < consumer.messagesMax) {
    if (!(await reader.isCurrent())) fetcher.assign(await reader.join())
    if (fetcher.positions.length === 0) await client.pause(100)
    for (const record of await fetcher.poll()) {
      if (isStopping || count === consumer.messagesMax) break
      if (!(await terminal.write(format(record)))) isStopping = true
      const { topic, partition, offset } = record
      printed.set(partitionName(record), { topic, partition, offset: offset + 1 })
      count++
      lastMs = clock.monotonicMs()
    }
    if (clock.monotonicMs() - lastMs > consumer.timeoutMs) {
      terminal.printError('Error processing message, terminating consumer process: no record came in time')
      break
    }
  }
  await reader.leave([...printed.values()])
  return count
}

/** What decides which partitions are read, and from where. */
interface Reader {
  join(): Promise<(TopicPartition & { readonly offset: number })[]>
  /** False where `join` has to be called again. */
  isCurrent(): Promise<boolean>
  leave(positions: readonly (TopicPartition & { readonly offset: number })[]): Promise<void>
}

async function readerOf(
  client: KafkaClient,
  consumer: ConsumerArguments,
  clock: ToolEnvironment['ports']['clock'],
): Promise<Reader> {
  const { groupId } = consumer
  if (groupId !== undefined) return groupReader(client, consumer, clock, groupId)
  return {
    join: async () => {
      const partitions =
        consumer.partition === undefined
          ? await allPartitions(client, await topicsOf(client, consumer))
          : [{ topic: consumer.topic!, partition: consumer.partition }]
      if (consumer.offset !== undefined && consumer.offset >= 0) {
        return partitions.map(partition => ({ ...partition, offset: consumer.offset! }))
      }
      return await atTimestamp(client, partitions, consumer.offset ?? resetTimestamp(consumer))
    },
    isCurrent: async () => true,
    leave: async () => {},
  }
}

async function groupReader(
  client: KafkaClient,
  consumer: ConsumerArguments,
  clock: ToolEnvironment['ports']['clock'],
  groupId: string,
): Promise<Reader> {
  const member = new GroupMember(client, clock, await topicsOf(client, consumer), {
    groupId,
    sessionTimeoutMs: 45_000,
    rebalanceTimeoutMs: 300_000,
    heartbeatIntervalMs: 3000,
  })
  return {
    join: async () => {
      const assigned = await member.join()
      const committed = new Map((await committedOffsets(client, groupId)).map(at => [partitionName(at), at.offset]))
      const isKnown = (partition: TopicPartition) => committed.has(partitionName(partition))
      return [
        ...assigned.filter(isKnown).map(at => ({ ...at, offset: committed.get(partitionName(at))! })),
        ...(await atTimestamp(
          client,
          assigned.filter(partition => !isKnown(partition)),
          resetTimestamp(consumer),
        )),
      ]
    },
    isCurrent: () => member.heartbeat(),
    leave: async positions => {
      if (consumer.isCommitting) await member.commit(positions)
      await member.leave()
    },
  }
}

function resetTimestamp({ offsetReset }: ConsumerArguments): number {
  return offsetReset === 'earliest' ? OffsetSpec.EARLIEST : OffsetSpec.LATEST
}

async function topicsOf(client: KafkaClient, { topic, include }: ConsumerArguments): Promise<string[]> {
  if (topic !== undefined) return [topic]
  const isIncluded = includeList(include!)
  const { topics } = await client.metadata(null)
  return topics
    .filter(({ isInternal }) => !isInternal)
    .map(({ name }) => name!)
    .filter(isIncluded)
}

/** Waits for topics that are not there yet, as Kafka's consumer does. */
async function allPartitions(client: KafkaClient, topics: readonly string[]): Promise<TopicPartition[]> {
  return await client.retrying(async () => {
    const metadata = await client.metadata(topics)
    return metadata.topics.flatMap(({ errorCode, name, partitions }) => {
      if (errorCode !== 0) throw new ClientError(errorCode)
      return partitions.map(({ partitionIndex }) => ({ topic: name!, partition: partitionIndex }))
    })
  })
}

async function atTimestamp(client: KafkaClient, partitions: readonly TopicPartition[], timestamp: number) {
  const offsets = await listOffsets(
    client,
    partitions.map(({ topic, partition }) => ({ topic, partition, timestamp })),
  )
  return Array.from(offsets, ([{ topic, partition }, offset]) => {
    if (offset instanceof ClientError) throw new ToolError(`${partitionName({ topic, partition })}: ${offset.message}`)
    return { topic, partition, offset }
  })
}
