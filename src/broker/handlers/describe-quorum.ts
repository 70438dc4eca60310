import { DescribeQuorum } from '../../protocol/apis/describe-quorum.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import type { EncodableResponseOf, RequestOf } from '../../protocol/schema/api.ts'
import { ZERO_UUID } from '../../protocol/uuid.ts'
import { handlerOf } from '../handler.ts'

type Response = EncodableResponseOf<typeof DescribeQuorum>

const metadataTopicName = '__cluster_metadata'
const unknownMessage = 'This server does not host this topic-partition.'

export const handler = handlerOf(
  DescribeQuorum,
  (services, request, context) => {
    const [topic, ...otherTopics] = request.topics
    const [partition, ...otherPartitions] = topic?.partitions ?? []
    const isMetadataLog = topic?.topicName === metadataTopicName && partition?.partitionIndex === 0
    if (!isMetadataLog || otherTopics.length > 0 || otherPartitions.length > 0) return unknownPartitions(request)
    const { leaderId, leaderEpoch, highWatermark, logEndOffset, directoryId, kraftVersion } =
      services.metadataQuorum.quorum
    const nowMs = services.clock.nowMs()
    const leader = {
      replicaId: leaderId,
      // Static voters are told apart by node id alone.
      replicaDirectoryId: kraftVersion === 0 || context.apiVersion < 2 ? ZERO_UUID : directoryId,
      logEndOffset,
      lastFetchTimestamp: nowMs,
      lastCaughtUpTimestamp: nowMs,
    }
    const listeners = services.metadata.image.cluster.controllers.get(leaderId)?.endpoints ?? []
    const nodes = [{ nodeId: leaderId, listeners: listeners.map(({ name, host, port }) => ({ name, host, port })) }]
    return {
      errorCode: ErrorCode.NONE,
      errorMessage: '',
      topics: [
        {
          topicName: metadataTopicName,
          partitions: [
            {
              partitionIndex: 0,
              errorCode: ErrorCode.NONE,
              errorMessage: '',
              leaderId,
              leaderEpoch,
              highWatermark,
              currentVoters: [leader],
              observers: [],
            },
          ],
        },
      ],
      ...(context.apiVersion >= 2 ? { nodes } : {}),
    }
  },
  { errorResponse: (_request, errorCode) => ({ errorCode, errorMessage: '', topics: [] }) },
)

function unknownPartitions(request: RequestOf<typeof DescribeQuorum>): Response {
  return {
    errorCode: ErrorCode.NONE,
    errorMessage: '',
    topics: request.topics.map(({ topicName, partitions }) => ({
      topicName,
      partitions: partitions.map(({ partitionIndex }) => ({
        partitionIndex,
        errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
        errorMessage: unknownMessage,
        leaderId: 0,
        leaderEpoch: 0,
        highWatermark: 0,
        currentVoters: [],
        observers: [],
      })),
    })),
  }
}
