import { api } from '../schema/api.ts'
import { array, bool, int16, int32, nullable, string, uuid } from '../schema/field.ts'

export const Metadata = api(3, 'Metadata', {
  versions: [0, 13],
  flexibleSince: 9,
  request: {
    topics: nullable(
      array({
        topicId: uuid.since(10).ignorable(),
        name: nullable(string, { since: 10 }),
      }),
      { since: 1 },
    ),
    allowAutoTopicCreation: bool.since(4).default(true),
    includeClusterAuthorizedOperations: bool.since(8).until(10),
    includeTopicAuthorizedOperations: bool.since(8),
  },
  response: {
    throttleTimeMs: int32.since(3).ignorable(),
    brokers: array({
      nodeId: int32,
      host: string,
      port: int32,
      rack: nullable(string).since(1).default(null).ignorable(),
    }),
    clusterId: nullable(string).since(2).default(null).ignorable(),
    controllerId: int32.since(1).default(-1).ignorable(),
    topics: array({
      errorCode: int16,
      name: nullable(string, { since: 12 }),
      topicId: uuid.since(10).ignorable(),
      isInternal: bool.since(1).default(false).ignorable(),
      partitions: array({
        errorCode: int16,
        partitionIndex: int32,
        leaderId: int32,
        leaderEpoch: int32.since(7).default(-1).ignorable(),
        replicaNodes: array(int32),
        isrNodes: array(int32),
        offlineReplicas: array(int32).since(5).ignorable(),
      }),
      topicAuthorizedOperations: int32.since(8).default(-2147483648),
    }),
    clusterAuthorizedOperations: int32.since(8).until(10).default(-2147483648),
    errorCode: int16.since(13).ignorable(),
  },
})
