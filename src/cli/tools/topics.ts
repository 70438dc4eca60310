import { ClientError } from '../../client/client-error.ts'
import type { KafkaClient } from '../../client/kafka-client.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import { clientOptions } from '../client-options.ts'
import { includeList } from '../include-list.ts'
import type { GivenOptions } from '../option-table.ts'
import { type Tool, ToolError, type ToolResult, tool } from '../tool.ts'
import { UsageError } from '../usage-error.ts'
import { configToAdd, parseReplicaAssignment } from './topics/arguments.ts'
import { addPartitions, createTopic, deleteTopics, type NewTopic } from './topics/changes.ts'
import { describeTopics, type PartitionFilter } from './topics/describe.ts'

const options = {
  ...clientOptions,
  list: { help: 'Lists the names of topics.' },
  create: { help: 'Creates the topic.' },
  delete: { help: 'Deletes every topic that --topic matches.' },
  alter: { help: 'Adds partitions to every topic that --topic matches.' },
  describe: { help: 'Shows partitions, leaders, replicas and configuration.' },
  topic: {
    argument: 'name',
    help: 'The topic; except with --create a pattern, in which commas separate alternatives.',
  },
  'topic-id': { argument: 'id', help: 'The topic to describe, by its id.' },
  config: {
    argument: 'key=value',
    completes: 'topicKeys',
    help: 'A configuration of the topic to be created. May be repeated.',
  },
  'delete-config': { argument: 'key', help: 'Has had no effect since Kafka 4.0; kafka-configs does this.' },
  partitions: { argument: 'count', type: 'integer', help: 'With --create or --alter: how many there shall be.' },
  'replication-factor': { argument: 'count', type: 'integer', help: 'With --create: replicas of each partition.' },
  'replica-assignment': {
    argument: 'id:id,id:id',
    help: 'Which brokers hold each partition: partitions separated by commas, brokers by colons.',
  },
  'under-replicated-partitions': { help: 'Describes only partitions with fewer in-sync replicas than replicas.' },
  'unavailable-partitions': { help: 'Describes only partitions without a living leader.' },
  'under-min-isr-partitions': { help: 'Describes only partitions below min.insync.replicas.' },
  'at-min-isr-partitions': { help: 'Describes only partitions at min.insync.replicas exactly.' },
  'topics-with-overrides': { help: 'Describes only topics with a configuration of their own.' },
  'if-exists': { help: 'With --alter, --delete or --describe: no topic that matches is no error.' },
  'if-not-exists': { help: 'With --create: a topic that is there already is no error.' },
  'exclude-internal': { help: 'Leaves internal topics such as __consumer_offsets out.' },
  'partition-size-limit-per-response': {
    argument: 'count',
    type: 'integer',
    help: 'How many partitions one response may describe; 2000 unless given.',
  },
} as const

type Name = keyof typeof options
type Given = GivenOptions<Name>

const actions = ['create', 'list', 'alter', 'describe', 'delete'] as const satisfies readonly Name[]

export const topics: Tool = tool({
  options,
  examples: [
    ['Which topics there are', '--list'],
    [
      'A topic of six partitions that keeps its records for a day',
      '--create --topic orders --partitions 6 --config retention.ms=86400000',
    ],
    ['Where the partitions of a topic are', '--describe --topic orders'],
    ['More partitions', '--alter --topic orders --partitions 12'],
    ['Every topic whose name begins with test-', "--delete --topic 'test-.*'"],
  ],
  async run(given, environment) {
    const warnings = check(given)
    const client = await environment.connect(given.text('bootstrap-server')!, given.text('command-config'))
    const result = await act(given, client).catch(told)
    for (const warning of warnings) environment.terminal.printError(warning)
    return result
  },
})

async function act(given: Given, client: KafkaClient): Promise<ToolResult> {
  if (given.has('create')) return await create(given, client)
  if (given.has('alter')) return await alter(given, client)
  if (given.has('list')) return await list(given, client)
  if (given.has('describe')) return await describe(given, client)
  return await remove(given, client)
}

/** Kafka's tool tells on standard output what went wrong on the way. */
function told(error: unknown): ToolResult {
  if (!(error instanceof ClientError || error instanceof ToolError || error instanceof UsageError)) throw error
  return { lines: [`Error while executing topic command : ${error.message}`], exitCode: 1 }
}

async function create(given: Given, client: KafkaClient): Promise<ToolResult> {
  const name = given.text('topic')!
  const assignment = given.text('replica-assignment')
  const topic: NewTopic = {
    name,
    partitions: given.integer('partitions'),
    replicationFactor: given.integer('replication-factor'),
    assignment: assignment === undefined ? [] : parseReplicaAssignment(assignment),
    configs: new Map(given.texts('config').map(configToAdd)),
  }
  const lines = name.includes('.') || name.includes('_') ? [collisionWarning] : []
  try {
    await createTopic(client, topic)
    lines.push(`Created topic ${name}.`)
  } catch (error) {
    if (!(error instanceof ClientError || error instanceof ToolError)) throw error
    const isThere = error instanceof ClientError && error.code === ErrorCode.TOPIC_ALREADY_EXISTS
    if (!isThere || !given.has('if-not-exists')) return { lines: [...lines, ...told(error).lines], exitCode: 1 }
  }
  return { lines }
}

