import { OffsetForLeaderEpoch } from '../../protocol/apis/offset-for-leader-epoch.ts'
import { handlerOf } from '../handler.ts'
import type { BrokerServices } from '../services.ts'

export const handler = handlerOf(
  OffsetForLeaderEpoch,
  (services, request) => ({
    throttleTimeMs: 0,
    topics: request.topics.map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.map(({ partition, currentLeaderEpoch, leaderEpoch }) => ({
        partition,
        ...endOffsetOf(services, topic, partition, currentLeaderEpoch, leaderEpoch),
      })),
    })),
  }),
  {
    errorResponse: (request, errorCode) => ({
      throttleTimeMs: 0,
      topics: request.topics.map(({ topic, partitions }) => ({
        topic,
        partitions: partitions.map(({ partition }) => ({ partition, errorCode })),
      })),
    }),
  },
)

/** Where the client's log may part from this one: the end of the last epoch not above the one it asks for. */
function endOffsetOf(
  services: BrokerServices,
  topic: string,
  partitionIndex: number,
  currentLeaderEpoch: number,
  leaderEpoch: number,
) {
  const partition = services.replicas.find(topic, partitionIndex)
  const errorCode =
    partition === undefined
      ? services.replicas.errorCodeOfMissing(topic, partitionIndex)
      : partition.errorCodeAt(currentLeaderEpoch)
  if (partition === undefined || errorCode !== 0) return { errorCode }
  return { errorCode, ...partition.log.endOffsetForEpoch(leaderEpoch) }
}
