import { array, int8, int32, nullable, uuid } from '../schema/field.ts'
import { message } from '../schema/message.ts'

/**
 * What changed about a partition. A field that is absent stays as it was; the leader epoch goes up exactly when the
 * leader is present. Version 1 adds directories (KIP-858), 2 eligible leader replicas (KIP-966).
 */
export const PartitionChangeRecord = message('PartitionChangeRecord', {
  key: 5,
  versions: [0, 2],
  flexibleSince: 0,
  fields: {
    partitionId: int32.default(-1),
    topicId: uuid,
    isr: nullable(array(int32)).tagged(0).default(null),
    /** -1 for none, -2 where unchanged. */
    leader: int32.tagged(1).default(-2),
    replicas: nullable(array(int32)).tagged(2).default(null),
    removingReplicas: nullable(array(int32)).tagged(3).default(null),
    addingReplicas: nullable(array(int32)).tagged(4).default(null),
    leaderRecoveryState: int8.tagged(5).default(-1),
    directories: nullable(array(uuid)).since(1).tagged(8).default(null),
    eligibleLeaderReplicas: nullable(array(int32)).since(2).tagged(6).default(null),
    lastKnownElr: nullable(array(int32)).since(2).tagged(7).default(null),
  },
})
