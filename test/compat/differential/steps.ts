import type { Json, JsonObject } from '../../support/reference-codec.ts'
import type { Exchange } from './session.ts'

/** Preparations that many sessions share, each in a fixed version whatever version the session is about. */

/** Creates `{name}`, keeps its id as `topicId`, and waits until its partitions have a leader that knows it. */
export function topic(
  numPartitions = 1,
  configs: Readonly<Record<string, string>> = {},
  name = '{name}',
  keepAs = 'topicId',
): Exchange[] {
  const partitions = Array.from({ length: numPartitions }, (_, partitionIndex) => ({ partitionIndex, timestamp: -2 }))
  return [
    {
      send: 'CreateTopics',
      version: 7,
      quiet: true,
      body: {
        topics: [
          {
            name,
            numPartitions,
            replicationFactor: 1,
            configs: Object.entries(configs).map(([key, value]) => ({ name: key, value })),
          },
        ],
      },
      keep: { [keepAs]: 'topics.0.topicId' },
    },
    {
      send: 'ListOffsets',
      version: 9,
      quiet: true,
      body: { replicaId: -1, topics: [{ name, partitions }] },
      until: Object.fromEntries(
        partitions.map(({ partitionIndex }) => [`topics.0.partitions.${partitionIndex}.errorCode`, 0]),
      ),
    },
  ]
}

/** Produces to a partition of the topic kept as `topicId`. */
export function produced(batches: readonly JsonObject[], partition = 0, topicId = '{topicId}'): Exchange {
  return {
    send: 'Produce',
    version: 13,
    quiet: true,
    body: {
      acks: -1,
      timeoutMs: 10_000,
      topicData: [{ topicId, partitionData: [{ index: partition, records: { batches } }] }],
    },
    until: { 'responses.0.partitionResponses.0.errorCode': 0 },
  }
}

export const threeRecords: JsonObject = {
  records: [
    { key: 'a', value: 'one', timestamp: 1_700_000_000_000 },
    { key: 'b', value: 'two', timestamp: 1_700_000_000_500 },
    { key: null, value: 'three', timestamp: 1_700_000_001_000, headers: [['h', 'v']] },
  ],
}

/** Asks until the group coordinator of `{name}` is ready. */
export function coordinator(key = '{name}'): Exchange {
  return {
    send: 'FindCoordinator',
    version: 6,
    quiet: true,
    body: { keyType: 0, coordinatorKeys: [key] },
    until: { 'coordinators.0.errorCode': 0 },
  }
}

/**
 * A subscription as consumers write it (ConsumerProtocolSubscription v0). The coordinator reads those of groups whose protocol type is
 * `consumer`; bytes it cannot read make real Kafka leave the join unanswered.
 */
export function subscription(topics: readonly string[], userData = ''): string {
  const length = (value: number, bytes: number) => value.toString(16).padStart(bytes * 2, '0')
  const names = topics.map(name => length(name.length, 2) + Buffer.from(name).toString('hex'))
  return `0000${length(topics.length, 4)}${names.join('')}${length(userData.length, 4)}${Buffer.from(userData).toString('hex')}`
}

export const consumerProtocols: Json = [{ name: 'range', metadata: subscription(['some-topic']) }]

/** Joins group `{name}` as its only member and syncs: keeps `memberId` and `generationId`. */
export function joinedGroup(group = '{name}', sessionTimeoutMs = 30_000): Exchange[] {
  const join: JsonObject = {
    groupId: group,
    sessionTimeoutMs,
    rebalanceTimeoutMs: 30_000,
    protocolType: 'consumer',
    protocols: consumerProtocols,
  }
  return [
    coordinator(group),
    {
      send: 'JoinGroup',
      version: 9,
      quiet: true,
      body: { ...join, memberId: '' },
      keep: { memberId: 'memberId' },
      until: { errorCode: 79 },
    },
    {
      send: 'JoinGroup',
      version: 9,
      quiet: true,
      body: { ...join, memberId: '{memberId}' },
      keep: { generationId: 'generationId' },
    },
    {
      send: 'SyncGroup',
      version: 5,
      quiet: true,
      body: {
        groupId: group,
        generationId: '{generationId}',
        memberId: '{memberId}',
        protocolType: 'consumer',
        protocolName: 'range',
        assignments: [{ memberId: '{memberId}', assignment: { utf8: 'everything' } }],
      },
    },
  ]
}

/** Commits an offset of partition 0 of the topic kept as `topicId` for group `{name}`, outside any generation. */
export function committed(offset = 1, group = '{name}', topicId = '{topicId}', member: JsonObject = {}): Exchange {
  return {
    send: 'OffsetCommit',
    version: 10,
    quiet: true,
    body: {
      groupId: group,
      ...member,
      topics: [{ topicId, partitions: [{ partitionIndex: 0, committedOffset: offset, committedMetadata: 'note' }] }],
    },
    until: { 'topics.0.partitions.0.errorCode': 0 },
  }
}

/** The same, by the member that `joinedGroup` made. */
export function committedByMember(offset = 1): Exchange {
  return committed(offset, '{name}', '{topicId}', {
    memberId: '{memberId}',
    generationIdOrMemberEpoch: '{generationId}',
  })
}

export const unknownUuid = 'Zm9yIG5vIG9uZSBhdCBhbA'
