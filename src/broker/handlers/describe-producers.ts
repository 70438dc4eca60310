import { DescribeProducers } from '../../protocol/apis/describe-producers.ts'
import type { EncodableResponseOf } from '../../protocol/schema/api.ts'
import { handlerOf } from '../handler.ts'
import type { BrokerServices } from '../services.ts'
import { validateTopicName } from '../topic-name.ts'

type PartitionResponse = EncodableResponseOf<typeof DescribeProducers>['topics'][number]['partitions'][number]

export const handler = handlerOf(
  DescribeProducers,
  (services, request) => ({
    throttleTimeMs: 0,
    topics: request.topics.map(({ name, partitionIndexes }) => ({
      name,
      partitions: partitionIndexes.map(partitionIndex => describe(services, name, partitionIndex)),
    })),
  }),
  {
    errorResponse: (request, errorCode) => ({
      throttleTimeMs: 0,
      topics: request.topics.map(({ name, partitionIndexes }) => ({
        name,
        partitions: partitionIndexes.map(partitionIndex => ({ partitionIndex, errorCode, activeProducers: [] })),
      })),
    }),
  },
)
