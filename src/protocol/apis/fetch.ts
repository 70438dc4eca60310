import { api } from '../schema/api.ts'
import { array, int8, int16, int32, int53, nullable, records, string, struct, uuid } from '../schema/field.ts'
import { INT53_MAX } from '../schema/reader.ts'

/**
 * Reads record batches from partitions: what consumers live on, and followers and observers of the metadata log
 * (KIP-595) too. Version 7 brings incremental sessions (KIP-227), 9 leader epochs (KIP-320), 10 zstd (KIP-110), 11 the
 * nearest replica (KIP-392), 12 divergence found while fetching (KIP-595), 13 topic ids (KIP-516), 15 the follower's
 * own epoch (KIP-903), 16 the endpoints of new leaders (KIP-951), 17 directory ids (KIP-853), 18 the follower's high
 * watermark (KIP-1166).
 */
export const Fetch = api(1, 'Fetch', {
  versions: [4, 18],
  flexibleSince: 12,
  request: {
    /** Null outside the metadata quorum, whose nodes refuse another cluster. */
    clusterId: nullable(string).since(12).tagged(0).default(null).ignorable(),
    /** A follower's broker id, -1 for consumers, -2 for tools that read any replica. */
    replicaId: int32.until(14).default(-1),
    replicaState: struct({
      replicaId: int32.default(-1),
      replicaEpoch: int53.default(-1),
    })
      .since(15)
      .tagged(1),
    maxWaitMs: int32,
    minBytes: int32,
    /** Above it only the first batch of the first partition that has one. */
    maxBytes: int32.default(0x7fffffff),
    /** 0 reads uncommitted, 1 committed. */
    isolationLevel: int8.default(0),
    /** 0 where there is no session yet. */
    sessionId: int32.since(7).default(0).ignorable(),
    /** -1 without a session, 0 to begin one, then counting up. */
    sessionEpoch: int32.since(7).default(-1).ignorable(),
    topics: array({
      topic: string.until(12).ignorable(),
      topicId: uuid.since(13).ignorable(),
      partitions: array({
        partition: int32,
        /** What the client thinks it is: -1 to not have it checked. */
        currentLeaderEpoch: int32.since(9).default(-1).ignorable(),
        fetchOffset: int53,
        /** Epoch of the last record the follower has: -1 for none. */
        lastFetchedEpoch: int32.since(12).default(-1),
        /** The follower's; consumers send -1. */
        logStartOffset: int53.since(5).default(-1).ignorable(),
        partitionMaxBytes: int32,
        replicaDirectoryId: uuid.since(17).tagged(0).ignorable(),
        /** The follower's, so that a leader need not answer at once to tell it (KIP-1166). */
        highWatermark: int53.since(18).tagged(1).default(INT53_MAX).ignorable(),
      }),
    }),
    /** Leaves the session; all that is not named stays as it was. */
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
        /** Present where the follower must truncate first. */
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
        /** Present where the log begins above what is asked for, so that a snapshot must be fetched. */
        snapshotId: struct({
          endOffset: int53.default(-1),
          epoch: int32.default(-1),
        })
          .since(12)
          .tagged(2),
        /** Ordered by first offset; null when reading uncommitted. */
        abortedTransactions: nullable(
          array({
            producerId: int53,
            firstOffset: int53,
          }),
        ),
        /** Fetch there instead: -1 to stay. */
        preferredReadReplica: int32.since(11).default(-1),
        records: nullable(records),
      }),
    }),
    /** Where the leaders named above can be reached. */
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
