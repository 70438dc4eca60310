import { array, bytes, int32, nullable, string, struct } from '../../schema/field.ts'
import { message } from '../../schema/message.ts'

/** Type 5: a member of a consumer group. */
export const ConsumerGroupMemberMetadataKey = message('ConsumerGroupMemberMetadataKey', {
  key: 5,
  versions: [0, 0],
  fields: {
    groupId: string,
    memberId: string,
  },
})

/** Type 5: who it is and what it subscribes to. */
export const ConsumerGroupMemberMetadataValue = message('ConsumerGroupMemberMetadataValue', {
  key: 5,
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    instanceId: nullable(string),
    rackId: nullable(string),
    clientId: string,
    clientHost: string,
    subscribedTopicNames: array(string),
    subscribedTopicRegex: nullable(string),
    rebalanceTimeoutMs: int32.default(-1),
    serverAssignor: nullable(string),
    /**
     * For a member that still speaks the classic protocol. Kafka's definition means null to be the default, but says
     * so without quotes, which its generator takes for none.
     */
    classicMemberMetadata: nullable(
      struct({
        sessionTimeoutMs: int32,
        supportedProtocols: array({
          name: string,
          metadata: bytes,
        }),
      }),
    ).tagged(0),
  },
})
