import type { KafkaClient } from '../../../client/kafka-client.ts'
import type { TopicPartition } from '../../../client/partitions.ts'
import { ErrorCode } from '../../../protocol/errors.ts'
import { UsageError } from '../../usage-error.ts'

/** `orders` for every partition of the topic, `orders:0,2` for some. */
export async function parseTopicArguments(
  client: KafkaClient,
  texts: readonly string[],
): Promise<{ partitions: TopicPartition[]; unknownTopics: string[] }> {
  const partitions = texts.filter(text => text.includes(':')).flatMap(parsePartitions)
  const topics = texts.filter(text => !text.includes(':'))
  if (topics.length === 0) return { partitions, unknownTopics: [] }
  const metadata = await client.metadata(topics)
  const isUnknown = ({ errorCode }: { readonly errorCode: number }) =>
    errorCode === ErrorCode.UNKNOWN_TOPIC_OR_PARTITION || errorCode === ErrorCode.INVALID_TOPIC_EXCEPTION
  for (const topic of metadata.topics.filter(found => !isUnknown(found))) {
    partitions.push(
      ...topic.partitions.map(({ partitionIndex }) => ({ topic: topic.name!, partition: partitionIndex })),
    )
  }
  return { partitions, unknownTopics: metadata.topics.filter(isUnknown).map(({ name }) => name!) }
}

function parsePartitions(text: string): TopicPartition[] {
  const parts = text.split(':')
  const [topic, partitions] = parts
  if (parts.length !== 2 || partitions === '') {
    throw new UsageError(`Invalid topic arg '${text}', expected topic name and partitions`)
  }
  return partitions!.split(',').map(partition => {
    if (!/^[+-]?\d+$/.test(partition)) {
      throw new UsageError(`Invalid partition '${partition}' specified in topic arg '${text}''`)
    }
    return { topic: topic!, partition: Number(partition) }
  })
}
