import { ClientError, throwIfError } from '../../../client/client-error.ts'
import type { KafkaClient } from '../../../client/kafka-client.ts'
import { DescribeConfigs } from '../../../protocol/apis/describe-configs.ts'
import { DescribeTopicPartitions } from '../../../protocol/apis/describe-topic-partitions.ts'
import { ListPartitionReassignments } from '../../../protocol/apis/list-partition-reassignments.ts'
import { ErrorCode } from '../../../protocol/errors.ts'
import type { ResponseOf } from '../../../protocol/schema/api.ts'
import type { ToolResult } from '../../tool.ts'

export type PartitionFilter =
  | 'under-replicated-partitions'
  | 'unavailable-partitions'
  | 'under-min-isr-partitions'
  | 'at-min-isr-partitions'

export interface DescribeOptions {
  readonly filter: PartitionFilter | undefined
  readonly isOnlyOverridden: boolean
  readonly partitionsPerResponse: number
}

type TopicPartitions = ResponseOf<typeof DescribeTopicPartitions>['topics'][number]
type Partition = TopicPartitions['partitions'][number]
type Reassignment = ResponseOf<typeof ListPartitionReassignments>['topics'][number]['partitions'][number]

interface DescribedTopic {
  readonly name: string
  readonly topicId: string
  readonly replicationFactor: number
  readonly configs: readonly (readonly [string, string | null])[]
  readonly partitions: readonly Partition[]
  readonly reassignments: ReadonlyMap<number, Reassignment>
  readonly minInsyncReplicas: number
}

const resourceTypeTopic = 2
const configSourceDefault = 5

/** The topics with their partitions, as `--describe` shows them; those that the filter leaves out are left out. */
export async function describeTopics(
  client: KafkaClient,
  names: readonly string[],
  options: DescribeOptions,
): Promise<ToolResult> {
  const liveBrokers = new Set(await client.brokerIds())
  const topics = (await describedTopics(client, names, options.partitionsPerResponse)).filter(
    topic => !options.isOnlyOverridden || topic.configs.length > 0,
  )
  const shown = (topic: DescribedTopic) =>
    topic.partitions.filter(partition => isShown(topic, partition, options.filter, liveBrokers))
  return {
    lines: topics.flatMap(topic => [
      ...(options.filter === undefined ? [topicLine(topic)] : []),
      ...(options.isOnlyOverridden ? [] : shown(topic).map(partition => partitionLine(topic, partition))),
    ]),
    table: {
      columns: ['Topic', 'Partition', 'Leader', 'Replicas', 'In sync', 'Configuration'],
      rows: topics.flatMap(topic =>
        shown(topic).map((partition, index) => [
          topic.name,
          partition.partitionIndex,
          leaderOf(partition),
          partition.replicaNodes.join(','),
          partition.isrNodes.join(','),
          index === 0 ? configText(topic) : '',
        ]),
      ),
    },
    data: topics.map(topic => ({
      name: topic.name,
      topicId: topic.topicId,
      replicationFactor: topic.replicationFactor,
      configs: Object.fromEntries(topic.configs),
      partitions: shown(topic).map(partition => ({
        partition: partition.partitionIndex,
        leader: partition.leaderId < 0 ? null : partition.leaderId,
        leaderEpoch: partition.leaderEpoch,
        replicas: partition.replicaNodes,
        isr: partition.isrNodes,
        offlineReplicas: partition.offlineReplicas,
      })),
    })),
  }
}

async function describedTopics(
  client: KafkaClient,
  names: readonly string[],
  partitionsPerResponse: number,
): Promise<DescribedTopic[]> {
  if (names.length === 0) return []
  const topics = await topicPartitions(client, names, partitionsPerResponse)
  const configs = await topicConfigs(client, names)
  const reassignments = await topicReassignments(client, topics)
  return Array.from(topics.values(), topic => {
    const name = topic.name!
    const ofTopic = configs.get(name)!
    const partitions = [...topic.partitions].sort((a, b) => a.partitionIndex - b.partitionIndex)
    const moves = reassignments.get(name) ?? new Map<number, Reassignment>()
    return {
      name,
      topicId: topic.topicId,
      replicationFactor: replicaCount(partitions[0]!, moves.get(0)),
      configs: ofTopic
        .filter(config => config.configSource !== configSourceDefault)
        .map(({ name, value }) => [name, value]),
      partitions,
      reassignments: moves,
      minInsyncReplicas: Number(ofTopic.find(config => config.name === 'min.insync.replicas')?.value ?? 1),
    }
  })
}

