import { api } from '../schema/api.ts'
import { array, bool, int8, int16, int32, int53, nullable, string, struct, uuid } from '../schema/field.ts'

/** Accepts, releases, rejects or (KIP-1222) renews acquired records of a share group (KIP-932). */
export const ShareAcknowledge = api(79, 'ShareAcknowledge', {
  versions: [1, 2],
  flexibleSince: 0,
  request: {
    groupId: nullable(string).default(null),
    memberId: nullable(string),
    shareSessionEpoch: int32,
    isRenewAck: bool.since(2).default(false),
    topics: array({
      topicId: uuid,
      partitions: array({
        partitionIndex: int32,
        acknowledgementBatches: array({
          firstOffset: int53,
          lastOffset: int53,
          acknowledgeTypes: array(int8),
        }),
      }),
    }),
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    errorMessage: nullable(string).default(null),
    acquisitionLockTimeoutMs: int32.since(2).ignorable(),
    responses: array({
      topicId: uuid,
      partitions: array({
        partitionIndex: int32,
        errorCode: int16,
        errorMessage: nullable(string).default(null),
        currentLeader: struct({
          leaderId: int32,
          leaderEpoch: int32,
        }),
      }),
    }),
    nodeEndpoints: array({
      nodeId: int32,
      host: string,
      port: int32,
      rack: nullable(string).default(null),
    }),
  },
})
