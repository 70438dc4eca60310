import { api } from '../schema/api.ts'
import { array, int16, int32, int53, nullable, records, string, struct, uint16, uuid } from '../schema/field.ts'

/**
 * Reads a snapshot of the metadata log piece by piece (KIP-630). Errors: SNAPSHOT_NOT_FOUND, POSITION_OUT_OF_RANGE,
 * and the epoch errors of Fetch.
 */
export const FetchSnapshot = api(59, 'FetchSnapshot', {
  versions: [0, 1],
  flexibleSince: 0,
  request: {
    clusterId: nullable(string).tagged(0).default(null),
    replicaId: int32.default(-1),
    maxBytes: int32.default(0x7fffffff),
    topics: array({
      name: string,
      partitions: array({
        partition: int32,
        currentLeaderEpoch: int32,
        snapshotId: struct({
          endOffset: int53,
          epoch: int32,
        }),
        position: int53,
        replicaDirectoryId: uuid.since(1).tagged(0).ignorable(),
      }),
    }),
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    topics: array({
      name: string,
      partitions: array({
        index: int32,
        errorCode: int16,
        snapshotId: struct({
          endOffset: int53,
          epoch: int32,
        }),
        currentLeader: struct({
          leaderId: int32,
          leaderEpoch: int32,
        }).tagged(0),
        size: int53,
        position: int53,
        unalignedRecords: records,
      }),
    }),
    nodeEndpoints: array({
      nodeId: int32,
      host: string,
      port: uint16,
    })
      .since(1)
      .tagged(0),
  },
})
