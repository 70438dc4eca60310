import { array, nullable, string } from '../../schema/field.ts'
import { message } from '../../schema/message.ts'

export const ShareGroupMemberMetadataKey = message('ShareGroupMemberMetadataKey', {
  key: 10,
  versions: [0, 0],
  fields: {
    groupId: string,
    memberId: string,
  },
})

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
