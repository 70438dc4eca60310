import { topicNameFault } from '../../controller/topic-names.ts'
import { DescribeTopicPartitions } from '../../protocol/apis/describe-topic-partitions.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import type { EncodableResponseOf, RequestOf } from '../../protocol/schema/api.ts'
import { ZERO_UUID } from '../../protocol/uuid.ts'
import { topicOperations } from '../authorized-operations.ts'
import { handlerOf } from '../handler.ts'
import { isInternalTopic } from '../internal-topics.ts'
import { ListenerView } from '../metadata/partition-view.ts'

type Response = EncodableResponseOf<typeof DescribeTopicPartitions>
type ResponseTopic = Response['topics'][number]

/** Topics in the order of their names, and as many partitions as the limits allow; a cursor says where to go on (KIP-966). */
export const handler = handlerOf(
  DescribeTopicPartitions,
  (services, request, context) => {
    const { image } = services.metadata
    const cluster = new ListenerView(image.cluster, context.connection.listenerName)
    const { cursor } = request
    const isAll = request.topics.length === 0
    const asked = isAll ? [...image.topics.all()].map(topic => topic.name) : request.topics.map(({ name }) => name)
    const names = [...new Set(asked)].filter(name => name >= (cursor?.topicName ?? '')).sort()
    if (cursor !== null) {
      const isMissing = !isAll && !names.includes(cursor.topicName)
      if (isMissing || cursor.partitionIndex < 0) return errorResponse(request, ErrorCode.INVALID_REQUEST)
    }
    // Kafka takes the empty name for the cursor's topic, and fails where there is no cursor.
    else if (names[0] === '') return errorResponse(request, ErrorCode.UNKNOWN_SERVER_ERROR)
    const limit = services.config.get('max.request.partition.size.limit')
    let remaining = Math.max(Math.min(limit, request.responsePartitionLimit), 1)
    const topics: ResponseTopic[] = []
    for (const name of names) {
      if (remaining === 0) return { throttleTimeMs: 0, topics, nextCursor: { topicName: name, partitionIndex: 0 } }
      const topic = image.topics.byName(name)
      if (topic === undefined) {
        if (!isAll) topics.push(absent(name))
        continue
      }
      const start = name === cursor?.topicName ? cursor.partitionIndex : 0
      const end = Math.min(topic.partitions.length, start + remaining)
      topics.push({
        errorCode: ErrorCode.NONE,
        name,
        topicId: topic.id,
        isInternal: isInternalTopic(name),
        partitions: topic.partitions.slice(start, end).map((partition, index) => ({
          errorCode: ErrorCode.NONE,
          partitionIndex: start + index,
          leaderId: cluster.node(partition.leader)?.id ?? -1,
          leaderEpoch: partition.leaderEpoch,
          replicaNodes: partition.replicas,
          isrNodes: partition.isr,
          eligibleLeaderReplicas: partition.eligibleLeaderReplicas,
          lastKnownElr: partition.lastKnownEligibleLeaderReplicas,
          offlineReplicas: cluster.offlineReplicas(partition),
        })),
        topicAuthorizedOperations: topicOperations,
      })
      if (end < topic.partitions.length)
        return { throttleTimeMs: 0, topics, nextCursor: { topicName: name, partitionIndex: end } }
      remaining -= Math.max(end - start, 0)
    }
    return { throttleTimeMs: 0, topics, nextCursor: null }
  },
  { errorResponse },
)

function absent(name: string): ResponseTopic {
  const isValid = topicNameFault(name) === undefined
  return {
    errorCode: isValid ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION : ErrorCode.INVALID_TOPIC_EXCEPTION,
    name,
    topicId: ZERO_UUID,
    isInternal: isInternalTopic(name),
    partitions: [],
    topicAuthorizedOperations: topicOperations,
  }
}

function errorResponse(request: RequestOf<typeof DescribeTopicPartitions>, errorCode: number): Response {
  const topics = request.topics.map(({ name }) => ({
    errorCode,
    name,
    topicId: ZERO_UUID,
    isInternal: false,
    partitions: [],
  }))
  return { throttleTimeMs: 0, topics, nextCursor: null }
}
