import type { PartitionLog } from '../../log/partition-log.ts'
import { DescribeLogDirs } from '../../protocol/apis/describe-log-dirs.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import type { EncodableResponseOf, RequestOf } from '../../protocol/schema/api.ts'
import { handlerOf } from '../handler.ts'
import type { BrokerServices } from '../services.ts'

type Result = EncodableResponseOf<typeof DescribeLogDirs>['results'][number]

export const handler = handlerOf(
  DescribeLogDirs,
  async (services, request) => {
    const logs = [...services.logs.logs(), ...services.logs.futures.logs()].filter(wantedBy(request))
    const directories = services.logs.logDirs.map(({ path, isOffline }) => describe(services, path, isOffline, logs))
    return { throttleTimeMs: 0, errorCode: 0, results: await Promise.all(directories) }
  },
  { errorResponse: (_request, errorCode) => ({ throttleTimeMs: 0, errorCode, results: [] }) },
)

/** Without topics every log is meant. */
function wantedBy({ topics }: RequestOf<typeof DescribeLogDirs>): (log: PartitionLog) => boolean {
  if (topics === null) return () => true
  const wanted = new Map<string, Set<number>>()
  for (const { topic, partitions } of topics) {
    const ofTopic = wanted.get(topic) ?? new Set()
    for (const partition of partitions) ofTopic.add(partition)
    wanted.set(topic, ofTopic)
  }
  return log => wanted.get(log.topic)?.has(log.partition) === true
}

async function describe(
  services: BrokerServices,
  logDir: string,
  isOffline: boolean,
  logs: readonly PartitionLog[],
): Promise<Result> {
  const failed = { errorCode: ErrorCode.KAFKA_STORAGE_ERROR, logDir, topics: [] }
  if (isOffline) return failed
  try {
    const space = await services.disk.space(logDir)
    return {
      errorCode: 0,
      logDir,
      topics: topicsOf(
        services,
        logs.filter(log => log.logDir === logDir),
      ),
      totalBytes: space.totalBytes,
      usableBytes: space.usableBytes,
      isCordoned: services.logs.isCordoned(logDir),
    }
  } catch (cause) {
    services.loggers.named('kafka.server.ReplicaManager').warn(`Unable to describe replica dirs for ${logDir}`, cause)
    return failed
  }
}

function topicsOf({ logs: manager }: BrokerServices, logs: readonly PartitionLog[]): Result['topics'] {
  const byTopic = Map.groupBy(logs, log => log.topic)
  return [...byTopic].map(([name, ofTopic]) => ({
    name,
    partitions: ofTopic.map(log => {
      const current = manager.get(name, log.partition)
      const isFutureKey = manager.futures.get(name, log.partition) === log
      return {
        partitionIndex: log.partition,
        partitionSize: log.sizeInBytes,
        offsetLag: offsetLagOf(log, current, isFutureKey),
        isFutureKey,
      }
    }),
  }))
}

/** What a copy still lacks; -1 where it cannot be told (`getLogEndOffsetLag`). */
function offsetLagOf(log: PartitionLog, current: PartitionLog | undefined, isFuture: boolean): number {
  if (current === undefined || current.isOffline) return -1
  if (isFuture) return current.logEndOffset - log.logEndOffset
  return Math.max(0, log.highWatermark - log.logEndOffset)
}
