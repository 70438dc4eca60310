import type { Clock } from '../ports.ts'
import { Heartbeat } from '../protocol/apis/heartbeat.ts'
import { JoinGroup } from '../protocol/apis/join-group.ts'
import { LeaveGroup } from '../protocol/apis/leave-group.ts'
import { OffsetCommit } from '../protocol/apis/offset-commit.ts'
import { SyncGroup } from '../protocol/apis/sync-group.ts'
import { ConsumerProtocolAssignment } from '../protocol/consumer-protocol/consumer-protocol-assignment.ts'
import { ConsumerProtocolSubscription } from '../protocol/consumer-protocol/consumer-protocol-subscription.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { ClientError, throwIfError } from './client-error.ts'
import { askCoordinator } from './groups.ts'
import type { KafkaClient } from './kafka-client.ts'
import { byTopic, type TopicPartition } from './partitions.ts'

export interface GroupMemberOptions {
  readonly groupId: string
  readonly sessionTimeoutMs: number
  readonly rebalanceTimeoutMs: number
  readonly heartbeatIntervalMs: number
}

interface Membership {
  readonly memberId: string
  readonly generationId: number
}

const protocolType = 'consumer'
const protocolName = 'range'
const subscriptionVersion = 1
const assignmentVersion = 0

const rejoinErrors: readonly number[] = [
  ErrorCode.REBALANCE_IN_PROGRESS,
  ErrorCode.ILLEGAL_GENERATION,
  ErrorCode.UNKNOWN_MEMBER_ID,
]

/** A member of a classic group that shares the partitions of its topics by ranges, and leads the sharing if asked to. */
export class GroupMember {
  readonly #client: KafkaClient
  readonly #clock: Clock
  readonly #topics: readonly string[]
  readonly #options: GroupMemberOptions
  #membership: Membership = { memberId: '', generationId: -1 }
  #heartbeatDueMs = 0

  constructor(client: KafkaClient, clock: Clock, topics: readonly string[], options: GroupMemberOptions) {
    this.#client = client
    this.#clock = clock
    this.#topics = topics
    this.#options = options
  }

  /** Joins, and resolves with the partitions this member is to read. */
  async join(): Promise<TopicPartition[]> {
    for (;;) {
      try {
        return await this.#joinOnce()
      } catch (error) {
        if (!(error instanceof ClientError) || !rejoinErrors.includes(error.code)) throw error
        if (error.code === ErrorCode.UNKNOWN_MEMBER_ID) this.#membership = { memberId: '', generationId: -1 }
      }
    }
  }

