import { ClientError } from '../../../client/client-error.ts'
import { askCoordinator } from '../../../client/groups.ts'
import type { KafkaClient } from '../../../client/kafka-client.ts'
import { byTopic, inOrder, type TopicPartition } from '../../../client/partitions.ts'
import { DeleteGroups } from '../../../protocol/apis/delete-groups.ts'
import { OffsetDelete } from '../../../protocol/apis/offset-delete.ts'
import { ErrorCode } from '../../../protocol/errors.ts'
import { columnLine, columnWidth } from '../../columns.ts'
import type { ToolEnvironment, ToolResult } from '../../tool.ts'
import { failure } from './failure.ts'
import { missing } from './group-description.ts'
import { groupIds } from './group-ids.ts'
import type { ConsumerGroupOptions } from './options.ts'
import { parseTopicArguments } from './topic-arguments.ts'

export async function deleteGroups(
  given: ConsumerGroupOptions,
  environment: ToolEnvironment,
  client: KafkaClient,
): Promise<ToolResult> {
  const deleted: string[] = []
  const failed: { group: string; error: ClientError }[] = []
  const groups = await groupIds(given, client)
  environment.progress(() => `Deleting groups: ${deleted.length + failed.length} of ${groups.length}`)
  for (const group of groups) {
    const errorCode = await askCoordinator(client, group, async coordinator => {
      const { results } = await coordinator.send(DeleteGroups, { groupsNames: [group] })
      return results[0]!.errorCode
    })
    if (errorCode === 0) deleted.push(group)
    else failed.push({ group, error: new ClientError(errorCode) })
  }
  const names = deleted.map(group => `'${group}'`).join(', ')
  return {
    lines:
      failed.length === 0
        ? [`Deletion of requested consumer groups (${names}) was successful.`]
        : [
            ...failure('Deletion of some consumer groups failed:'),
            ...failed.map(
              ({ group, error }) => `* Group '${group}' could not be deleted due to: ${error.exceptionText}`,
            ),
            ...(deleted.length === 0 ? [] : ['', `These consumer groups were deleted successfully: ${names}`]),
          ],
    data: { deleted, failed: failed.map(({ group, error }) => ({ group, error: error.codeName })) },
  }
}

/** Of the whole request; those of single partitions are told beside them. */
const groupErrors: readonly number[] = [
  ErrorCode.INVALID_GROUP_ID,
  ErrorCode.GROUP_ID_NOT_FOUND,
  ErrorCode.GROUP_AUTHORIZATION_FAILED,
  ErrorCode.NON_EMPTY_GROUP,
]

const partitionErrors: readonly number[] = [
  ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC,
  ErrorCode.TOPIC_AUTHORIZATION_FAILED,
  ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
]

export async function deleteOffsets(given: ConsumerGroupOptions, client: KafkaClient): Promise<ToolResult> {
  const groupId = given.text('group')!
  const { partitions, unknownTopics } = await parseTopicArguments(client, given.texts('topic'))
  const response = await askCoordinator(client, groupId, coordinator =>
    coordinator.send(OffsetDelete, {
      groupId,
      topics: Array.from(byTopic(partitions), ([name, ofTopic]) => ({
        name,
        partitions: ofTopic.map(({ partition }) => ({ partitionIndex: partition })),
      })),
    }),
  )
  const errorOf = ({ topic, partition }: TopicPartition): number =>
    response.errorCode ||
    (response.topics
      .find(({ name }) => name === topic)
      ?.partitions.find(({ partitionIndex }) => partitionIndex === partition)?.errorCode ??
      ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
  const results = [
    ...inOrder(partitions).map(({ topic, partition }) => ({
      topic,
      partition,
      errorCode: errorOf({ topic, partition }),
    })),
    ...unknownTopics.map(topic => ({
      topic,
      partition: -1,
      errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION as number,
    })),
  ]
  const widths = [
    columnWidth(
      15,
      results.map(({ topic }) => topic),
    ),
    10,
    15,
  ]
  const rows = results.map(({ topic, partition, errorCode }) => [
    topic,
    partition < 0 ? missing : partition,
    errorCode === 0 ? 'Successful' : `Error: ${new ClientError(errorCode).exceptionText}`,
  ])
  return {
    lines: [
      ...summary(
        groupId,
        response.errorCode ||
          (inOrder(partitions)
            .map(errorOf)
            .find(code => code !== 0) ??
            0),
      ),
      '',
      columnLine(widths, ['TOPIC', 'PARTITION', 'STATUS']),
      ...rows.map(row => columnLine(widths, row)),
    ],
    table: { columns: ['Topic', 'Partition', 'Status'], rows },
    data: results,
  }
}

function summary(groupId: string, errorCode: number): string[] {
  if (errorCode === 0) return [`Request succeeded for deleting offsets from group ${groupId}.`]
  const error = new ClientError(errorCode)
  if (groupErrors.includes(errorCode)) return failure(error.message)
  if (partitionErrors.includes(errorCode)) {
    return failure('Encountered some partition-level error, see the follow-up details.')
  }
  return failure(`Encountered some unknown error: ${error.codeName}`)
}
