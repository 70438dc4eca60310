import { int32, int64, string } from '../../schema/field.ts'
import { message } from '../../schema/message.ts'

/** Type 11: a share group. */
export const ShareGroupMetadataKey = message('ShareGroupMetadataKey', {
  key: 11,
  versions: [0, 0],
  fields: {
    groupId: string,
  },
})

/** Type 11: its epoch, and a hash of the topics it subscribes to. */
export const ShareGroupMetadataValue = message('ShareGroupMetadataValue', {
  key: 11,
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    epoch: int32,
    metadataHash: int64,
  },
})
