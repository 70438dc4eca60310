import { api } from '../schema/api.ts'
import { array, int16, int32, nullable, string, uint16, uuid } from '../schema/field.ts'

/** A leader of the metadata quorum that goes away names who should stand for election first (KIP-595). */
export const EndQuorumEpoch = api(54, 'EndQuorumEpoch', {
  versions: [0, 1],
  flexibleSince: 1,
  request: {
    clusterId: nullable(string).default(null),
    topics: array({
      topicName: string,
      partitions: array({
        partitionIndex: int32,
        leaderId: int32,
        leaderEpoch: int32,
        preferredSuccessors: array(int32).until(0).ignorable(),
        preferredCandidates: array({
          candidateId: int32,
          candidateDirectoryId: uuid,
        })
          .since(1)
          .ignorable(),
      }),
    }),
    leaderEndpoints: array({
      name: string,
      host: string,
      port: uint16,
    })
      .since(1)
      .ignorable(),
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
