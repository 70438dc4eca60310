import { ClientError } from '../../../client/client-error.ts'
import { committedOffsets } from '../../../client/groups.ts'
import type { KafkaClient } from '../../../client/kafka-client.ts'
import { listOffsets, OffsetSpec } from '../../../client/list-offsets.ts'
import { partitionName, type TopicPartition } from '../../../client/partitions.ts'
import { type ToolEnvironment, ToolError } from '../../tool.ts'
import { UsageError } from '../../usage-error.ts'
import { failure } from './failure.ts'
import type { ConsumerGroupOptions } from './options.ts'
import { parseDateTime, parseDuration } from './time-arguments.ts'

export interface NewOffset extends TopicPartition {
  readonly offset: number
}

export interface ResetPlan {
  readonly given: ConsumerGroupOptions
  readonly environment: ToolEnvironment
  readonly client: KafkaClient
  readonly group: string
  /** What is told on the way. */
  readonly lines: string[]
}

/** Where each partition's offset shall go, by the one scenario the command line names. */
export async function targetOffsets(plan: ResetPlan, partitions: readonly TopicPartition[]): Promise<NewOffset[]> {
  const { given, client, environment } = plan
  const offset = given.integer('to-offset')
  if (offset !== undefined)
    return await withinLogs(
      plan,
      partitions.map(partition => ({ ...plain(partition), offset })),
    )
  if (given.has('to-earliest')) return await placed(client, partitions, OffsetSpec.EARLIEST)
  if (given.has('to-latest')) return await placed(client, partitions, OffsetSpec.LATEST)
  const shift = given.integer('shift-by')
  if (shift !== undefined) return await withinLogs(plan, await shifted(plan, partitions, shift))
  const dateTime = given.text('to-datetime')
  if (dateTime !== undefined) return await atTime(plan, partitions, parseDateTime(dateTime))
  const duration = given.text('by-duration')
  if (duration !== undefined) return await atTime(plan, partitions, environment.nowMs() - parseDuration(duration))
  const file = given.text('from-file')
  if (file !== undefined) return await fromFile(plan, await environment.readFile(file))
  if (given.has('to-current')) return await current(plan, partitions)
  throw new UsageError(
    "Option '[reset-offsets]' requires one of the following scenarios: [to-offset], [shift-by], [to-datetime], [by-duration], [to-earliest], [to-latest], [to-current], [from-file]",
  )
}

function plain({ topic, partition }: TopicPartition): TopicPartition {
  return { topic, partition }
}

async function placed(
  client: KafkaClient,
  partitions: readonly TopicPartition[],
  timestamp: number,
): Promise<NewOffset[]> {
  const answers = await listOffsets(
    client,
    partitions.map(({ topic, partition }) => ({ topic, partition, timestamp })),
  )
  return Array.from(answers, ([query, offset]) => {
    if (offset instanceof ClientError) throw offset
    return { ...plain(query), offset }
  })
}

/** An offset outside of its log becomes the log's end or start. */
async function withinLogs({ client, environment }: ResetPlan, offsets: readonly NewOffset[]): Promise<NewOffset[]> {
  const bounds = async (timestamp: number) =>
    new Map((await placed(client, offsets, timestamp)).map(bound => [partitionName(bound), bound.offset]))
  const starts = await bounds(OffsetSpec.EARLIEST)
  const ends = await bounds(OffsetSpec.LATEST)
  return offsets.map(wanted => {
    const name = partitionName(wanted)
    const offset = Math.max(starts.get(name)!, Math.min(ends.get(name)!, wanted.offset))
    if (offset !== wanted.offset) {
      const side = offset < wanted.offset ? 'higher than latest' : 'lower than earliest'
      environment.terminal.printError(
        `New offset (${wanted.offset}) is ${side} offset for topic partition ${name}. Value will be set to ${offset}`,
      )
    }
    return { ...wanted, offset }
  })
}

async function committedByName({ client, group }: ResetPlan): Promise<Map<string, number>> {
  return new Map((await committedOffsets(client, group)).map(offset => [partitionName(offset), offset.offset]))
}

async function shifted(plan: ResetPlan, partitions: readonly TopicPartition[], shift: number): Promise<NewOffset[]> {
  const committed = await committedByName(plan)
  return partitions.map(partition => {
    const offset = committed.get(partitionName(partition))
    if (offset === undefined) {
      throw new UsageError(
        `Cannot shift offset for partition ${partitionName(partition)} since there is no current committed offset`,
      )
    }
    return { ...plain(partition), offset: offset + shift }
  })
}

/** Where no record is that young, the end. */
async function atTime(plan: ResetPlan, partitions: readonly TopicPartition[], timestamp: number): Promise<NewOffset[]> {
  const found = await placed(plan.client, partitions, timestamp)
  const late = found.filter(({ offset }) => offset < 0)
  for (const { topic, partition } of late) {
    plan.lines.push(
      '',
      `Warn: Partition ${partition} from topic ${topic} is empty. Falling back to latest known offset.`,
    )
  }
  return [...found.filter(({ offset }) => offset >= 0), ...(await placed(plan.client, late, OffsetSpec.LATEST))]
}

/** What is not committed goes to the end. */
async function current(plan: ResetPlan, partitions: readonly TopicPartition[]): Promise<NewOffset[]> {
  const committed = await committedByName(plan)
  const isCommitted = (partition: TopicPartition) => committed.has(partitionName(partition))
  return [
    ...partitions
      .filter(isCommitted)
      .map(partition => ({ ...plain(partition), offset: committed.get(partitionName(partition))! })),
    ...(await placed(
      plan.client,
      partitions.filter(partition => !isCommitted(partition)),
      OffsetSpec.LATEST,
    )),
  ]
}

/** `topic,partition,offset` where there is one group, else with the group in front. */
async function fromFile(plan: ResetPlan, text: string): Promise<NewOffset[]> {
  const isOneGroup = plan.given.texts('group').length === 1
  const rows = text
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '')
    .map(line => line.split(',').map(cell => cell.trim()))
  const isPlain = isOneGroup && rows[0]?.length === 3
  const offsets = rows.map(row => {
    const [topic, partition, offset] = isPlain ? row : row.slice(1)
    if (row.length !== (isPlain ? 3 : 4) || !/^\d+$/.test(partition!) || !/^-?\d+$/.test(offset!)) {
      throw new ToolError(`Not a line of group, topic, partition and offset: ${row.join(',')}`)
    }
    return { group: isPlain ? plan.group : row[0], topic: topic!, partition: Number(partition), offset: Number(offset) }
  })
  const ofGroup = offsets.filter(({ group }) => group === plan.group)
  if (ofGroup.length === 0) {
    plan.lines.push(...failure(`No reset plan for group ${plan.group} found`))
    return []
  }
  return await withinLogs(
    plan,
    ofGroup.map(({ topic, partition, offset }) => ({ topic, partition, offset })),
  )
}
