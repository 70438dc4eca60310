import { array, int8, int32, nullable, uuid } from '../schema/field.ts'
import { message } from '../schema/message.ts'

/** A partition is there, in full. Version 1 adds directories (KIP-858), 2 eligible leader replicas (KIP-966). */
export const PartitionRecord = message('PartitionRecord', {
  key: 3,
  versions: [0, 2],
  flexibleSince: 0,
  fields: {
    partitionId: int32.default(-1),
    topicId: uuid,
    replicas: array(int32),
    isr: array(int32),
    removingReplicas: array(int32),
    addingReplicas: array(int32),
    leader: int32.default(-1),
    leaderRecoveryState: int8.tagged(0).default(0),
    /** Goes up with each leader. */
    leaderEpoch: int32.default(-1),
    /** Goes up with each change. */
    partitionEpoch: int32.default(-1),
    directories: array(uuid).since(1),
    eligibleLeaderReplicas: nullable(array(int32)).since(2).tagged(1).default(null),
    lastKnownElr: nullable(array(int32)).since(2).tagged(2).default(null),
  },
})
