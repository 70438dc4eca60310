import { array, bytes, int32, nullable, string, struct } from '../../schema/field.ts'
import { message } from '../../schema/message.ts'

export const ConsumerGroupMemberMetadataKey = message('ConsumerGroupMemberMetadataKey', {
  key: 5,
  versions: [0, 0],
  fields: {
    groupId: string,
    memberId: string,
  },
})

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
