import { array, nullable, string } from '../../schema/field.ts'
import { message } from '../../schema/message.ts'

/** Type 10: a member of a share group. */
export const ShareGroupMemberMetadataKey = message('ShareGroupMemberMetadataKey', {
  key: 10,
  versions: [0, 0],
  fields: {
    groupId: string,
    memberId: string,
  },
})

/** Type 10: who it is and what it subscribes to. */
export const ShareGroupMemberMetadataValue = message('ShareGroupMemberMetadataValue', {
  key: 10,
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    rackId: nullable(string),
    clientId: string,
    clientHost: string,
    subscribedTopicNames: array(string),
  },
})
