import { api } from '../schema/api.ts'
import { array, int16, int32, int53, int64, nullable, string } from '../schema/field.ts'

/**
 * A group's offsets as part of a transaction: visible once it commits (KIP-98, fenced by group since KIP-447). From
 * version 5 on, the partition is added to the transaction on the way (KIP-890).
 */
export const TxnOffsetCommit = api(28, 'TxnOffsetCommit', {
  versions: [0, 5],
  flexibleSince: 3,
  request: {
    transactionalId: string,
    groupId: string,
    producerId: int53,
    producerEpoch: int16,
    generationId: int32.since(3).default(-1),
    memberId: string.since(3).default(''),
    groupInstanceId: nullable(string).since(3).default(null),
    topics: array({
      name: string,
      partitions: array({
        partitionIndex: int32,
        committedOffset: int64,
        committedLeaderEpoch: int32.since(2).default(-1).ignorable(),
        committedMetadata: nullable(string),
      }),
    }),
  },
  response: {
    throttleTimeMs: int32,
    topics: array({
      name: string,
      partitions: array({
        partitionIndex: int32,
        errorCode: int16,
      }),
    }),
  },
})
