import { array, int8, int16, int32, int53, string, uuid } from '../../schema/field.ts'
import { message } from '../../schema/message.ts'

/** `__share_group_state`: a share partition. */
export const ShareUpdateKey = message('ShareUpdateKey', {
  key: 1,
  versions: [0, 0],
  fields: {
    groupId: string,
    topicId: uuid,
    partition: int32,
  },
})

/** `__share_group_state`: what changed since the snapshot of the same epoch (KIP-932). */
export const ShareUpdateValue = message('ShareUpdateValue', {
  key: 1,
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    snapshotEpoch: int32,
    leaderEpoch: int32,
    startOffset: int53,
    deliveryCompleteCount: int32.tagged(0).default(-1),
    stateBatches: array({
      firstOffset: int53,
      lastOffset: int53,
      deliveryState: int8,
      deliveryCount: int16,
    }),
  },
})
