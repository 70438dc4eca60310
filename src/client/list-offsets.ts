import { ListOffsets } from '../protocol/apis/list-offsets.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { ClientError } from './client-error.ts'
import type { KafkaClient } from './kafka-client.ts'
import { askLeaders, byTopic, type TopicPartition } from './partitions.ts'

/** Places in a log that ListOffsets knows besides timestamps. */
export const OffsetSpec = {
  LATEST: -1,
  EARLIEST: -2,
  MAX_TIMESTAMP: -3,
  EARLIEST_LOCAL: -4,
  LATEST_TIERED: -5,
  EARLIEST_PENDING_UPLOAD: -6,
} as const

export interface OffsetQuery extends TopicPartition {
  /** Milliseconds since the Unix epoch, or an `OffsetSpec`. */
  readonly timestamp: number
}

/** The version that brings a place, lest an older broker takes it for a timestamp. */
const versionMins: ReadonlyMap<number, number> = new Map([
  [OffsetSpec.MAX_TIMESTAMP, 7],
  [OffsetSpec.EARLIEST_LOCAL, 8],
  [OffsetSpec.LATEST_TIERED, 9],
  [OffsetSpec.EARLIEST_PENDING_UPLOAD, 11],
])

/** The offset of each query, -1 where no record is that young. */
export async function listOffsets<Query extends OffsetQuery>(
  client: KafkaClient,
  queries: readonly Query[],
): Promise<Map<Query, number | ClientError>> {
  return await askLeaders(client, queries, async (leader, asked) => {
    const version = leader.versionOf(ListOffsets)
    const isTooOld = ({ timestamp }: Query) => version < (versionMins.get(timestamp) ?? 0)
    const answers = new Map<Query, number | ClientError>()
    for (const query of asked.filter(isTooOld)) answers.set(query, unsupported(query))
    const sent = asked.filter(query => !isTooOld(query))
    const { topics } = await leader.send(ListOffsets, {
      replicaId: -1,
      topics: Array.from(byTopic(sent), ([name, ofTopic]) => ({
        name,
        partitions: ofTopic.map(({ partition, timestamp }) => ({ partitionIndex: partition, timestamp })),
      })),
      timeoutMs: 30_000,
    })
    for (const query of sent) {
      const answer = topics
        .find(({ name }) => name === query.topic)!
        .partitions.find(({ partitionIndex }) => partitionIndex === query.partition)!
      answers.set(query, answer.errorCode === 0 ? answer.offset : new ClientError(answer.errorCode))
    }
    return answers
  })
}

function unsupported({ timestamp }: OffsetQuery): ClientError {
  return new ClientError(ErrorCode.UNSUPPORTED_VERSION, `The broker does not know the offset spec ${timestamp}`)
}
