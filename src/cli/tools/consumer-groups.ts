import { ClientError } from '../../client/client-error.ts'
import { NotAConsumerGroupError } from '../../client/groups.ts'
import type { KafkaClient } from '../../client/kafka-client.ts'
import { compileTopicPattern } from '../../groups/regex/compile-topic-pattern.ts'
import { type Tool, type ToolEnvironment, ToolError, type ToolResult, tool } from '../tool.ts'
import { OptionError, UsageError } from '../usage-error.ts'
import { deleteGroups, deleteOffsets } from './consumer-groups/delete.ts'
import { describeGroups } from './consumer-groups/describe.ts'
import { failure } from './consumer-groups/failure.ts'
import { listConsumerGroups } from './consumer-groups/list.ts'
import { type ConsumerGroupOptions, consumerGroupOptions } from './consumer-groups/options.ts'
import { resetOffsets } from './consumer-groups/reset.ts'

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
    ['Which groups there are, and how they are', '--list --state'],
    ['How far behind a group is', '--describe --group billing'],
    [
      'Read a topic once more from its beginning (without --execute nothing is done)',
      '--reset-offsets --group billing --topic orders --to-earliest --execute',
    ],
    ['Forget a group', '--delete --group billing'],
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

async function act(
  given: ConsumerGroupOptions,
  environment: ToolEnvironment,
  client: KafkaClient,
): Promise<ToolResult> {
  if (given.has('list')) return await listConsumerGroups(given, client)
  if (given.has('describe')) return await describeGroups(given, environment, client)
  if (given.has('delete')) return await deleteGroups(given, environment, client)
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
