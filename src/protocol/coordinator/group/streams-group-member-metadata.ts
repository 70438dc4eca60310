import { array, int32, nullable, string, struct, uint16 } from '../../schema/field.ts'
import { message } from '../../schema/message.ts'

const endpoint = {
  host: string,
  port: uint16,
}

const keyValue = {
  key: string,
  value: string,
}

/** Type 19: a member of a streams group. */
export const StreamsGroupMemberMetadataKey = message('StreamsGroupMemberMetadataKey', {
  key: 19,
  versions: [0, 0],
  fields: {
    groupId: string,
    memberId: string,
  },
})

/** Type 19: who it is and where it answers interactive queries. */
export const StreamsGroupMemberMetadataValue = message('StreamsGroupMemberMetadataValue', {
  key: 19,
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    instanceId: nullable(string),
    rackId: nullable(string),
    clientId: string,
    clientHost: string,
    rebalanceTimeoutMs: int32.default(-1),
    topologyEpoch: int32,
    processId: string,
    userEndpoint: nullable(struct(endpoint)).default(null),
    clientTags: array(keyValue),
  },
})
