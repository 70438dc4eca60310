import { int32, int53, int64, string, uuid } from '../../schema/field.ts'
import { message } from '../../schema/message.ts'

/** Type 1: a group's partition. */
export const OffsetCommitKey = message('OffsetCommitKey', {
  key: 1,
  versions: [0, 0],
  fields: {
    group: string,
    topic: string,
    partition: int32,
  },
})

/** Type 1: its committed offset. Version 1 carries a time of expiry, 3 the leader epoch, 4 the topic's id. */
export const OffsetCommitValue = message('OffsetCommitValue', {
  key: 1,
  versions: [0, 4],
  flexibleSince: 4,
  fields: {
    /** Exact, since it comes back to the bit. */
    offset: int64,
    leaderEpoch: int32.since(3).default(-1).ignorable(),
    metadata: string,
    commitTimestamp: int53,
    /** -1 for the group's own retention. */
    expireTimestamp: int53.since(1).until(1).default(-1).ignorable(),
    topicId: uuid.since(4).tagged(0).ignorable(),
  },
})
