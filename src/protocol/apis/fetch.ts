import { api } from '../schema/api.ts'
import { array, int8, int16, int32, int53, nullable, records, string, struct, uuid } from '../schema/field.ts'
import { INT53_MAX } from '../schema/reader.ts'

export const Fetch = api(1, 'Fetch', {
  versions: [4, 18],
  flexibleSince: 12,
  request: {
    clusterId: nullable(string).since(12).tagged(0).default(null).ignorable(),
    replicaId: int32.until(14).default(-1),
    replicaState: struct({
      replicaId: int32.default(-1),
      replicaEpoch: int53.default(-1),
    })
      .since(15)
      .tagged(1),
    maxWaitMs: int32,
    minBytes: int32,
    maxBytes: int32.default(0x7fffffff),
    isolationLevel: int8.default(0),
    sessionId: int32.since(7).default(0).ignorable(),
    sessionEpoch: int32.since(7).default(-1).ignorable(),
    topics: array({
      topic: string.until(12).ignorable(),
      topicId: uuid.since(13).ignorable(),
      partitions: array({
        partition: int32,
        currentLeaderEpoch: int32.since(9).default(-1).ignorable(),
        fetchOffset: int53,
        lastFetchedEpoch: int32.since(12).default(-1),
        logStartOffset: int53.since(5).default(-1).ignorable(),
        partitionMaxBytes: int32,
        replicaDirectoryId: uuid.since(17).tagged(0).ignorable(),
        highWatermark: int53.since(18).tagged(1).default(INT53_MAX).ignorable(),
      }),
    }),
    forgottenTopicsData: array({
      topic: string.until(12).ignorable(),
      topicId: uuid.since(13).ignorable(),
      partitions: array(int32),
    }).since(7),
    rackId: string.since(11).default('').ignorable(),
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16.since(7).ignorable(),
    sessionId: int32.since(7).default(0),
    responses: array({
      topic: string.until(12).ignorable(),
      topicId: uuid.since(13).ignorable(),
      partitions: array({
        partitionIndex: int32,
        errorCode: int16,
        highWatermark: int53,
        lastStableOffset: int53.default(-1),
        logStartOffset: int53.since(5).default(-1).ignorable(),
        divergingEpoch: struct({
          epoch: int32.default(-1),
          endOffset: int53.default(-1),
        })
          .since(12)
          .tagged(0),
        currentLeader: struct({
          leaderId: int32.default(-1),
          leaderEpoch: int32.default(-1),
        })
          .since(12)
          .tagged(1),
        snapshotId: struct({
          endOffset: int53.default(-1),
          epoch: int32.default(-1),
        })
          .since(12)
          .tagged(2),
        abortedTransactions: nullable(
          array({
            producerId: int53,
            firstOffset: int53,
          }),
        ),
        preferredReadReplica: int32.since(11).default(-1),
        records: nullable(records),
      }),
    }),
    nodeEndpoints: array({
      nodeId: int32,
      host: string,
      port: int32,
      rack: nullable(string).default(null),
    })
      .since(16)
      .tagged(0),
  },
})
