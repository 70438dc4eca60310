import { OffsetSpec } from '../../../client/list-offsets.ts'
import type { GivenOptions } from '../../option-table.ts'
import { ToolError } from '../../tool.ts'
import { UsageError } from '../../usage-error.ts'
import type { options } from './options.ts'

/** What the command line asks a consumer to do. */
export interface ConsumerArguments {
  readonly topic: string | undefined
  /** A pattern of topics, where there is no one topic. */
  readonly include: string | undefined
  readonly partition: number | undefined
  /** Where to begin: an offset, or below zero an `OffsetSpec`. */
  readonly offset: number | undefined
  readonly offsetReset: 'earliest' | 'latest'
  readonly groupId: string | undefined
  readonly isCommitting: boolean
  readonly isReadCommitted: boolean
  /** Infinity for no end. */
  readonly messagesMax: number
  readonly timeoutMs: number
}

/** Throws what Kafka's tool refuses before it asks anybody. */
export function consumerArguments(
  given: GivenOptions<keyof typeof options>,
  properties: ReadonlyMap<string, string>,
): ConsumerArguments {
  if (given.has('topic') === given.has('include')) {
    throw new UsageError('Exactly one of the following arguments is required: [topic], [include]')
  }
  const partition = given.integer('partition')
  if (partition !== undefined) {
    if (!given.has('topic')) throw new UsageError('The topic is required when partition is specified.')
    if (given.has('from-beginning') && given.has('offset')) {
      throw new UsageError('Options from-beginning and offset cannot be specified together.')
    }
  } else if (given.has('offset')) throw new UsageError('The partition is required when offset is specified.')
  given.require('bootstrap-server')
  for (const [older, newer] of [
    ['consumer-property', 'command-property'],
    ['consumer.config', 'command-config'],
  ] as const) {
    if (given.has(older) && given.has(newer)) {
      throw new UsageError(`Options --${older} and --${newer} cannot be specified together.`)
    }
  }
  const groupId = groupOf(given, properties, partition)
  return {
    topic: given.text('topic'),
    include: given.text('include'),
    partition,
    offset: partition === undefined ? undefined : offsetOf(given),
    offsetReset: offsetResetOf(given, properties),
    groupId,
    isCommitting: (properties.get('enable.auto.commit') ?? 'true') === 'true',
    isReadCommitted: (given.text('isolation-level') ?? properties.get('isolation.level')) === 'read_committed',
    messagesMax: countOf(given.integer('max-messages')),
    timeoutMs: countOf(given.integer('timeout-ms')),
  }
}

function countOf(count: number | undefined): number {
  return count === undefined || count < 0 ? Number.POSITIVE_INFINITY : count
}

function groupOf(
  given: GivenOptions<keyof typeof options>,
  properties: ReadonlyMap<string, string>,
  partition: number | undefined,
): string | undefined {
  const ids = [...new Set([given.text('group'), properties.get('group.id')].filter(id => id !== undefined))]
  if (ids.length > 1) {
    throw new UsageError(
      `The group ids provided in different places (directly using '--group', via '--consumer-property', or via '--consumer.config') do not match. Detected group ids: ${ids.map(id => `'${id}'`).join(', ')}`,
    )
  }
  if (ids.length > 0 && partition !== undefined) {
    throw new UsageError('Options group and partition cannot be specified together.')
  }
  return ids[0]
}

function offsetOf(given: GivenOptions<keyof typeof options>): number {
  const text = given.text('offset')
  if (text === undefined) return given.has('from-beginning') ? OffsetSpec.EARLIEST : OffsetSpec.LATEST
  if (text.toLowerCase() === 'earliest') return OffsetSpec.EARLIEST
  if (text.toLowerCase() === 'latest') return OffsetSpec.LATEST
  if (!/^\d+$/.test(text)) {
    throw new UsageError(
      `The provided offset value '${text}' is incorrect. Valid values are 'earliest', 'latest', or a non-negative long.`,
    )
  }
  return Number(text)
}

function offsetResetOf(
  given: GivenOptions<keyof typeof options>,
  properties: ReadonlyMap<string, string>,
): 'earliest' | 'latest' {
  const reset = properties.get('auto.offset.reset')
  if (reset === undefined) return given.has('from-beginning') ? 'earliest' : 'latest'
  if (given.has('from-beginning') && reset !== 'earliest') {
    throw new ToolError(
      `Can't simultaneously specify --from-beginning and 'auto.offset.reset=${reset}', please remove one option`,
    )
  }
  if (reset !== 'earliest' && reset !== 'latest') {
    throw new ToolError(`Invalid value ${reset} for configuration auto.offset.reset`)
  }
  return reset
}
