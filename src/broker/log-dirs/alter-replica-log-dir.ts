import { futureDirectoryName } from '../../log/file-names.ts'
import type { LogManager } from '../../log/log-manager.ts'
import { LogDirOfflineError } from '../../log/partition-log.ts'
import type { Logger } from '../../ports.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import type { ReplicaManager } from '../replica-manager.ts'
import type { PartitionMoves } from './partition-moves.ts'

const fileNameLengthMax = 255
const anyHex = '0'.repeat(32)

export interface LogDirAlteration {
  readonly topic: string
  readonly partition: number
  /** As the client names it: an absolute path as in `log.dirs`. */
  readonly logDir: string
}

export interface AlterReplicaLogDirOptions {
  readonly replicas: ReplicaManager
  readonly logs: LogManager
  readonly moves: PartitionMoves
  readonly logger: Logger
}

/**
 * Begins to move a partition into another directory, or remembers it for one that is not here yet; what was moving it
 * elsewhere ends (`ReplicaManager.alterReplicaLogDirs`). Resolves with the error code.
 */
export async function alterReplicaLogDir(
  { topic, partition: index, logDir }: LogDirAlteration,
  { replicas, logs, moves, logger }: AlterReplicaLogDirOptions,
): Promise<number> {
  if (futureDirectoryName(topic, index, anyHex).length > fileNameLengthMax) return ErrorCode.INVALID_TOPIC_EXCEPTION
  const destination = logs.logDirs.find(({ path }) => path === logDir)
  if (destination === undefined) return ErrorCode.LOG_DIR_NOT_FOUND
  if (logs.isCordoned(logDir)) return ErrorCode.INVALID_REPLICA_ASSIGNMENT
  if (destination.isOffline) return ErrorCode.KAFKA_STORAGE_ERROR
  const partition = replicas.find(topic, index)
  if (partition === undefined) {
    const errorCode = replicas.errorCodeOfMissing(topic, index)
    if (errorCode === ErrorCode.KAFKA_STORAGE_ERROR) return errorCode
    logs.futures.prefer(topic, index, logDir)
    return errorCode === ErrorCode.NOT_LEADER_OR_FOLLOWER ? ErrorCode.REPLICA_NOT_AVAILABLE : errorCode
  }
  if (partition.log.isOffline) return ErrorCode.KAFKA_STORAGE_ERROR
  const { futures } = logs
  let future = futures.get(topic, index)
  if (future !== undefined && future.logDir !== logDir) {
    await moves.stop(partition)
    await futures.delete(topic, index)
    future = undefined
  }
  if (future !== undefined || partition.log.logDir === logDir) return ErrorCode.NONE
  // There may be a copy of it in the directory that is offline.
  if (logs.logDirs.some(({ isOffline }) => isOffline)) return ErrorCode.KAFKA_STORAGE_ERROR
  if (replicas.find(topic, index) !== partition) return replicas.errorCodeOfMissing(topic, index)
  try {
    const created = await futures.create(topic, index, logDir)
    if (created === undefined) return replicas.errorCodeOfMissing(topic, index)
    moves.begin(partition, created)
    return ErrorCode.NONE
  } catch (error) {
    if (!(error instanceof LogDirOfflineError)) throw error
    logger.warn(`Unable to alter log dirs for ${topic}-${index}`, error)
    return ErrorCode.KAFKA_STORAGE_ERROR
  }
}
