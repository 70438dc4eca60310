import { api } from '../schema/api.ts'
import { array, bool, int16, int32, int53, nullable, string, uint16, uuid } from '../schema/field.ts'

/** A candidate of the metadata quorum asks for a vote (KIP-595), or for what the vote would be (KIP-996, version 2). */
export const Vote = api(52, 'Vote', {
  versions: [0, 2],
  flexibleSince: 0,
  request: {
    clusterId: nullable(string).default(null),
    voterId: int32.since(1).default(-1).ignorable(),
    topics: array({
      topicName: string,
      partitions: array({
        partitionIndex: int32,
        replicaEpoch: int32,
        replicaId: int32,
        replicaDirectoryId: uuid.since(1).ignorable(),
        voterDirectoryId: uuid.since(1).ignorable(),
        lastOffsetEpoch: int32,
        lastOffset: int53,
        /** Asks what the answer would be; epochs stay as they are. */
        preVote: bool.since(2),
      }),
    }),
  },
  response: {
    errorCode: int16,
    topics: array({
      topicName: string,
      partitions: array({
        partitionIndex: int32,
        errorCode: int16,
        leaderId: int32,
        leaderEpoch: int32,
        voteGranted: bool,
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
