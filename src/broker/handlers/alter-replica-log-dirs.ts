import { AlterReplicaLogDirs } from '../../protocol/apis/alter-replica-log-dirs.ts'
import type { EncodableResponseOf, RequestOf } from '../../protocol/schema/api.ts'
import { handlerOf } from '../handler.ts'
import type { LogDirAlteration } from '../log-dirs/alter-replica-log-dir.ts'

type Results = EncodableResponseOf<typeof AlterReplicaLogDirs>['results']

export const handler = handlerOf(
  AlterReplicaLogDirs,
  async (services, request) => {
    const errorCodes: { topic: string; partitionIndex: number; errorCode: number }[] = []
    for (const alteration of alterationsOf(request)) {
      const errorCode = await services.logDirs.alter(alteration, services.replicas)
      errorCodes.push({ topic: alteration.topic, partitionIndex: alteration.partition, errorCode })
    }
    return { throttleTimeMs: 0, results: byTopic(errorCodes) }
  },
  {
    errorResponse: (request, errorCode) => {
      const partitions = [...alterationsOf(request)]
      return {
        throttleTimeMs: 0,
        results: byTopic(partitions.map(({ topic, partition }) => ({ topic, partitionIndex: partition, errorCode }))),
      }
    },
  },
)

/** Of a partition that is named twice the last destination counts, as in Kafka. */
function alterationsOf({ dirs }: RequestOf<typeof AlterReplicaLogDirs>): Iterable<LogDirAlteration> {
  const byPartition = new Map<string, LogDirAlteration>()
  for (const { path, topics } of dirs) {
    for (const { name, partitions } of topics) {
      for (const partition of partitions) {
        byPartition.set(`${name}-${partition}`, { topic: name, partition, logDir: path })
      }
    }
  }
  return byPartition.values()
}

function byTopic(
  errorCodes: readonly { readonly topic: string; readonly partitionIndex: number; readonly errorCode: number }[],
): Results {
  const topics = Map.groupBy(errorCodes, ({ topic }) => topic)
  return [...topics].map(([topicName, partitions]) => ({
    topicName,
    partitions: partitions.map(({ partitionIndex, errorCode }) => ({ partitionIndex, errorCode })),
  }))
}
