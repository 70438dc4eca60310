import { api } from '../schema/api.ts'
import { array, bool, int8, int16, int32, nullable, string, uuid } from '../schema/field.ts'

/**
 * Creates topics, or only says whether it could. Partition count and replication factor of -1 mean the broker's
 * defaults (KIP-464); the answer gives the topic's configuration (KIP-525) and id (KIP-516).
 */
export const CreateTopics = api(19, 'CreateTopics', {
  versions: [2, 7],
  flexibleSince: 5,
  request: {
    topics: array({
      name: string,
      numPartitions: int32,
      replicationFactor: int16,
      /** Empty to let the controller place replicas. */
      assignments: array({
        partitionIndex: int32,
        brokerIds: array(int32),
      }),
      configs: array({
        name: string,
        value: nullable(string),
      }),
    }),
    timeoutMs: int32.default(60000),
    validateOnly: bool.default(false),
  },
  response: {
    throttleTimeMs: int32,
    topics: array({
      name: string,
      topicId: uuid.since(7).ignorable(),
      errorCode: int16,
      errorMessage: nullable(string),
      /** Why the configuration is missing, such as TOPIC_AUTHORIZATION_FAILED. */
      topicConfigErrorCode: int16.since(5).tagged(0).ignorable(),
      numPartitions: int32.since(5).default(-1).ignorable(),
      replicationFactor: int16.since(5).default(-1).ignorable(),
      configs: nullable(
        array({
          name: string,
          value: nullable(string),
          readOnly: bool,
          configSource: int8.default(-1),
          isSensitive: bool,
        }),
      )
        .since(5)
        .ignorable(),
    }),
  },
})
