import { api } from '../schema/api.ts'
import { array, bool, int8, int16, int32, int53, nullable, records, string, struct, uuid } from '../schema/field.ts'

/**
 * Acquires records of a share group for this member alone and for a while, and acknowledges earlier ones (KIP-932).
 * Version 2 chooses how many are acquired (KIP-1206), and renews acquisitions (KIP-1222).
 */
export const ShareFetch = api(78, 'ShareFetch', {
  versions: [1, 2],
  flexibleSince: 0,
  request: {
    groupId: nullable(string).default(null),
    memberId: nullable(string),
    shareSessionEpoch: int32,
    maxWaitMs: int32,
    minBytes: int32,
    maxBytes: int32.default(0x7fffffff),
    maxRecords: int32,
    batchSize: int32,
    shareAcquireMode: int8.since(2).default(0).ignorable(),
    isRenewAck: bool.since(2).default(false),
    topics: array({
      topicId: uuid,
      partitions: array({
        partitionIndex: int32,
        partitionMaxBytes: int32.until(0),
        acknowledgementBatches: array({
          firstOffset: int53,
          lastOffset: int53,
          acknowledgeTypes: array(int8),
        }),
      }),
    }),
    forgottenTopicsData: array({
      topicId: uuid,
      partitions: array(int32),
    }),
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    errorMessage: nullable(string).default(null),
    acquisitionLockTimeoutMs: int32,
    responses: array({
      topicId: uuid,
      partitions: array({
        partitionIndex: int32,
        errorCode: int16,
        errorMessage: nullable(string).default(null),
        acknowledgeErrorCode: int16,
        acknowledgeErrorMessage: nullable(string).default(null),
        currentLeader: struct({
          leaderId: int32,
          leaderEpoch: int32,
        }),
        records: records,
        acquiredRecords: array({
          firstOffset: int53,
          lastOffset: int53,
          deliveryCount: int16,
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
