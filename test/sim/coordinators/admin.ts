import { ConsumerGroupDescribe } from '../../../src/protocol/apis/consumer-group-describe.ts'
import { CreatePartitions } from '../../../src/protocol/apis/create-partitions.ts'
import { CreateTopics } from '../../../src/protocol/apis/create-topics.ts'
import { DeleteTopics } from '../../../src/protocol/apis/delete-topics.ts'
import { DescribeGroups } from '../../../src/protocol/apis/describe-groups.ts'
import { FindCoordinator } from '../../../src/protocol/apis/find-coordinator.ts'
import { Metadata } from '../../../src/protocol/apis/metadata.ts'
import { OffsetFetch } from '../../../src/protocol/apis/offset-fetch.ts'
import { ErrorCode, errorName } from '../../../src/protocol/errors.ts'
import type { ResponseOf } from '../../../src/protocol/schema/api.ts'
import { type Uuid, ZERO_UUID } from '../../../src/protocol/uuid.ts'
import { CallLost, type SimulatedClient } from '../../../src/sim/network/simulated-client.ts'
import type { World } from './world.ts'

/** Whoever looks after the cluster: makes topics, grows them, and looks at groups. Tries again until it is answered. */
export class Admin {
  readonly client: SimulatedClient
  readonly #world: World

  constructor(world: World) {
    this.#world = world
    this.client = world.client('admin')
  }

  /** Calls `attempt` until it yields something. */
  async retry<Result>(attempt: () => Promise<Result | undefined>): Promise<Result> {
    for (;;) {
      try {
        const result = await attempt()
        if (result !== undefined) return result
      } catch (error) {
        if (!(error instanceof CallLost)) throw error
      }
      await this.client.sleep(100)
    }
  }

  createTopic(name: string, numPartitions: number, configs: Readonly<Record<string, string>> = {}): Promise<boolean> {
    return this.retry(async () => {
      const { topics } = await this.#world.operate(this.client, CreateTopics, 7, {
        topics: [
          {
            name,
            numPartitions,
            replicationFactor: 1,
            assignments: [],
            configs: Object.entries(configs).map(([key, value]) => ({ name: key, value })),
          },
        ],
        timeoutMs: 10_000,
      })
      const errorCode = topics[0]?.errorCode
      if (errorCode === ErrorCode.NONE || errorCode === ErrorCode.TOPIC_ALREADY_EXISTS) return true
      if (isOnItsWayOut(errorCode)) return undefined
      throw new Error(`${name} cannot be created: ${errorName(errorCode ?? -1)}`)
    })
  }

  /** Whether the broker that was asked first did it, to the end: not on its own way out. */
  async deleteTopic(name: string): Promise<boolean> {
    let attempts = 0
    await this.retry(async () => {
      attempts++
      const { responses } = await this.#world.operate(this.client, DeleteTopics, 6, {
        topics: [{ name, topicId: ZERO_UUID }],
        timeoutMs: 10_000,
      })
      const errorCode = responses[0]?.errorCode
      if (errorCode === ErrorCode.NONE) return true
      const isGone =
        errorCode === ErrorCode.UNKNOWN_TOPIC_OR_PARTITION ||
        // Between looking for its id and deleting it.
        errorCode === ErrorCode.UNKNOWN_TOPIC_ID
      if (isGone && attempts > 1) return true
      throw new Error(`${name} cannot be deleted: ${errorName(errorCode ?? -1)}`)
    })
    return attempts === 1 && !this.#world.broker.isStopping
  }

  topicId(name: string): Promise<Uuid> {
    return this.retry(async () => {
      const { topics } = await this.client.call(Metadata, 12, { topics: [{ topicId: ZERO_UUID, name }] })
      return topics[0]?.errorCode === ErrorCode.NONE ? topics[0].topicId : undefined
    })
  }

  growTopic(name: string, count: number): Promise<boolean> {
    return this.retry(async () => {
      const { results } = await this.#world.operate(this.client, CreatePartitions, 3, {
        topics: [{ name, count, assignments: null }],
        timeoutMs: 10_000,
        validateOnly: false,
      })
      const errorCode = results[0]?.errorCode
      if (errorCode === ErrorCode.NONE || errorCode === ErrorCode.INVALID_PARTITIONS) return true
      if (isOnItsWayOut(errorCode)) return undefined
      throw new Error(`${name} cannot be grown: ${errorName(errorCode ?? -1)}`)
    })
  }

  /** The coordinator is there, and the internal topic it keeps its records in. */
  async findCoordinator(key: string, keyType: 0 | 1): Promise<void> {
    await this.retry(async () => {
      const { coordinators } = await this.client.call(FindCoordinator, 4, { keyType, coordinatorKeys: [key] })
      return coordinators[0]?.errorCode === ErrorCode.NONE ? true : undefined
    })
  }

  /** The coordinator has loaded the group, and has done all that was to be done then. */
  async awaitCoordinator(groupId: string): Promise<void> {
    await this.retry(async () => {
      const { groups } = await this.client.call(OffsetFetch, 8, { groups: [{ groupId, topics: null }] })
      return groups[0]?.errorCode === ErrorCode.NONE ? true : undefined
    })
  }

  async describeConsumerGroup(groupId: string): Promise<ResponseOf<typeof ConsumerGroupDescribe>['groups'][number]> {
    return await this.retry(async () => {
      const { groups } = await this.#world.operate(this.client, ConsumerGroupDescribe, 1, {
        groupIds: [groupId],
        includeAuthorizedOperations: false,
      })
      return groups[0]?.errorCode === ErrorCode.NONE ? groups[0] : undefined
    })
  }

  /** Whatever protocol its members speak; `text` says all that does not change while nobody does anything. */
  async describeEither(groupId: string): Promise<{ state: string; memberIds: readonly string[]; text: string }> {
    return await this.retry(async () => {
      const { groups } = await this.#world.operate(this.client, ConsumerGroupDescribe, 1, {
        groupIds: [groupId],
        includeAuthorizedOperations: false,
      })
      const [group] = groups
      if (group?.errorCode === ErrorCode.GROUP_ID_NOT_FOUND) {
        const { groupState, members } = await this.describeGroup(groupId)
        return { state: groupState, memberIds: members.map(({ memberId }) => memberId), text: 'classic' }
      }
      if (group?.errorCode !== ErrorCode.NONE) return undefined
      const { groupState, groupEpoch, assignmentEpoch, members } = group
      const epochs = members.map(({ memberId, memberEpoch }) => `${memberId}@${memberEpoch}`).toSorted()
      return {
        state: groupState,
        memberIds: members.map(({ memberId }) => memberId),
        text: JSON.stringify({ groupState, groupEpoch, assignmentEpoch, epochs }),
      }
    })
  }

  async describeGroup(groupId: string): Promise<ResponseOf<typeof DescribeGroups>['groups'][number]> {
    return await this.retry(async () => {
      const { groups } = await this.#world.operate(this.client, DescribeGroups, 5, {
        groups: [groupId],
        includeAuthorizedOperations: false,
      })
      return groups[0]?.errorCode === ErrorCode.NONE ? groups[0] : undefined
    })
  }
}

/** The only broker of the cluster takes nothing on any more. */
function isOnItsWayOut(errorCode: number | undefined): boolean {
  return errorCode === ErrorCode.INVALID_REPLICATION_FACTOR
}
