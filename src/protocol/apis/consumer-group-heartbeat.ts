import { api } from '../schema/api.ts'
import { array, int16, int32, nullable, string, struct, uuid } from '../schema/field.ts'

const topicPartitions = {
  topicId: uuid,
  partitions: array(int32),
}

/**
 * The one request of the consumer group protocol: joins, keeps alive, tells what is owned, leaves, and learns the
 * assignment (KIP-848). Member epoch 0 joins, -1 leaves, -2 leaves for a while as a static member. Version 1 brings
 * subscription by regular expression, with ids that members make themselves (KIP-1082).
 */
export const ConsumerGroupHeartbeat = api(68, 'ConsumerGroupHeartbeat', {
  versions: [0, 1],
  flexibleSince: 0,
  request: {
    groupId: string,
    memberId: string,
    /** 0 joins, -1 leaves, -2 leaves as a static member that will be back. */
    memberEpoch: int32,
    instanceId: nullable(string).default(null),
    rackId: nullable(string).default(null),
    /** -1 where unchanged. */
    rebalanceTimeoutMs: int32.default(-1),
    /** Null where unchanged. */
    subscribedTopicNames: nullable(array(string)).default(null),
    subscribedTopicRegex: nullable(string).since(1).default(null),
    serverAssignor: nullable(string).default(null),
    /** What the member owns; null where unchanged. */
    topicPartitions: nullable(
      array({
        topicId: uuid,
        partitions: array(int32),
      }),
    ).default(null),
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    errorMessage: nullable(string).default(null),
    memberId: nullable(string).default(null),
    memberEpoch: int32,
    heartbeatIntervalMs: int32,
    /** Null where unchanged. */
    assignment: nullable(
      struct({
        topicPartitions: array(topicPartitions),
      }),
    ).default(null),
  },
})
