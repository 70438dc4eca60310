import { int32, int64, string } from '../../schema/field.ts'
import { message } from '../../schema/message.ts'

export const ShareGroupMetadataKey = message('ShareGroupMetadataKey', {
  key: 11,
  versions: [0, 0],
  fields: {
    groupId: string,
  },
})

export const ShareGroupMetadataValue = message('ShareGroupMetadataValue', {
  key: 11,
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    epoch: int32,
    metadataHash: int64,
  },
})
