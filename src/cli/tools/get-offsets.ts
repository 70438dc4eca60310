import { ClientError } from '../../client/client-error.ts'
import type { KafkaClient } from '../../client/kafka-client.ts'
import { listOffsets, OffsetSpec } from '../../client/list-offsets.ts'
import { partitionName, type TopicPartition } from '../../client/partitions.ts'
import { clientOptions } from '../client-options.ts'
import { includeList } from '../include-list.ts'
import type { GivenOptions } from '../option-table.ts'
import { type Tool, ToolError, tool } from '../tool.ts'
import { UsageError } from '../usage-error.ts'

const options = {
  ...clientOptions,
  topic: { argument: 'name', help: 'The topic, or a pattern of topics; all where it is not given.' },
  partitions: { argument: 'ids', help: 'Partitions, separated by commas; all where they are not given.' },
  'topic-partitions': {
    argument: 'patterns',
    help: 'Instead of --topic and --partitions: topic:partition, separated by commas, where a partition is a number, a range such as 0-3 (the end excluded), 5- or -3.',
  },
  time: {
    argument: 'time',
    help: 'A timestamp in milliseconds, or -1 or latest (what it is unless given), -2 or earliest, -3 or max-timestamp, -4 or earliest-local, -5 or latest-tiered, -6 or earliest-pending-upload.',
  },
  'exclude-internal-topics': { help: 'Leaves internal topics such as __consumer_offsets out.' },
} as const

type Given = GivenOptions<keyof typeof options>

export const getOffsets: Tool = tool({
  options,
  examples: [
    ['Where each partition ends', '--topic orders'],
    ['Where the first three partitions begin', '--topic-partitions orders:0-3 --time earliest'],
    ['The first record of 2026 or after', '--topic orders --time 1767225600000'],
  ],
  errorPrefix: 'Error occurred: ',
  async run(given, environment) {
    given.require('bootstrap-server')
    const bootstrapServers = given.text('bootstrap-server')!
    if (!isBootstrapList(bootstrapServers)) {
      throw new UsageError('Please provide valid host:port like host1:9091,host2:9092')
    }
    if (given.has('topic-partitions') && (given.has('topic') || given.has('partitions'))) {
      throw new ToolError('--topic-partitions cannot be used with --topic or --partitions')
    }
    const timestamp = parseTime(given.text('time') ?? 'latest')
    const isAsked = partitionFilter(given)
    const client = await environment.connect(bootstrapServers, given.text('command-config'))
    const partitions = await matchingPartitions(client, isAsked, given.has('exclude-internal-topics'))
    if (partitions.length === 0) throw new ToolError('Could not match any topic-partitions with the specified filters')
    const answers = await listOffsets(
      client,
      partitions.map(partition => ({ ...partition, timestamp })),
    )
    const found: { topic: string; partition: number; offset: number }[] = []
    for (const [query, answer] of answers) {
      if (answer instanceof ClientError) {
        environment.terminal.printError(
          `Skip getting offsets for topic-partition ${partitionName(query)} due to error: ${answer.message}`,
        )
      } else if (answer >= 0) found.push({ topic: query.topic, partition: query.partition, offset: answer })
    }
    return {
      lines: found.map(({ topic, partition, offset }) => `${topic}:${partition}:${offset}`),
      table: {
        columns: ['Topic', 'Partition', 'Offset'],
        rows: found.map(({ topic, partition, offset }) => [topic, partition, offset]),
      },
      data: found,
    }
  },
})

const namedTimes: Readonly<Record<string, number>> = {
  latest: OffsetSpec.LATEST,
  earliest: OffsetSpec.EARLIEST,
  'max-timestamp': OffsetSpec.MAX_TIMESTAMP,
  'earliest-local': OffsetSpec.EARLIEST_LOCAL,
  'latest-tiered': OffsetSpec.LATEST_TIERED,
  'earliest-pending-upload': OffsetSpec.EARLIEST_PENDING_UPLOAD,
}

function parseTime(text: string): number {
  const named = namedTimes[text]
  if (named !== undefined) return named
  if (!/^[+-]?\d{1,19}$/.test(text)) {
    throw new ToolError(
      `Malformed time argument ${text}. Please use -1 or latest / -2 or earliest / -3 or max-timestamp / -4 or earliest-local / -5 or latest-tiered / -6 or earliest-pending-upload, or a specified long format timestamp`,
    )
  }
  return Number(text)
}

type Filter = (partition: TopicPartition) => boolean

function partitionFilter(given: Given): Filter {
  const patterns = given.text('topic-partitions')
  if (patterns !== undefined) {
    const filters = patterns.split(',').map(parsePattern)
    return partition => filters.some(isAsked => isAsked(partition))
  }
  const isTopic = includeList(given.text('topic') ?? '.*')
  const ids = partitionIds(given.text('partitions') ?? '')
  return ({ topic, partition }) => (ids.size === 0 || ids.has(partition)) && isTopic(topic)
}

function partitionIds(text: string): Set<number> {
  if (text === '') return new Set()
  const ids = text.split(',')
  if (!ids.every(id => /^[+-]?\d+$/.test(id))) {
    throw new ToolError(`--partitions expects a comma separated list of numeric partition ids, but received: ${text}`)
  }
  return new Set(ids.map(Number))
}

/** `topic:3`, `topic:0-3`, `topic:5-`, `topic:-3`, each without the topic too, or `topic` alone. */
function parsePattern(text: string): Filter {
  const match = /^(?<topic>[^:,]*)(?::(?:(?<only>\d*)|(?<from>\d*)-(?<to>\d*)))?$/.exec(text)
  if (match === null) throw new ToolError(`Invalid rule specification: ${text}`)
  const { topic, only, from, to } = match.groups!
  const isTopic = includeList(topic || '.*')
  const first = Number(only || from || 0)
  const end = only ? first + 1 : to ? Number(to) : Number.POSITIVE_INFINITY
  return ({ topic, partition }) => partition >= first && partition < end && isTopic(topic)
}

/** In the order of their names, `orders-10` before `orders-2`. */
async function matchingPartitions(
  client: KafkaClient,
  isAsked: Filter,
  isWithoutInternal: boolean,
): Promise<TopicPartition[]> {
  const { topics } = await client.metadata(null)
  return topics
    .filter(topic => !(topic.isInternal && isWithoutInternal))
    .flatMap(({ name, partitions }) =>
      partitions.map(({ partitionIndex }) => ({ topic: name!, partition: partitionIndex })),
    )
    .filter(isAsked)
    .sort((a, b) => (partitionName(a) < partitionName(b) ? -1 : 1))
}

function isBootstrapList(text: string): boolean {
  return text.split(',').every(address => /:\d+$/.test(address.trim()))
}
