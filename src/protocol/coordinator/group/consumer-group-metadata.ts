import { int32, int64, string } from '../../schema/field.ts'
import { message } from '../../schema/message.ts'

export const ConsumerGroupMetadataKey = message('ConsumerGroupMetadataKey', {
  key: 3,
  versions: [0, 0],
  fields: {
    groupId: string,
  },
})

export const ConsumerGroupMetadataValue = message('ConsumerGroupMetadataValue', {
  key: 3,
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    epoch: int32,
    metadataHash: int64.tagged(0).default(0n),
  },
})