const collisionWarning =
  "WARNING: Due to limitations in metric names, topics with a period ('.') or underscore ('_') could collide. " +
  'To avoid issues it is best to use either, but not both.'

async function list(given: Given, client: KafkaClient): Promise<ToolResult> {
  const names = await matchingTopics(given, client)
  // Kafka's joins the names, and so prints one empty line where there are none.
  return {
    lines: names.length === 0 ? [''] : names,
    table: { columns: ['Topic'], rows: names.map(name => [name]) },
    data: names,
  }
}

async function alter(given: Given, client: KafkaClient): Promise<ToolResult> {
  const assignment = given.text('replica-assignment')
  const assigned = assignment === undefined ? undefined : parseReplicaAssignment(assignment)
  const names = await matchingTopics(given, client)
  ensureFound(given, names)
  await addPartitions(client, names, given.integer('partitions')!, assigned)
  return { lines: [] }
}

async function remove(given: Given, client: KafkaClient): Promise<ToolResult> {
  const names = await matchingTopics(given, client)
  ensureFound(given, names)
  await deleteTopics(client, names)
  return { lines: [] }
}

async function describe(given: Given, client: KafkaClient): Promise<ToolResult> {
  const id = given.text('topic-id')
  const isById = id !== undefined && !/^A{22}$/.test(id)
  const names = isById ? await namesById(client, given, id) : await matchingTopics(given, client)
  if (!isById) ensureFound(given, names)
  return await describeTopics(client, names, {
    filter: filters.find(filter => given.has(filter)),
    isOnlyOverridden: given.has('topics-with-overrides'),
    partitionsPerResponse: given.integer('partition-size-limit-per-response') ?? 2000,
  })
}

const filters = [
  'under-replicated-partitions',
  'unavailable-partitions',
  'under-min-isr-partitions',
  'at-min-isr-partitions',
] as const satisfies readonly (Name & PartitionFilter)[]

async function matchingTopics(given: Given, client: KafkaClient): Promise<string[]> {
  const pattern = given.text('topic')
  const isMatching = pattern === undefined ? () => true : includeList(pattern)
  const { topics: all } = await client.metadata(null)
  return all
    .filter(topic => !(topic.isInternal && given.has('exclude-internal')))
    .map(topic => topic.name!)
    .filter(isMatching)
    .sort()
}

async function namesById(client: KafkaClient, given: Given, id: string): Promise<string[]> {
  const { topics: all } = await client.metadata(null)
  const found = all.find(topic => topic.topicId === id && !(topic.isInternal && given.has('exclude-internal')))
  if (found === undefined && !given.has('if-exists')) throw new ToolError(`TopicId '${id}' does not exist as expected`)
  return found === undefined ? [] : [found.name!]
}

function ensureFound(given: Given, names: readonly string[]): void {
  const pattern = given.text('topic')
  if (pattern !== undefined && pattern !== '' && names.length === 0 && !given.has('if-exists')) {
    throw new ToolError(`Topic '${pattern}' does not exist as expected`)
  }
}

/** What Kafka's tool refuses before it asks anybody. Returns what it warns of. */
function check(given: Given): string[] {
  if (actions.filter(action => given.has(action)).length !== 1) {
    throw new UsageError('Command must include exactly one action: --list, --describe, --create, --alter or --delete')
  }
  const warnings = given.has('delete-config')
    ? [
        'delete-config option is no longer supported and deprecated since version 4.0. The config will be fully removed in future releases.',
      ]
    : []
  if (!given.has('bootstrap-server')) throw new ToolError('--bootstrap-server must be specified')
  if (given.has('describe') && given.has('if-exists') && !given.has('topic') && !given.has('topic-id')) {
    throw new UsageError('--topic or --topic-id is required to describe a topic')
  }
  if (!given.has('list') && !given.has('describe')) given.require('topic')
  if (given.has('alter')) {
    if (given.has('config')) {
      throw new UsageError(
        `Option combination "[[bootstrap-server], [config]]" can't be used with option "[alter]" (To alter topic configurations, the kafka-configs tool can be used.)`,
      )
    }
    given.require('partitions')
  }
  forbidOutside(given)
  return warnings
}

function forbidOutside(given: Given): void {
  const allowed: [Name, readonly Name[]][] = [
    ['config', ['alter', 'create']],
    ['partitions', ['alter', 'create']],
    ['replication-factor', ['create']],
    ['replica-assignment', ['alter', 'create']],
    ['under-replicated-partitions', ['describe']],
    ['under-min-isr-partitions', ['describe']],
    ['at-min-isr-partitions', ['describe']],
    ['unavailable-partitions', ['describe']],
    ['topics-with-overrides', ['describe']],
    ['if-exists', ['alter', 'delete', 'describe']],
    ['if-not-exists', ['create']],
    ['exclude-internal', ['list', 'describe']],
  ]
  if (given.has('create')) given.forbid('replica-assignment', 'partitions', 'replication-factor')
  for (const [option, within] of allowed) {
    given.forbid(option, ...actions.filter(action => !within.includes(action)))
    if (filters.some(filter => filter === option)) given.forbid(option, 'topics-with-overrides')
  }
}
