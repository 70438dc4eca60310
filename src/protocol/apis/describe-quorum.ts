import { api } from '../schema/api.ts'
import { array, int16, int32, int53, nullable, string, uint16, uuid } from '../schema/field.ts'

const replicaState = {
  replicaId: int32,
  replicaDirectoryId: uuid.since(2),
  logEndOffset: int53,
  lastFetchTimestamp: int53.since(1).default(-1).ignorable(),
  lastCaughtUpTimestamp: int53.since(1).default(-1).ignorable(),
}

/** The metadata quorum: leader, epoch, high watermark, and how far each voter and observer is (KIP-595, KIP-836). */
export const DescribeQuorum = api(55, 'DescribeQuorum', {
  versions: [0, 2],
  flexibleSince: 0,
  request: {
    topics: array({
      topicName: string,
      partitions: array({
        partitionIndex: int32,
      }),
    }),
  },
  response: {
    errorCode: int16,
    errorMessage: nullable(string).since(2).ignorable(),
    topics: array({
      topicName: string,
      partitions: array({
        partitionIndex: int32,
        errorCode: int16,
        errorMessage: nullable(string).since(2).ignorable(),
        leaderId: int32,
        leaderEpoch: int32,
        highWatermark: int53,
        currentVoters: array(replicaState),
        observers: array(replicaState),
      }),
    }),
    nodes: array({
      nodeId: int32,
      listeners: array({
        name: string,
        host: string,
        port: uint16,
      }),
    }).since(2),
  },
})
