import type { Json, JsonObject } from '../../support/reference-codec.ts'
import type { Exchange, Step } from './session.ts'
import { coordinator, subscription } from './steps.ts'

/** Preparations and requests of consumer groups (KIP-848). Member ids are the members' own, in version 0 too. */

/**
 * Lets group `{name}` compute a new assignment at every heartbeat that needs one, on a coordinator that is ready, and
 * that may hear of it a moment after it can be described.
 */
export function assigningAtOnce(group = '{name}'): Step[] {
  return [
    coordinator(group),
    {
      send: 'IncrementalAlterConfigs',
      version: 1,
      quiet: true,
      body: {
        resources: [
          {
            resourceType: 32,
            resourceName: group,
            configs: [{ name: 'consumer.assignment.interval.ms', configOperation: 0, value: '0' }],
          },
        ],
      },
    },
    {
      send: 'DescribeConfigs',
      version: 4,
      quiet: true,
      body: {
        resources: [{ resourceType: 32, resourceName: group, configurationKeys: ['consumer.assignment.interval.ms'] }],
      },
      until: { 'results.0.configs.0.value': '0' },
    },
    { pauseMs: 200 },
  ]
}

/** A heartbeat with news only. */
export function beat(memberId: string, memberEpoch: number, said: JsonObject = {}): Exchange {
  return { send: 'ConsumerGroupHeartbeat', body: { groupId: '{name}', memberId, memberEpoch, ...said } }
}

/** A member of the consumer protocol joins, or joins again, subscribing to `{name}`. */
export function enter(memberId: string, said: JsonObject = {}): Exchange {
  return beat(memberId, 0, {
    rebalanceTimeoutMs: 60_000,
    subscribedTopicNames: ['{name}'],
    topicPartitions: [],
    ...said,
  })
}

/** What a member says it owns of the topic kept as `topicId`. */
export function owning(...partitions: readonly number[]): JsonObject {
  return { topicPartitions: [{ topicId: '{topicId}', partitions }] }
}

export const owningNothing: JsonObject = { topicPartitions: [] }

export const describedConsumerGroup: Exchange = {
  send: 'ConsumerGroupDescribe',
  body: { groupIds: ['{name}'] },
}

/** Preparation in the latest version, not compared. */
export function quietly(exchange: Exchange): Exchange {
  return { ...exchange, version: 1, quiet: true }
}

export function protocolsFor(...topics: readonly string[]): Json {
  return [{ name: 'range', metadata: subscription(topics) }]
}

/** JoinGroup of a member of the classic protocol that subscribes to `some-topic`. */
export function classicJoin(memberId: string, said: JsonObject = {}): Exchange {
  return {
    send: 'JoinGroup',
    body: {
      groupId: '{name}',
      sessionTimeoutMs: 30_000,
      rebalanceTimeoutMs: 30_000,
      memberId,
      protocolType: 'consumer',
      protocols: protocolsFor('some-topic'),
      ...said,
    },
  }
}

export function classicSync(memberId: string, generationId: number, said: JsonObject = {}): Exchange {
  return {
    send: 'SyncGroup',
    body: {
      groupId: '{name}',
      generationId,
      memberId,
      protocolType: 'consumer',
      protocolName: 'range',
      assignments: [],
      ...said,
    },
  }
}

export function classicHeartbeat(memberId: string, generationId: number, said: JsonObject = {}): Exchange {
  return { send: 'Heartbeat', body: { groupId: '{name}', generationId, memberId, ...said } }
}

/** Deletes `{name}`, and waits until it is gone; the coordinator may hear of it a moment later. */
export const topicDeleted: readonly Step[] = [
  {
    send: 'DeleteTopics',
    version: 6,
    quiet: true,
    body: { topics: [{ name: '{name}', topicId: 'AAAAAAAAAAAAAAAAAAAAAA' }], timeoutMs: 10_000 },
  },
  {
    send: 'Metadata',
    version: 12,
    quiet: true,
    body: { topics: [{ topicId: 'AAAAAAAAAAAAAAAAAAAAAA', name: '{name}' }], allowAutoTopicCreation: false },
    until: { 'topics.0.errorCode': 3 },
  },
  { pauseMs: 500 },
]
