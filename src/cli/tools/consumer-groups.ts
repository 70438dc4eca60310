import { ClientError } from '../../client/client-error.ts'
import { NotAConsumerGroupError } from '../../client/groups.ts'
import type { KafkaClient } from '../../client/kafka-client.ts'
import { compileTopicPattern } from '../../groups/regex/compile-topic-pattern.ts'
import { clientOptions } from '../client-options.ts'
import type { GivenOptions } from '../option-table.ts'
import { type Tool, type ToolEnvironment, ToolError, type ToolResult, tool } from '../tool.ts'
import { OptionError, UsageError } from '../usage-error.ts'
import { deleteGroups, deleteOffsets } from './consumer-groups/delete.ts'
import { describeGroups } from './consumer-groups/describe.ts'
import { listConsumerGroups } from './consumer-groups/list.ts'
import { resetOffsets } from './consumer-groups/reset.ts'

export const consumerGroupOptions = {
  ...clientOptions,
  list: { help: 'Lists the ids of groups; with --state or --type those too.' },
  describe: { help: 'Shows offsets and lag, or with --members or --state those.' },
  delete: { help: 'Deletes groups that have no members.' },
  'reset-offsets': { help: 'Moves the offsets of a group without members; only shows them without --execute.' },
  'delete-offsets': { help: 'Deletes the offsets of topics that the group is not subscribed to.' },
  'validate-regex': { argument: 'pattern', help: 'Says whether brokers will understand a subscription by pattern.' },
  group: { argument: 'id', help: 'The group. May be repeated with --describe and --delete.' },
  'all-groups': { help: 'Every group.' },
  topic: { argument: 'name', help: 'A topic, or topic:0,1 for some of its partitions. May be repeated.' },
  'all-topics': { help: 'With --reset-offsets: every topic the group has offsets of.' },
  members: { help: 'With --describe: shows the members.', onlyWith: ['describe'] },
  offsets: { help: 'With --describe: shows offsets and lag.', onlyWith: ['describe'] },
  state: {
    argument: 'states',
    isArgumentOptional: true,
    onlyWith: ['describe', 'list'],
    help: 'With --describe: shows the state. With --list: shows states, or only groups in one of those given.',
  },
  type: {
    argument: 'types',
    isArgumentOptional: true,
    onlyWith: ['list'],
    help: 'With --list: shows types, or only groups of those given: classic, consumer.',
  },
  verbose: { help: 'With --describe: shows more.', onlyWith: ['describe'] },
  timeout: { argument: 'milliseconds', type: 'long', help: 'How long to wait for an answer; 30000 unless given.' },
  'dry-run': { help: 'With --reset-offsets: only shows what would be.' },
  execute: { help: 'With --reset-offsets: does it.' },
  export: { help: 'With --reset-offsets: prints CSV, which --from-file reads.' },
  'to-offset': { argument: 'offset', type: 'long', help: 'Resets to this offset.' },
  'to-earliest': { help: 'Resets to the beginning.' },
  'to-latest': { help: 'Resets to the end.' },
  'to-current': { help: 'Resets to what is committed.' },
  'to-datetime': {
    argument: 'time',
    help: 'Resets to a point in time: 2026-01-31T12:00:00.000, in UTC or with +01:00.',
  },
  'by-duration': { argument: 'duration', help: 'Resets to so long ago: P1DT2H3M4S.' },
  'shift-by': { argument: 'count', type: 'long', help: 'Resets so many records forwards or, below zero, backwards.' },
  'from-file': { argument: 'file', help: 'Resets to what a CSV file says.' },
} as const

export type ConsumerGroupOptions = GivenOptions<keyof typeof consumerGroupOptions>

const actions = [
  'list',
  'describe',
  'delete',
  'reset-offsets',
  'delete-offsets',
  'validate-regex',
] as const satisfies readonly (keyof typeof consumerGroupOptions)[]

