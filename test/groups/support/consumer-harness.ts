import assert from 'node:assert/strict'
import type { ConsumerGroup } from '../../../src/groups/consumer/consumer-group.ts'
import type {
  ConsumerGroupHeartbeatRequest,
  ConsumerGroupHeartbeatResponse,
} from '../../../src/groups/consumer/heartbeat-request.ts'
import type { GroupConfig } from '../../../src/groups/group-config.ts'
import type { GroupRecord } from '../../../src/groups/group-record.ts'
import type { GroupResult } from '../../../src/groups/group-result.ts'
import { GroupHarness } from './group-harness.ts'
import { idOf } from './test-topics.ts'

export interface Said extends Partial<Omit<ConsumerGroupHeartbeatRequest, 'topicPartitions'>> {
  /** Partitions by topic name. */
  readonly owned?: Readonly<Record<string, readonly number[]>>
}

export interface Told {
  readonly errorCode: number
  readonly errorMessage: string | null
  readonly memberEpoch: number
  /** Partitions by topic name; `null` where nothing changed. */
  readonly assigned: Readonly<Record<string, readonly number[]>> | null
  readonly records: readonly GroupRecord[]
}

/** Drives consumer groups; what is classic in them too. */
export class ConsumerHarness extends GroupHarness {
  constructor(topics: Readonly<Record<string, number>> = { foo: 6 }, config: Partial<GroupConfig> = {}, seed = 1) {
    super(config, seed)
    this.changeTopics(topics)
  }

  consumerGroup(groupId = 'g'): ConsumerGroup {
    const group = this.shard.groups.consumer(groupId)
    assert.ok(group !== undefined, `there is a consumer group ${groupId}`)
    return group
  }

  beat(memberId: string, memberEpoch: number, said: Said = {}): Told {
    const { owned, ...more } = said
    const request: ConsumerGroupHeartbeatRequest = {
      groupId: 'g',
      memberId,
      memberEpoch,
      instanceId: null,
      rackId: null,
      rebalanceTimeoutMs: -1,
      subscribedTopicNames: null,
      subscribedTopicRegex: null,
      serverAssignor: null,
      topicPartitions:
        owned === undefined
          ? null
          : Object.entries(owned).map(([topic, partitions]) => ({ topicId: idOf(topic), partitions: [...partitions] })),
      ...more,
    }
    const client = { clientId: 'client', clientHost: '/127.0.0.1', apiVersion: 1 }
    const result: GroupResult<ConsumerGroupHeartbeatResponse> = this.shard.consumerGroupHeartbeat(
      request,
      client,
      this.now,
    )
    this.carryOut(result)
    const { errorCode, errorMessage = null, memberEpoch: epoch, assignment } = result.response
    const assigned =
      assignment === null || assignment === undefined
        ? null
        : Object.fromEntries(
            assignment.topicPartitions.map(({ topicId, partitions }) => [this.topics.byId(topicId)?.name, partitions]),
          )
    return { errorCode, errorMessage, memberEpoch: epoch, assigned, records: result.records }
  }

  enter(memberId: string, said: Said = {}): Told {
    return this.beat(memberId, 0, { rebalanceTimeoutMs: 60_000, subscribedTopicNames: ['foo'], owned: {}, ...said })
  }
}

export function kindsOf(records: readonly GroupRecord[]): string[] {
  return records.map(record => `${record.kind}${record.value === null ? ' tombstone' : ''}`)
}