  /** To be called often. Resolves with false where the member has to join again. */
  async heartbeat(): Promise<boolean> {
    const nowMs = this.#clock.monotonicMs()
    if (nowMs < this.#heartbeatDueMs) return true
    this.#heartbeatDueMs = nowMs + this.#options.heartbeatIntervalMs
    const { groupId } = this.#options
    const { errorCode } = await askCoordinator(this.#client, groupId, coordinator =>
      coordinator.send(Heartbeat, { groupId, ...this.#membership }),
    )
    if (rejoinErrors.includes(errorCode)) return false
    throwIfError(errorCode)
    return true
  }

  /** Stores where the member is; a commit that comes too late is left to whoever has the partitions now. */
  async commit(positions: readonly (TopicPartition & { readonly offset: number })[]): Promise<void> {
    if (positions.length === 0) return
    const { groupId } = this.#options
    const { memberId, generationId } = this.#membership
    await askCoordinator(this.#client, groupId, async coordinator => {
      const { topics } = await coordinator.send(
        OffsetCommit,
        {
          groupId,
          memberId,
          generationIdOrMemberEpoch: generationId,
          topics: Array.from(byTopic(positions), ([name, ofTopic]) => ({
            name,
            partitions: ofTopic.map(({ partition, offset }) => ({
              partitionIndex: partition,
              committedOffset: BigInt(offset),
              committedMetadata: '',
            })),
          })),
        },
        // Later ones go by topic id.
        9,
      )
      for (const { partitions } of topics) {
        for (const { errorCode } of partitions) if (!rejoinErrors.includes(errorCode)) throwIfError(errorCode)
      }
    })
  }

  async leave(): Promise<void> {
    const { groupId } = this.#options
    const { memberId } = this.#membership
    if (memberId === '') return
    const coordinator = await this.#client.coordinator('group', groupId)
    const isBatched = coordinator.versionOf(LeaveGroup) >= 3
    await coordinator.send(LeaveGroup, isBatched ? { groupId, members: [{ memberId }] } : { groupId, memberId })
  }

  async #joinOnce(): Promise<TopicPartition[]> {
    const { groupId, sessionTimeoutMs, rebalanceTimeoutMs } = this.#options
    const metadata = versioned(
      subscriptionVersion,
      ConsumerProtocolSubscription.encode({ topics: [...this.#topics] }, subscriptionVersion),
    )
    const joined = await askCoordinator(this.#client, groupId, async coordinator => {
      const response = await coordinator.send(JoinGroup, {
        groupId,
        sessionTimeoutMs,
        rebalanceTimeoutMs,
        memberId: this.#membership.memberId,
        protocolType,
        protocols: [{ name: protocolName, metadata }],
      })
      if (response.errorCode === ErrorCode.MEMBER_ID_REQUIRED) {
        this.#membership = { memberId: response.memberId, generationId: -1 }
        throw new ClientError(ErrorCode.REBALANCE_IN_PROGRESS)
      }
      throwIfError(response.errorCode)
      return response
    })
    this.#membership = { memberId: joined.memberId, generationId: joined.generationId }
    const isLeader = joined.leader === joined.memberId
    const assignments = isLeader ? await this.#assignments(joined.members) : []
    const synced = await askCoordinator(this.#client, groupId, async coordinator => {
      const response = await coordinator.send(SyncGroup, {
        groupId,
        ...this.#membership,
        protocolType,
        protocolName,
        assignments,
      })
      throwIfError(response.errorCode)
      return response
    })
    if (synced.assignment.length === 0) return []
    const { assignedPartitions } = ConsumerProtocolAssignment.decode(synced.assignment.subarray(2), assignmentVersion)
    return assignedPartitions.flatMap(({ topic, partitions }) => partitions.map(partition => ({ topic, partition })))
  }

  /** Each topic in ranges of equal length, the longer ones to those whose ids come first. */
  async #assignments(members: readonly { readonly memberId: string; readonly metadata: Uint8Array }[]) {
    const subscribers = members
      .map(({ memberId, metadata }) => ({ memberId, topics: subscribedTopics(metadata) }))
      .sort((a, b) => (a.memberId < b.memberId ? -1 : 1))
    const { topics } = await this.#client.metadata([...new Set(subscribers.flatMap(member => member.topics))])
    const assigned = new Map<string, { topic: string; partitions: number[] }[]>(
      subscribers.map(({ memberId }) => [memberId, []]),
    )
    for (const { name, partitions } of topics) {
      const readers = subscribers.filter(member => member.topics.includes(name!))
      for (const [index, { memberId }] of readers.entries()) {
        const from = Math.ceil((index * partitions.length) / readers.length)
        const to = Math.ceil(((index + 1) * partitions.length) / readers.length)
        const range = Array.from({ length: to - from }, (_, offset) => from + offset)
        if (range.length > 0) assigned.get(memberId)!.push({ topic: name!, partitions: range })
      }
    }
    return Array.from(assigned, ([memberId, assignedPartitions]) => ({
      memberId,
      assignment: versioned(
        assignmentVersion,
        ConsumerProtocolAssignment.encode({ assignedPartitions }, assignmentVersion),
      ),
    }))
  }
}

/** Both messages have their version in front. */
function versioned(version: number, chunks: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat([Uint8Array.of(version >> 8, version), ...chunks])
}

function subscribedTopics(metadata: Uint8Array): readonly string[] {
  const version = Math.min(
    new DataView(metadata.buffer, metadata.byteOffset).getInt16(0),
    ConsumerProtocolSubscription.versions[1],
  )
  return ConsumerProtocolSubscription.decode(metadata.subarray(2), version).topics
}
