import { ConsumerGroupDescribe } from '../protocol/apis/consumer-group-describe.ts'
import { DescribeGroups } from '../protocol/apis/describe-groups.ts'
import { ListGroups } from '../protocol/apis/list-groups.ts'
import { OffsetFetch } from '../protocol/apis/offset-fetch.ts'
import { ConsumerProtocolAssignment } from '../protocol/consumer-protocol/consumer-protocol-assignment.ts'
import { ErrorCode } from '../protocol/errors.ts'
import type { BrokerConnection } from './broker-connection.ts'
import { throwIfError } from './client-error.ts'
import type { KafkaClient } from './kafka-client.ts'
import type { TopicPartition } from './partitions.ts'

export interface ListedGroup {
  readonly groupId: string
  /** `consumer`, `connect`, …; empty where offsets were committed without members. */
  readonly protocolType: string
  readonly state: string
  /** `Classic`, `Consumer`, `Share`, `Streams`; empty where the broker does not tell. */
  readonly type: string
}

/** The groups of every broker, by id. Filters are left to brokers that know them, and empty ones let all through. */
export async function listGroups(
  client: KafkaClient,
  filters: { readonly states?: readonly string[]; readonly types?: readonly string[] } = {},
): Promise<ListedGroup[]> {
  const lists = await Promise.all(
    (await client.brokerIds()).map(id =>
      client.retrying(async () => {
        const connection = await client.broker(id)
        const version = connection.versionOf(ListGroups)
        const response = await connection.send(ListGroups, {
          ...(version >= 4 ? { statesFilter: filters.states ?? [] } : {}),
          ...(version >= 5 ? { typesFilter: filters.types ?? [] } : {}),
        })
        throwIfError(response.errorCode)
        return response.groups
      }),
    ),
  )
  return lists
    .flat()
    .map(({ groupId, protocolType, groupState, groupType }) => ({
      groupId,
      protocolType,
      state: groupState,
      // Brokers write it in lower case, Kafka's tools with a capital.
      type: groupType.charAt(0).toUpperCase() + groupType.slice(1),
    }))
    .sort((a, b) => (a.groupId < b.groupId ? -1 : 1))
}

export interface GroupMember {
  readonly memberId: string
  /** Empty for a member that is not static. */
  readonly instanceId: string
  readonly clientId: string
  readonly host: string
  readonly assignment: readonly TopicPartition[]
  /** Of the consumer protocol alone. */
  readonly targetAssignment: readonly TopicPartition[]
  readonly memberEpoch: number | undefined
  /** Whether the member speaks the consumer protocol; `undefined` where the broker does not tell. */
  readonly isUpgraded: boolean | undefined
}

export interface DescribedGroup {
  readonly groupId: string
  readonly state: string
  readonly assignor: string
  readonly members: readonly GroupMember[]
  /** Of the consumer protocol alone. */
  readonly groupEpoch: number | undefined
  readonly assignmentEpoch: number | undefined
  readonly coordinator: { readonly nodeId: number; readonly host: string; readonly port: number }
}

/** The group's members are no consumers, but Connect's workers, for example. */
export class NotAConsumerGroupError extends Error {
  override readonly name = 'NotAConsumerGroupError'

  constructor(groupId: string, protocolType: string) {
    super(`GroupId ${groupId} is not a consumer group (${protocolType}).`)
  }
}

/** A group of consumers, of either protocol. GROUP_ID_NOT_FOUND where there is none. */
export async function describeConsumerGroup(client: KafkaClient, groupId: string): Promise<DescribedGroup> {
  return await askCoordinator(client, groupId, async coordinator => {
    const { brokers } = await client.metadata([])
    const { host, port } = coordinator.address
    const nodeId = brokers.find(broker => broker.host === host && broker.port === port)?.nodeId ?? -1
    const at = { groupId, coordinator: { nodeId, host, port } }
    return { ...((await describeNew(coordinator, groupId)) ?? (await describeClassic(coordinator, groupId))), ...at }
  })
}

