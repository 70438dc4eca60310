import { api } from '../schema/api.ts'
import { array, int8, int16, int32, int53, uuid } from '../schema/field.ts'

/**
 * A partition's leader asks the controller for another in-sync set (KIP-497), with the epochs of its brokers from
 * version 3 on (KIP-903). Errors: INVALID_UPDATE_VERSION, INELIGIBLE_REPLICA, NEW_LEADER_ELECTED, FENCED_LEADER_EPOCH,
 * UNKNOWN_TOPIC_ID.
 */
export const AlterPartition = api(56, 'AlterPartition', {
  versions: [2, 3],
  flexibleSince: 0,
  request: {
    brokerId: int32,
    brokerEpoch: int53.default(-1),
    topics: array({
      topicId: uuid,
      partitions: array({
        partitionIndex: int32,
        leaderEpoch: int32,
        newIsr: array(int32).until(2),
        newIsrWithEpochs: array({
          brokerId: int32,
          brokerEpoch: int53.default(-1),
        }).since(3),
        leaderRecoveryState: int8.default(0),
        partitionEpoch: int32,
      }),
    }),
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    topics: array({
      topicId: uuid,
      partitions: array({
        partitionIndex: int32,
        errorCode: int16,
        leaderId: int32,
        leaderEpoch: int32,
        isr: array(int32),
        leaderRecoveryState: int8.default(0),
        partitionEpoch: int32,
      }),
    }),
  },
})
