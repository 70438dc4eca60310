import { OffsetCommit } from '../../../src/protocol/apis/offset-commit.ts'
import { OffsetFetch } from '../../../src/protocol/apis/offset-fetch.ts'
import { ErrorCode } from '../../../src/protocol/errors.ts'
import { CallLost, type SimulatedClient } from '../../../src/sim/network/simulated-client.ts'
import type { CommittingGroup, Membership } from './committing-group.ts'
import { splitName } from './consumer-protocol.ts'
import { nameOfLabel, type TopicModel } from './topic-model.ts'
import type { World } from './world.ts'

export interface OffsetVersions {
  readonly commit: number
  readonly fetch: number
}

/** Answers that leave open whether the offset was written. */
const doubtful = new Set<number>([ErrorCode.NOT_COORDINATOR, ErrorCode.COORDINATOR_NOT_AVAILABLE])

/**
 * Commits an offset never committed before; the error code, 0 also where the answer was lost, and where the topic was
 * not there. `label` is the name of the partition, or tells it from an earlier one of the same name.
 */
export async function commitOffset(
  world: World,
  client: SimulatedClient,
  group: CommittingGroup,
  label: string,
  member: Membership,
  versions: OffsetVersions,
  topics: TopicModel,
): Promise<number> {
  const [topic, partition] = splitName(nameOfLabel(label))
  const sentMs = world.nowMs
  const register = group.register(topic, partition)
  const acknowledged = group.expectCommit(member, label)
  const write = register.begin(sentMs, member.generation)
  try {
    const response = await world.operate(client, OffsetCommit, versions.commit, {
      groupId: group.groupId,
      generationIdOrMemberEpoch: member.generation,
      memberId: member.memberId,
      groupInstanceId: member.instanceId,
      topics: [
        {
          name: topic,
          partitions: [
            {
              partitionIndex: partition,
              committedOffset: BigInt(write.value),
              committedMetadata: `by ${client.name}`,
            },
          ],
        },
      ],
    })
    const errorCode = response.topics[0]?.partitions[0]?.errorCode ?? ErrorCode.UNKNOWN_SERVER_ERROR
    if (errorCode === ErrorCode.NONE) {
      register.acknowledged(write, world.nowMs)
      acknowledged()
    } else if (doubtful.has(errorCode)) register.lost(write, world.nowMs)
    else register.refused(write)
    const isMissing = errorCode === ErrorCode.UNKNOWN_TOPIC_OR_PARTITION && topics.wasMissing(topic, sentMs)
    return isMissing ? ErrorCode.NONE : errorCode
  } catch (error) {
    if (!(error instanceof CallLost)) throw error
    if (error.wasSent) register.lost(write, group.lostUntilMs(member))
    else register.refused(write)
    return ErrorCode.NONE
  }
}

/** Fetches and checks the offsets of some partitions; false where the coordinator could not say. */
export async function fetchOffsets(
  world: World,
  client: SimulatedClient,
  group: CommittingGroup,
  names: readonly string[],
  versions: Pick<OffsetVersions, 'fetch'>,
): Promise<ReadonlyMap<string, number> | undefined> {
  const byTopic = new Map<string, number[]>()
  for (const name of names) {
    const [topic, partition] = splitName(name)
    byTopic.set(topic, [...(byTopic.get(topic) ?? []), partition])
  }
  const topics = Array.from(byTopic, ([name, partitionIndexes]) => ({ name, partitionIndexes }))
  const { groupId } = group
  const sentMs = world.nowMs
  const response = await world.operate(
    client,
    OffsetFetch,
    versions.fetch,
    versions.fetch < 8 ? { groupId, topics } : { groups: [{ groupId, topics }] },
  )
  const [answer] = versions.fetch < 8 ? [response] : response.groups
  const found = new Map<string, number>()
  if (answer === undefined || (answer.errorCode !== 0 && versions.fetch >= 2)) return undefined
  for (const { name, partitions } of answer.topics) {
    for (const { partitionIndex, committedOffset, errorCode } of partitions) {
      if (errorCode !== ErrorCode.NONE) return undefined
      group.fetched(name, partitionIndex, Number(committedOffset), sentMs)
      found.set(`${name}-${partitionIndex}`, Number(committedOffset))
    }
  }
  return found
}
