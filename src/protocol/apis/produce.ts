import { api } from '../schema/api.ts'
import { array, int16, int32, int53, nullable, records, string, struct, uuid } from '../schema/field.ts'

/**
 * Appends record batches to partitions: one batch of magic 2 for each. Before version 3 lay message formats 0 and 1,
 * gone since 4.0. Version 7 lets zstd in (KIP-110), 8 names the records that spoilt a batch (KIP-467), 10 names the
 * new leader (KIP-951), 12 adds partitions to the transaction on the way (KIP-890), 13 goes by topic id (KIP-516).
 */
export const Produce = api(0, 'Produce', {
  versions: [3, 13],
  flexibleSince: 9,
  request: {
    /** Null outside transactions. */
    transactionalId: nullable(string).default(null),
    /** 0: no answer at all. 1: the leader has it. -1: the in-sync replicas have it. */
    acks: int16,
    /** How long to wait for replicas, with acks -1. */
    timeoutMs: int32,
    topicData: array({
      name: string.until(12).ignorable(),
      topicId: uuid.since(13).ignorable(),
      partitionData: array({
        index: int32,
        records: nullable(records),
      }),
    }),
  },
  response: {
    responses: array({
      name: string.until(12).ignorable(),
      topicId: uuid.since(13).ignorable(),
      partitionResponses: array({
        index: int32,
        errorCode: int16,
        baseOffset: int53,
        /** -1 where the topic keeps the time that producers give. */
        logAppendTimeMs: int53.default(-1),
        logStartOffset: int53.since(5).default(-1).ignorable(),
        /** Why the batch was refused, record by record, where that is known. */
        recordErrors: array({
          batchIndex: int32,
          batchIndexErrorMessage: nullable(string).default(null),
        })
          .since(8)
          .ignorable(),
        errorMessage: nullable(string).since(8).default(null).ignorable(),
        currentLeader: struct({
          leaderId: int32.default(-1),
          leaderEpoch: int32.default(-1),
        })
          .since(10)
          .tagged(0),
      }),
    }),
    throttleTimeMs: int32.default(0),
    /** Where the leaders named above can be reached. */
    nodeEndpoints: array({
      nodeId: int32,
      host: string,
      port: int32,
      rack: nullable(string).default(null),
    })
      .since(10)
      .tagged(0),
  },
})
