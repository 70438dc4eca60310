import { int32, int64, string } from '../../schema/field.ts'
import { message } from '../../schema/message.ts'

/** Type 3: a consumer group. */
export const ConsumerGroupMetadataKey = message('ConsumerGroupMetadataKey', {
  key: 3,
  versions: [0, 0],
  fields: {
    groupId: string,
  },
})

/** Type 3: its epoch, and a hash of the topics it subscribes to: when that changes it rebalances (KIP-1101). */
export const ConsumerGroupMetadataValue = message('ConsumerGroupMetadataValue', {
  key: 3,
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    epoch: int32,
    /** All 64 bits count. */
    metadataHash: int64.tagged(0).default(0n),
  },
})