/** `undefined` where it is not a group of the consumer protocol. */
async function describeNew(coordinator: BrokerConnection, groupId: string) {
  if (!coordinator.brokerVersions.has(ConsumerGroupDescribe.key)) return undefined
  const { groups } = await coordinator.send(ConsumerGroupDescribe, {
    groupIds: [groupId],
    includeAuthorizedOperations: false,
  })
  const group = groups[0]!
  if (group.errorCode === ErrorCode.GROUP_ID_NOT_FOUND || group.errorCode === ErrorCode.UNSUPPORTED_VERSION)
    return undefined
  throwIfError(group.errorCode, group.errorMessage)
  return {
    state: group.groupState,
    assignor: group.assignorName,
    groupEpoch: group.groupEpoch,
    assignmentEpoch: group.assignmentEpoch,
    members: group.members.map(member => ({
      memberId: member.memberId,
      instanceId: member.instanceId ?? '',
      clientId: member.clientId,
      host: member.clientHost,
      assignment: flat(member.assignment.topicPartitions.map(({ topicName, partitions }) => [topicName, partitions])),
      targetAssignment: flat(
        member.targetAssignment.topicPartitions.map(({ topicName, partitions }) => [topicName, partitions]),
      ),
      memberEpoch: member.memberEpoch,
      isUpgraded: member.memberType < 0 ? undefined : member.memberType === 1,
    })),
  }
}

async function describeClassic(coordinator: BrokerConnection, groupId: string) {
  const { groups } = await coordinator.send(DescribeGroups, { groups: [groupId] })
  const group = groups[0]!
  throwIfError(group.errorCode, group.errorMessage)
  if (group.protocolType !== 'consumer' && group.protocolType !== '') {
    throw new NotAConsumerGroupError(groupId, group.protocolType)
  }
  return {
    state: group.groupState,
    assignor: group.protocolData,
    groupEpoch: undefined,
    assignmentEpoch: undefined,
    members: group.members.map(member => ({
      memberId: member.memberId,
      instanceId: member.groupInstanceId ?? '',
      clientId: member.clientId,
      host: member.clientHost,
      assignment: assignedPartitions(member.memberAssignment),
      targetAssignment: [],
      memberEpoch: undefined,
      isUpgraded: undefined,
    })),
  }
}

/** What the group's leader has assigned; its version comes first. */
function assignedPartitions(bytes: Uint8Array): TopicPartition[] {
  if (bytes.length === 0) return []
  const version = new DataView(bytes.buffer, bytes.byteOffset).getInt16(0)
  const known = Math.min(version, ConsumerProtocolAssignment.versions[1])
  const { assignedPartitions: topics } = ConsumerProtocolAssignment.decode(bytes.subarray(2), known)
  return flat(topics.map(({ topic, partitions }) => [topic, partitions]))
}

function flat(topics: readonly (readonly [string, readonly number[]])[]): TopicPartition[] {
  return topics.flatMap(([topic, partitions]) => partitions.map(partition => ({ topic, partition })))
}

export interface CommittedOffset extends TopicPartition {
  readonly offset: number
  readonly leaderEpoch: number | undefined
}

/** Every offset the group has committed; none for a group there is not. */
export async function committedOffsets(client: KafkaClient, groupId: string): Promise<CommittedOffset[]> {
  return await askCoordinator(client, groupId, async coordinator => {
    // Up to version 9 topics go by name.
    const version = coordinator.versionOf(OffsetFetch, 9)
    const response = await coordinator.send(
      OffsetFetch,
      version >= 8 ? { groups: [{ groupId, topics: null }] } : { groupId, topics: null },
      version,
    )
    const answer = version >= 8 ? response.groups[0]! : response
    throwIfError(answer.errorCode)
    return answer.topics.flatMap(({ name, partitions }) =>
      partitions
        .filter(({ committedOffset }) => committedOffset >= 0n)
        .map(({ partitionIndex, committedOffset, committedLeaderEpoch, errorCode }) => {
          throwIfError(errorCode)
          return {
            topic: name,
            partition: partitionIndex,
            offset: Number(committedOffset),
            leaderEpoch: committedLeaderEpoch < 0 ? undefined : committedLeaderEpoch,
          }
        }),
    )
  })
}

/** Asks the group's coordinator, and the next one where it has moved. */
export function askCoordinator<Answer>(
  client: KafkaClient,
  groupId: string,
  ask: (coordinator: BrokerConnection) => Promise<Answer>,
): Promise<Answer> {
  return client.retrying(async () => await ask(await client.coordinator('group', groupId)))
}
