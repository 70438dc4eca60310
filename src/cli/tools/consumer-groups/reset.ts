import { ClientError, throwIfError } from '../../../client/client-error.ts'
import { askCoordinator, committedOffsets, describeConsumerGroup } from '../../../client/groups.ts'
import type { KafkaClient } from '../../../client/kafka-client.ts'
import { byTopic, inOrder, partitionName, type TopicPartition } from '../../../client/partitions.ts'
import { OffsetCommit } from '../../../protocol/apis/offset-commit.ts'
import { ErrorCode } from '../../../protocol/errors.ts'
import { columnLine, columnWidth } from '../../columns.ts'
import { type ToolEnvironment, ToolError, type ToolResult } from '../../tool.ts'
import { UsageError } from '../../usage-error.ts'
import { failure } from './failure.ts'
import { groupIds } from './group-ids.ts'
import type { ConsumerGroupOptions } from './options.ts'
import { type NewOffset, type ResetPlan, targetOffsets } from './reset-targets.ts'
import { parseTopicArguments } from './topic-arguments.ts'

export async function resetOffsets(
  given: ConsumerGroupOptions,
  environment: ToolEnvironment,
  client: KafkaClient,
): Promise<ToolResult> {
  const lines: string[] = []
  const groups = await groupIds(given, client)
  const offsets: (NewOffset & { readonly group: string })[] = []
  let doneCount = 0
  environment.progress(() => `Resetting groups: ${doneCount} of ${groups.length}`)
  for (const group of groups) {
    doneCount++
    const state = await stateOf(client, group)
    if (state !== 'Empty' && state !== 'Dead') {
      lines.push(
        ...failure(
          `Assignments can only be reset if the group '${group}' is inactive, but the current state is ${state}.`,
        ),
      )
      continue
    }
    const plan: ResetPlan = { given, environment, client, group, lines }
    const targets = inOrder(await targetOffsets(plan, await partitionsToReset(plan)))
    if (given.has('execute')) await commit(client, group, targets)
    offsets.push(...targets.map(target => ({ ...target, group })))
  }
  return {
    lines: [...lines, ...(given.has('export') ? csvLines(given, offsets) : tableLines(groups, offsets))],
    table: {
      columns: ['Group', 'Topic', 'Partition', 'New offset'],
      rows: offsets.map(({ group, topic, partition, offset }) => [group, topic, partition, offset]),
    },
    data: offsets,
  }
}

/** A group that does not exist may be given offsets too. */
async function stateOf(client: KafkaClient, group: string): Promise<string> {
  try {
    return (await describeConsumerGroup(client, group)).state
  } catch (error) {
    if (error instanceof ClientError && error.code === ErrorCode.GROUP_ID_NOT_FOUND) return 'Dead'
    throw error
  }
}

async function partitionsToReset({ given, client, group }: ResetPlan): Promise<TopicPartition[]> {
  if (given.has('all-topics')) return await committedOffsets(client, group)
  if (given.has('topic')) {
    const { partitions, unknownTopics } = await parseTopicArguments(client, given.texts('topic'))
    if (unknownTopics.length > 0) throw new ClientError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
    await checkExistence(client, partitions)
    return partitions
  }
  if (given.has('from-file')) return []
  throw new UsageError('One of the reset scopes should be defined: --all-topics, --topic.')
}

async function checkExistence(client: KafkaClient, partitions: readonly TopicPartition[]): Promise<void> {
  const { topics } = await client.metadata([...byTopic(partitions).keys()])
  for (const { errorCode } of topics) throwIfError(errorCode)
  const present = new Set(
    topics.flatMap(topic =>
      topic.partitions.map(({ partitionIndex }) => partitionName({ topic: topic.name!, partition: partitionIndex })),
    ),
  )
  const missing = partitions.map(partitionName).filter(name => !present.has(name))
  if (missing.length > 0) {
    throw new ToolError(`The partitions "${missing.join(',')}" do not exist`)
  }
}

async function commit(client: KafkaClient, groupId: string, offsets: readonly NewOffset[]): Promise<void> {
  if (offsets.length === 0) return
  await askCoordinator(client, groupId, async coordinator => {
    const { topics } = await coordinator.send(
      OffsetCommit,
      {
        groupId,
        memberId: '',
        topics: Array.from(byTopic(offsets), ([name, ofTopic]) => ({
          name,
          partitions: ofTopic.map(({ partition, offset }) => ({
            partitionIndex: partition,
            committedOffset: BigInt(offset),
            committedMetadata: '',
          })),
        })),
      },
      // Later ones go by topic id.
      9,
    )
    for (const { partitions } of topics) for (const { errorCode } of partitions) throwIfError(errorCode)
  })
}

function tableLines(groups: readonly string[], offsets: readonly (NewOffset & { readonly group: string })[]): string[] {
  const widths = [
    columnWidth(15, groups),
    columnWidth(
      15,
      offsets.map(({ topic }) => topic),
    ),
    10,
    0,
  ]
  return [
    '',
    ...(groups.length === 0 ? [] : [columnLine(widths, ['GROUP', 'TOPIC', 'PARTITION', 'NEW-OFFSET'])]),
    ...offsets.map(({ group, topic, partition, offset }) => columnLine(widths, [group, topic, partition, offset])),
  ]
}

/** Of one group without its name. */
function csvLines(given: ConsumerGroupOptions, offsets: readonly (NewOffset & { readonly group: string })[]): string[] {
  const isOneGroup = given.texts('group').length === 1
  const rows = offsets.map(({ group, topic, partition, offset }) =>
    [...(isOneGroup ? [] : [group]), topic, partition, offset].join(','),
  )
  // Each row has its own end of line, and so has all of it.
  return [...rows, '']
}
