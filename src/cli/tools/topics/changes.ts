import { throwIfError } from '../../../client/client-error.ts'
import type { KafkaClient } from '../../../client/kafka-client.ts'
import { CreatePartitions } from '../../../protocol/apis/create-partitions.ts'
import { CreateTopics } from '../../../protocol/apis/create-topics.ts'
import { DeleteTopics } from '../../../protocol/apis/delete-topics.ts'
import { ToolError } from '../../tool.ts'

export interface NewTopic {
  readonly name: string
  /** The cluster's `num.partitions` where it is not given. */
  readonly partitions: number | undefined
  readonly replicationFactor: number | undefined
  /** The brokers of each partition, instead of the two counts; empty for none. */
  readonly assignment: readonly (readonly number[])[]
  readonly configs: ReadonlyMap<string, string>
}

const replicationFactorMax = 32_767
const timeoutMs = 30_000

export async function createTopic(client: KafkaClient, topic: NewTopic): Promise<void> {
  const { replicationFactor, partitions } = topic
  if (replicationFactor !== undefined && (replicationFactor < 1 || replicationFactor > replicationFactorMax)) {
    throw new ToolError(`The replication factor must be between 1 and ${replicationFactorMax} inclusive`)
  }
  if (partitions !== undefined && partitions < 1) throw new ToolError('The partitions must be greater than 0')
  const { topics } = await client.ask(CreateTopics, {
    topics: [
      {
        name: topic.name,
        numPartitions: topic.assignment.length > 0 ? -1 : (partitions ?? -1),
        replicationFactor: topic.assignment.length > 0 ? -1 : (replicationFactor ?? -1),
        assignments: topic.assignment.map((brokerIds, partitionIndex) => ({ partitionIndex, brokerIds })),
        configs: Array.from(topic.configs, ([name, value]) => ({ name, value })),
      },
    ],
    timeoutMs,
  })
  for (const { errorCode, errorMessage } of topics) throwIfError(errorCode, errorMessage)
}

/** Raises the number of partitions of each topic to `count`; `assignment` says where all of them are. */
export async function addPartitions(
  client: KafkaClient,
  names: readonly string[],
  count: number,
  assignment: readonly (readonly number[])[] | undefined,
): Promise<void> {
  if (names.length === 0) return
  const metadata = assignment === undefined ? undefined : await client.metadata(names)
  const present = (name: string) => metadata?.topics.find(topic => topic.name === name)?.partitions.length ?? 0
  const { results } = await client.ask(CreatePartitions, {
    topics: names.map(name => ({
      name,
      count,
      assignments: assignment?.slice(present(name)).map(brokerIds => ({ brokerIds })) ?? null,
    })),
    timeoutMs,
    validateOnly: false,
  })
  for (const { errorCode, errorMessage } of results) throwIfError(errorCode, errorMessage)
}

export async function deleteTopics(client: KafkaClient, names: readonly string[]): Promise<void> {
  if (names.length === 0) return
  const { responses } = await client.ask(DeleteTopics, { topicNames: [...names], timeoutMs }, 5)
  for (const { errorCode, errorMessage } of responses) throwIfError(errorCode, errorMessage)
}
