import { api } from '../schema/api.ts'
import { array, bool, int16, int32, nullable, string, uuid } from '../schema/field.ts'

/**
 * Brokers, topics and the leaders of their partitions: the first thing that clients ask, and what they ask again when
 * a leader moves. Null topics means all, from version 1 on; before that an empty list does. Topics may be named by id
 * from version 12 on (KIP-516); version 10 had the field already, but no broker looked at it.
 */
export const Metadata = api(3, 'Metadata', {
  versions: [0, 13],
  flexibleSince: 9,
  request: {
    /** Null asks for all, an empty list for none, but in version 0 for all. */
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
    /** A broker, any that is alive: controllers do not serve clients. */
    controllerId: int32.since(1).default(-1).ignorable(),
    topics: array({
      errorCode: int16,
      name: nullable(string, { since: 12 }),
      topicId: uuid.since(10).ignorable(),
      isInternal: bool.since(1).default(false).ignorable(),
      partitions: array({
        /** LEADER_NOT_AVAILABLE, LISTENER_NOT_FOUND, REPLICA_NOT_AVAILABLE (only in version 0). */
        errorCode: int16,
        partitionIndex: int32,
        leaderId: int32,
        leaderEpoch: int32.since(7).default(-1).ignorable(),
        replicaNodes: array(int32),
        isrNodes: array(int32),
        offlineReplicas: array(int32).since(5).ignorable(),
      }),
      /** A bit for each operation of `AclOperation`; the least int32 where not asked for. */
      topicAuthorizedOperations: int32.since(8).default(-2147483648),
    }),
    clusterAuthorizedOperations: int32.since(8).until(10).default(-2147483648),
    errorCode: int16.since(13).ignorable(),
  },
})
