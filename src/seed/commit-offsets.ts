import { ClientError } from '../client/client-error.ts'
import { askCoordinator, committedOffsets } from '../client/groups.ts'
import type { KafkaClient } from '../client/kafka-client.ts'
import { listOffsets, OffsetSpec } from '../client/list-offsets.ts'
import { byTopic, partitionName, type TopicPartition } from '../client/partitions.ts'
import { OffsetCommit } from '../protocol/apis/offset-commit.ts'
import { reason } from './cluster.ts'
import type { LoadedGroup } from './loaded-seed.ts'
import { type Problem, SeedError } from './seed-error.ts'
import type { SeedOffsetSpec } from './seed-shape.ts'

interface OffsetToCommit extends TopicPartition {
  readonly spec: SeedOffsetSpec
}

/** Commits what the group has not committed yet, and resolves with how many partitions that were. */
export async function commitOffsets(
  client: KafkaClient,
  group: LoadedGroup,
  partitionCounts: ReadonlyMap<string, number>,
): Promise<number> {
  if (group.offsets.length === 0) return 0
  const committed = new Set((await committedOffsets(client, group.id)).map(partitionName))
  const missing = offsetsOfPartitions(group.offsets, partitionCounts).filter(
    offset => !committed.has(partitionName(offset)),
  )
  if (missing.length === 0) return 0
  const offsets = await resolved(client, missing)
  const answers = await askCoordinator(client, group.id, coordinator =>
    // Later versions go by topic id.
    coordinator
      .send(
        OffsetCommit,
        {
          groupId: group.id,
          memberId: '',
          topics: Array.from(byTopic(missing), ([name, ofTopic]) => ({
            name,
            partitions: ofTopic.map(offset => ({
              partitionIndex: offset.partition,
              committedOffset: BigInt(offsets.get(offset)!),
              committedMetadata: offset.spec.metadata ?? '',
            })),
          })),
        },
        9,
      )
      .then(response => {
        const codes = new Map(
          response.topics.flatMap(({ name, partitions }) =>
            partitions.map(({ partitionIndex, errorCode }) => [
              partitionName({ topic: name, partition: partitionIndex }),
              errorCode,
            ]),
          ),
        )
        const refused = missing.filter(offset => codes.get(partitionName(offset)) !== 0)
        for (const offset of refused) {
          const error = new ClientError(codes.get(partitionName(offset))!)
          // The coordinator is still loading, or is another one now.
          if (error.isRetriable) throw error
        }
        return refused.map(({ spec, ...of }): Problem => {
          const code = codes.get(partitionName(of))!
          return { place: spec.place, message: reason(code, new ClientError(code).message) }
        })
      }),
  )
  if (answers.length > 0) throw new SeedError(answers)
  return missing.length
}

/** What is said of one partition counts more than what is said of all. */
function offsetsOfPartitions(
  specs: readonly SeedOffsetSpec[],
  partitionCounts: ReadonlyMap<string, number>,
): OffsetToCommit[] {
  const offsets = new Map<string, OffsetToCommit>()
  const add = (offset: OffsetToCommit) => offsets.set(partitionName(offset), offset)
  for (const spec of specs.filter(({ partition }) => partition === undefined)) {
    for (let partition = 0; partition < partitionCounts.get(spec.topic!)!; partition++) {
      add({ topic: spec.topic!, partition, spec })
    }
  }
  for (const spec of specs)
    if (spec.partition !== undefined) add({ topic: spec.topic!, partition: spec.partition, spec })
  return [...offsets.values()]
}

async function resolved(client: KafkaClient, missing: readonly OffsetToCommit[]): Promise<Map<OffsetToCommit, number>> {
  const queries = missing
    .filter(({ spec }) => typeof spec.offset === 'string')
    .map(offset => {
      const timestamp = offset.spec.offset === 'earliest' ? OffsetSpec.EARLIEST : OffsetSpec.LATEST
      return { topic: offset.topic, partition: offset.partition, timestamp, offset }
    })
  const found = queries.length === 0 ? new Map() : await listOffsets(client, queries)
  const offsets = new Map(missing.map(offset => [offset, Number(offset.spec.offset)]))
  for (const query of queries) {
    const answer = found.get(query)!
    if (answer instanceof ClientError) throw answer
    offsets.set(query.offset, answer)
  }
  return offsets
}