/** Page by page, in the order of names. */
async function topicPartitions(
  client: KafkaClient,
  names: readonly string[],
  responsePartitionLimit: number,
): Promise<Map<string, TopicPartitions>> {
  const topics = new Map<string, TopicPartitions>()
  const asked = names.map(name => ({ name }))
  let cursor: ResponseOf<typeof DescribeTopicPartitions>['nextCursor'] = null
  do {
    const response: ResponseOf<typeof DescribeTopicPartitions> = await client.ask(DescribeTopicPartitions, {
      topics: asked,
      responsePartitionLimit,
      cursor,
    })
    for (const topic of response.topics) {
      throwIfError(topic.errorCode)
      const before = topics.get(topic.name!)
      topics.set(
        topic.name!,
        before === undefined ? topic : { ...topic, partitions: [...before.partitions, ...topic.partitions] },
      )
    }
    cursor = response.nextCursor
  } while (cursor !== null)
  return topics
}

async function topicConfigs(client: KafkaClient, names: readonly string[]) {
  const { results } = await client.ask(DescribeConfigs, {
    resources: names.map(resourceName => ({ resourceType: resourceTypeTopic, resourceName, configurationKeys: null })),
  })
  for (const { errorCode, errorMessage } of results) throwIfError(errorCode, errorMessage)
  return new Map(results.map(({ resourceName, configs }) => [resourceName, configs]))
}

/** None where the cluster cannot tell. */
async function topicReassignments(
  client: KafkaClient,
  topics: ReadonlyMap<string, TopicPartitions>,
): Promise<Map<string, ReadonlyMap<number, Reassignment>>> {
  try {
    const response = await client.ask(ListPartitionReassignments, {
      topics: Array.from(topics.values(), ({ name, partitions }) => ({
        name: name!,
        partitionIndexes: partitions.map(partition => partition.partitionIndex),
      })),
    })
    throwIfError(response.errorCode, response.errorMessage)
    return new Map(
      response.topics.map(({ name, partitions }) => [
        name,
        new Map(partitions.map(partition => [partition.partitionIndex, partition])),
      ]),
    )
  } catch (error) {
    if (error instanceof ClientError && error.code === ErrorCode.UNSUPPORTED_VERSION) return new Map()
    throw error
  }
}

/** While replicas move, those that are only on their way do not count. */
function replicaCount(partition: Partition, reassignment: Reassignment | undefined): number {
  const changing = [...(reassignment?.addingReplicas ?? []), ...(reassignment?.removingReplicas ?? [])]
  const isMoving = partition.replicaNodes.some(replica => changing.includes(replica))
  return isMoving ? reassignment!.replicas.length - reassignment!.addingReplicas.length : partition.replicaNodes.length
}

function isShown(
  topic: DescribedTopic,
  partition: Partition,
  filter: PartitionFilter | undefined,
  liveBrokers: ReadonlySet<number>,
): boolean {
  const inSync = partition.isrNodes.length
  const hasLeader = partition.leaderId >= 0
  switch (filter) {
    case undefined:
      return true
    case 'under-replicated-partitions':
      return replicaCount(partition, topic.reassignments.get(partition.partitionIndex)) > inSync
    case 'unavailable-partitions':
      return !hasLeader || !liveBrokers.has(partition.leaderId)
    case 'under-min-isr-partitions':
      return !hasLeader || inSync < topic.minInsyncReplicas
    case 'at-min-isr-partitions':
      return inSync === topic.minInsyncReplicas
    default:
      return filter satisfies never
  }
}

function topicLine(topic: DescribedTopic): string {
  return [
    `Topic: ${topic.name}`,
    `TopicId: ${topic.topicId}`,
    `PartitionCount: ${topic.partitions.length}`,
    `ReplicationFactor: ${topic.replicationFactor}`,
    `Configs: ${configText(topic)}`,
  ].join('\t')
}

function partitionLine(topic: DescribedTopic, partition: Partition): string {
  const moving = topic.reassignments.get(partition.partitionIndex)
  return [
    `\tTopic: ${topic.name}`,
    `Partition: ${partition.partitionIndex}`,
    `Leader: ${leaderOf(partition)}`,
    `Replicas: ${partition.replicaNodes.join(',')}`,
    `Isr: ${partition.isrNodes.join(',')}`,
    ...(moving === undefined
      ? []
      : [
          `Adding Replicas: ${moving.addingReplicas.join(',')}`,
          `Removing Replicas: ${moving.removingReplicas.join(',')}`,
        ]),
    `Elr: ${partition.eligibleLeaderReplicas?.join(',') ?? 'N/A'}`,
    `LastKnownElr: ${partition.lastKnownElr?.join(',') ?? 'N/A'}`,
  ].join('\t')
}

function leaderOf(partition: Partition): number | string {
  return partition.leaderId < 0 ? 'none' : partition.leaderId
}

function configText(topic: DescribedTopic): string {
  return topic.configs.map(([name, value]) => `${name}=${value}`).join(',')
}
