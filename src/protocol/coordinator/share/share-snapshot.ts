import { array, int8, int16, int32, int53, string, uuid } from '../../schema/field.ts'
import { message } from '../../schema/message.ts'

/** `__share_group_state`: a share partition. */
export const ShareSnapshotKey = message('ShareSnapshotKey', {
  key: 0,
  versions: [0, 0],
  fields: {
    groupId: string,
    topicId: uuid,
    partition: int32,
  },
})

/** `__share_group_state`: the whole state of a share partition (KIP-932). */
export const ShareSnapshotValue = message('ShareSnapshotValue', {
  key: 0,
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    snapshotEpoch: int32,
    stateEpoch: int32,
    leaderEpoch: int32,
    startOffset: int53,
    deliveryCompleteCount: int32.tagged(0).default(-1),
    createTimestamp: int53,
    writeTimestamp: int53,
    stateBatches: array({
      firstOffset: int53,
      lastOffset: int53,
      deliveryState: int8,
      deliveryCount: int16,
    }),
  },
})
