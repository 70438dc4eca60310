import { api } from '../schema/api.ts'
import { array, bool, int8, int16, int32, nullable, string, uuid } from '../schema/field.ts'

export const CreateTopics = api(19, 'CreateTopics', {
  versions: [2, 7],
  flexibleSince: 5,
  request: {
    topics: array({
      name: string,
      numPartitions: int32,
      replicationFactor: int16,
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
