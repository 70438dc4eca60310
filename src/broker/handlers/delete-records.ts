import { DeleteRecords } from '../../protocol/apis/delete-records.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import { handlerOf } from '../handler.ts'
import { isInternalTopic } from '../internal-topics.ts'
import type { BrokerServices } from '../services.ts'

/** Stands for everything up to the high watermark. */
const upToHighWatermark = -1
const invalidLowWatermark = -1

export const handler = handlerOf(
  DeleteRecords,
  (services, request) => ({
    throttleTimeMs: 0,
    topics: request.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex, offset }) => ({
        partitionIndex,
        ...deleteBefore(services, name, partitionIndex, offset),
      })),
    })),
  }),
  {
    errorResponse: (request, errorCode) => ({
      throttleTimeMs: 0,
      topics: request.topics.map(({ name, partitions }) => ({
        name,
        partitions: partitions.map(({ partitionIndex }) => ({
          partitionIndex,
          lowWatermark: invalidLowWatermark,
          errorCode,
        })),
      })),
    }),
  },
)

/** Kafka's `Partition.deleteRecordsOnLeader`. The low watermark is the least log start of all replicas: there is one. */
function deleteBefore(services: BrokerServices, topic: string, partitionIndex: number, offset: number) {
  if (!services.replicas.exists(topic, partitionIndex)) return failed(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
  if (isInternalTopic(topic)) return failed(ErrorCode.INVALID_TOPIC_EXCEPTION)
  const partition = services.replicas.find(topic, partitionIndex)
  if (partition === undefined) return failed(services.replicas.errorCodeOfMissing(topic, partitionIndex))
  if (partition.errorCode !== 0) return failed(partition.errorCode)
  const { log } = partition
  if (log.config.isCompacted && !log.config.isDeleted) return failed(ErrorCode.POLICY_VIOLATION)
  const startOffset = offset === upToHighWatermark ? partition.highWatermark : offset
  if (startOffset < 0 || !log.incrementLogStartOffset(startOffset)) return failed(ErrorCode.OFFSET_OUT_OF_RANGE)
  return { lowWatermark: log.logStartOffset, errorCode: 0 }
}

function failed(errorCode: number) {
  return { lowWatermark: invalidLowWatermark, errorCode }
}