export const consumerGroups: Tool = tool({
  options: consumerGroupOptions,
  examples: [
    '--bootstrap-server localhost:9092 --list --state',
    '--bootstrap-server localhost:9092 --describe --group billing',
    '--bootstrap-server localhost:9092 --reset-offsets --group billing --topic orders --to-earliest --execute',
  ],
  async run(given, environment) {
    check(given, environment)
    const pattern = given.text('validate-regex')
    if (pattern !== undefined) return { lines: [patternVerdict(pattern)] }
    const client = await environment.connect(given.text('bootstrap-server')!, given.text('command-config'), {
      apiTimeoutMs: given.integer('timeout') ?? 30_000,
    })
    try {
      return await act(given, environment, client)
    } catch (error) {
      // The words of the command line itself.
      if (error instanceof OptionError) throw new UsageError(error.message)
      return { lines: failure(`Executing consumer group command failed due to ${reasonOf(error)}`) }
    }
  },
})

function reasonOf(error: unknown): string {
  if (error instanceof ClientError) return error.exceptionText
  if (error instanceof NotAConsumerGroupError) return `java.lang.IllegalArgumentException: ${error.message}`
  if (error instanceof ToolError) return error.message
  throw error
}

function patternVerdict(pattern: string): string {
  const compiled = compileTopicPattern(pattern)
  return 'description' in compiled
    ? `The regular expression \`${pattern}\` is invalid: ${compiled.description}.`
    : `The regular expression \`${pattern}\` is valid.`
}

/** Kafka's tool tells of failures on standard output, below an empty line, and still exits with 0. */
export function failure(message: string): string[] {
  return ['', `Error: ${message}`]
}

async function act(
  given: ConsumerGroupOptions,
  environment: ToolEnvironment,
  client: KafkaClient,
): Promise<ToolResult> {
  if (given.has('list')) return await listConsumerGroups(given, client)
  if (given.has('describe')) return await describeGroups(given, environment, client)
  if (given.has('delete')) return await deleteGroups(given, client)
  if (given.has('reset-offsets')) return await resetOffsets(given, environment, client)
  return await deleteOffsets(given, client)
}

const scenarios = [
  'to-offset',
  'shift-by',
  'to-datetime',
  'by-duration',
  'to-earliest',
  'to-latest',
  'to-current',
  'from-file',
] as const

function check(given: ConsumerGroupOptions, environment: ToolEnvironment): void {
  if (!given.has('validate-regex')) given.require('bootstrap-server')
  const hasGroup = given.has('group') || given.has('all-groups')
  const needsGroup = (action: string) =>
    new UsageError(`Option [${action}] takes one of these options: [group], [all-groups]`)
  if (given.has('describe')) {
    if (!hasGroup) throw needsGroup('describe')
    if ((['members', 'offsets', 'state'] as const).filter(option => given.has(option)).length > 1) {
      throw new UsageError('Option [describe] takes at most one of these options: [members], [offsets], [state]')
    }
    if (given.text('state') !== undefined) {
      throw new UsageError('Option [describe] does not take a value for [state]')
    }
  }
  if (given.has('delete')) {
    if (!hasGroup) throw needsGroup('delete')
    if (given.has('topic')) {
      throw new UsageError('The consumer does not support topic-specific offset deletion from a consumer group.')
    }
  }
  if (given.has('delete-offsets') && !(given.has('group') && given.has('topic'))) {
    throw new UsageError('Option [delete-offsets] takes the following options: [group], [topic]')
  }
  if (given.has('reset-offsets')) {
    if (given.has('dry-run') && given.has('execute')) {
      throw new UsageError('Option [reset-offsets] only accepts one of [execute] and [dry-run]')
    }
    if (!given.has('dry-run') && !given.has('execute')) environment.terminal.printError(dryRunWarning)
    if (!hasGroup) throw needsGroup('reset-offsets')
    for (const scenario of scenarios) given.forbid(scenario, ...scenarios.filter(other => other !== scenario))
  }
  given.forbid('group', 'all-groups', 'list')
  given.forbid('topic', 'list', 'describe')
  if (actions.filter(action => given.has(action)).length !== 1) {
    throw new UsageError(`Command must include exactly one action: ${actions.map(action => `--${action}`).join(', ')}`)
  }
}

const dryRunWarning =
  'WARN: No action will be performed as the --execute option is missing. In version 5.0, this command will require ' +
  'either --dry-run or --execute to be specified. You should add the --dry-run option explicitly if you are scripting ' +
  'this command and want to keep the current default behavior without prompting.'
