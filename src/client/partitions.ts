import { ErrorCode } from '../protocol/errors.ts'
import type { BrokerConnection } from './broker-connection.ts'
import { ClientError } from './client-error.ts'
import type { KafkaClient } from './kafka-client.ts'

export interface TopicPartition {
  readonly topic: string
  readonly partition: number
}

/** Kafka's way of writing it, `orders-3`; also what a map may be keyed by. */
export function partitionName({ topic, partition }: TopicPartition): string {
  return `${topic}-${partition}`
}

/** By topic, then by number. */
export function inOrder<Partition extends TopicPartition>(partitions: readonly Partition[]): Partition[] {
  return [...partitions].sort((a, b) => (a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1))
}

/** A request's `topics`: partitions under the topic they belong to, both in the order given. */
export function byTopic<Partition extends TopicPartition>(partitions: readonly Partition[]): Map<string, Partition[]> {
  const topics = new Map<string, Partition[]>()
  for (const partition of partitions) {
    const known = topics.get(partition.topic)
    if (known === undefined) topics.set(partition.topic, [partition])
    else known.push(partition)
  }
  return topics
}

/**
 * Asks the leader of each partition, all leaders at once. `ask` yields what each partition is answered, an error as a
 * `ClientError`; those that may pass, as when a leader has moved, are asked again.
 */
export async function askLeaders<Partition extends TopicPartition, Answer>(
  client: KafkaClient,
  partitions: readonly Partition[],
  ask: (
    leader: BrokerConnection,
    partitions: readonly Partition[],
  ) => Promise<ReadonlyMap<Partition, Answer | ClientError>>,
): Promise<Map<Partition, Answer | ClientError>> {
  const answers = new Map<Partition, Answer | ClientError>()
  const isOpen = (partition: Partition) => {
    const answer = answers.get(partition)
    return answer === undefined || (answer instanceof ClientError && answer.isRetriable)
  }
  try {
    await client.retrying(async () => {
      const open = partitions.filter(isOpen)
      for (const [nodeId, led] of await leadersOf(client, open, answers)) {
        const leader = await client.broker(nodeId)
        for (const [partition, answer] of await ask(leader, led)) answers.set(partition, answer)
      }
      const unanswered = partitions
        .map(partition => answers.get(partition))
        .find(answer => answer instanceof ClientError && answer.isRetriable)
      if (unanswered !== undefined) throw unanswered
    })
  } catch (error) {
    // What each partition was answered last says the same.
    if (!(error instanceof ClientError) || partitions.some(partition => !answers.has(partition))) throw error
  }
  return new Map(partitions.map(partition => [partition, answers.get(partition)!]))
}

async function leadersOf<Partition extends TopicPartition, Answer>(
  client: KafkaClient,
  partitions: readonly Partition[],
  answers: Map<Partition, Answer | ClientError>,
): Promise<Map<number, Partition[]>> {
  const { topics } = await client.metadata([...byTopic(partitions).keys()])
  const leaders = new Map<number, Partition[]>()
  for (const partition of partitions) {
    const topic = topics.find(({ name }) => name === partition.topic)
    const found = topic?.partitions.find(({ partitionIndex }) => partitionIndex === partition.partition)
    const errorCode = topic?.errorCode || (found?.errorCode ?? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
    if (found === undefined || found.leaderId < 0) {
      answers.set(partition, new ClientError(errorCode || ErrorCode.LEADER_NOT_AVAILABLE))
      continue
    }
    const led = leaders.get(found.leaderId)
    if (led === undefined) leaders.set(found.leaderId, [partition])
    else led.push(partition)
  }
  return leaders
}
