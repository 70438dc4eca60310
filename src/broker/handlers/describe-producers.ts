import { topicNameFault } from '../../controller/topic-names.ts'
import { DescribeProducers } from '../../protocol/apis/describe-producers.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import type { EncodableResponseOf } from '../../protocol/schema/api.ts'
import { handlerOf } from '../handler.ts'
import type { BrokerServices } from '../services.ts'

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

function describe(services: BrokerServices, topic: string, partitionIndex: number): PartitionResponse {
  const failed = (errorCode: number, errorMessage: string | null = null) => ({
    partitionIndex,
    errorCode,
    errorMessage,
    activeProducers: [],
  })
  const fault = topicNameFault(topic)
  if (fault !== undefined) return failed(ErrorCode.INVALID_TOPIC_EXCEPTION, fault)
  if (services.metadata.image.topics.byName(topic) === undefined) {
    return failed(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, 'This server does not host this topic-partition.')
  }
  const partition = services.replicas.find(topic, partitionIndex)
  if (partition === undefined) return failed(services.replicas.errorCodeOfMissing(topic, partitionIndex))
  if (partition.errorCode !== 0) return failed(partition.errorCode)
  const activeProducers = partition.log.activeProducers().map(producer => ({
    producerId: producer.producerId,
    producerEpoch: producer.producerEpoch,
    lastSequence: producer.lastSequence,
    lastTimestamp: producer.lastTimestamp,
    coordinatorEpoch: producer.coordinatorEpoch,
    currentTxnStartOffset: producer.currentTransactionStartOffset,
  }))
  return { partitionIndex, errorCode: 0, activeProducers }
}
