import { ConsumerGroupHeartbeat } from '../../../src/protocol/apis/consumer-group-heartbeat.ts'
import { JoinGroup } from '../../../src/protocol/apis/join-group.ts'
import { Metadata } from '../../../src/protocol/apis/metadata.ts'
import { OffsetCommit } from '../../../src/protocol/apis/offset-commit.ts'
import { ErrorCode } from '../../../src/protocol/errors.ts'
import { ZERO_UUID } from '../../../src/protocol/uuid.ts'
import { subscription } from '../../groups/support/group-harness.ts'
import type { RawClient } from '../../support/raw-client.ts'
import { eventually } from './effect-broker.ts'

export const few = { 'offsets.topic.num.partitions': '1' }
const transient: readonly number[] = [
  ErrorCode.COORDINATOR_NOT_AVAILABLE,
  ErrorCode.COORDINATOR_LOAD_IN_PROGRESS,
  ErrorCode.NOT_COORDINATOR,
]

/** Asks again until the coordinator is there. */
async function loaded<Answer>(ask: () => Promise<Answer>, errorCodeOf: (answer: Answer) => number): Promise<Answer> {
  let answer = await ask()
  await eventually(async () => {
    if (!transient.includes(errorCodeOf(answer))) return true
    answer = await ask()
    return false
  }, 'a coordinator')
  return answer
}

export async function withOffsetsTopic(client: RawClient): Promise<void> {
  const ask = () =>
    client.send(Metadata, 12, {
      topics: [{ name: '__consumer_offsets', topicId: ZERO_UUID }],
      allowAutoTopicCreation: true,
    })
  await eventually(async () => (await ask()).topics[0]!.errorCode === ErrorCode.NONE, 'the offsets topic')
}

export function join(client: RawClient, sessionTimeoutMs = 10_000, groupId = 'group') {
  const protocols = [{ name: 'range', metadata: subscription('t') }]
  const request = {
    groupId,
    memberId: '',
    sessionTimeoutMs,
    rebalanceTimeoutMs: 10_000,
    protocolType: 'consumer',
    protocols,
  }
  return loaded(
    () => client.send(JoinGroup, 3, request),
    ({ errorCode }) => errorCode,
  )
}

export function heartbeat(client: RawClient, given: object = {}) {
  const request = {
    groupId: 'group',
    memberId: 'member-one-of-them',
    memberEpoch: 0,
    rebalanceTimeoutMs: 10_000,
    subscribedTopicNames: ['t'],
    topicPartitions: [],
    serverAssignor: null,
    ...given,
  }
  return loaded(
    () => client.send(ConsumerGroupHeartbeat, 1, request),
    ({ errorCode }) => errorCode,
  )
}

/** The error code of committing an offset, once the coordinator is there. */
export function commit(client: RawClient, topic: string, metadata: string | null = null): Promise<number> {
  return loaded(
    () => commitOnce(client, topic, metadata),
    code => code,
  )
}

export async function commitOnce(client: RawClient, topic: string, metadata: string | null = null): Promise<number> {
  const partitions = [{ partitionIndex: 0, committedOffset: 5n, committedMetadata: metadata }]
  const request = {
    groupId: 'group',
    generationIdOrMemberEpoch: -1,
    memberId: '',
    topics: [{ name: topic, partitions }],
  }
  return (await client.send(OffsetCommit, 8, request)).topics[0]!.partitions[0]!.errorCode
}
