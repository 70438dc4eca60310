import type { AbortedTransaction, LogRead, PartitionLog, ReadIsolation } from '../../log/partition-log.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import { ZERO_UUID } from '../../protocol/uuid.ts'
import type { Partition } from '../partition.ts'
import type { ReplicaManager } from '../replica-manager.ts'
import type { FetchedPartition } from './fetch-context.ts'
import type { FetchPartition } from './fetch-partition.ts'

/** Where the leader's log parts from the fetcher's: the fetcher truncates to it. */
export interface DivergingEpoch {
  readonly epoch: number
  readonly endOffset: number
}

/** What one partition of a Fetch response says. */
export interface PartitionRead extends FetchedPartition {
  readonly errorCode: number
  readonly highWatermark: number
  readonly lastStableOffset: number
  readonly logStartOffset: number
  readonly divergingEpoch: DivergingEpoch | undefined
  readonly hasDivergingEpoch: boolean
  /** `null` unless aborted transactions were asked for. */
  readonly abortedTransactions: readonly AbortedTransaction[] | null
  /** Whole batches. */
  readonly chunks: readonly Uint8Array[]
  readonly recordsBytes: number
  release(): void
}

const nothingToRelease = () => {}

export function failedRead(
  errorCode: number,
  abortedTransactions: readonly AbortedTransaction[] | null = null,
): PartitionRead {
  return {
    errorCode,
    highWatermark: -1,
    lastStableOffset: -1,
    logStartOffset: -1,
    divergingEpoch: undefined,
    hasDivergingEpoch: false,
    abortedTransactions,
    chunks: [],
    recordsBytes: 0,
    release: nothingToRelease,
  }
}

export function readOf(read: LogRead): PartitionRead {
  return {
    errorCode: 0,
    highWatermark: read.highWatermark,
    lastStableOffset: read.lastStableOffset,
    logStartOffset: read.logStartOffset,
    divergingEpoch: undefined,
    hasDivergingEpoch: false,
    // Of a batch too large for what is left Kafka says nothing, not even that no transaction was aborted.
    abortedTransactions: read.sizeInBytes === 0 ? null : (read.abortedTransactions ?? null),
    chunks: read.chunks,
    recordsBytes: read.sizeInBytes,
    release: () => read.release(),
  }
}

/** A partition that has nothing for the client now. */
export function emptyRead(log: PartitionLog, isolation: ReadIsolation): PartitionRead {
  return {
    errorCode: 0,
    highWatermark: log.highWatermark,
    lastStableOffset: log.lastStableOffset,
    logStartOffset: log.logStartOffset,
    divergingEpoch: undefined,
    hasDivergingEpoch: false,
    abortedTransactions: isolation === 'read-committed' ? [] : null,
    chunks: [],
    recordsBytes: 0,
    release: nothingToRelease,
  }
}

/** Who fetches, and up to where it may read. */
export interface FetchReader {
  readonly isFromFollower: boolean
  readonly isolation: ReadIsolation
}

/**
 * The partition if it can be read from where the client wants to; else what the client is told instead.
 * The order of the checks is Kafka's (`ReplicaManager.readFromLog`, `Partition.readRecords`).
 */
export function readablePartition(
  replicas: ReplicaManager,
  requested: FetchPartition,
  reader: FetchReader,
  hasWaited: boolean,
): Partition | PartitionRead {
  const { topic } = requested
  if (topic === null) return failedRead(ErrorCode.UNKNOWN_TOPIC_ID, [])
  const partition = replicas.find(topic, requested.partition)
  if (partition === undefined) {
    const errorCode = replicas.errorCodeOfMissing(topic, requested.partition)
    // Kafka refuses what it does not know with an empty list, and loses what went away during the wait without one.
    const isRefused = errorCode === ErrorCode.UNKNOWN_TOPIC_OR_PARTITION && !hasWaited
    return failedRead(errorCode, isRefused ? [] : null)
  }
  const { log } = partition
  if (requested.topicId !== ZERO_UUID && requested.topicId !== log.topicId) {
    return failedRead(ErrorCode.INCONSISTENT_TOPIC_ID)
  }
  const errorCode = partition.errorCodeAt(requested.currentLeaderEpoch)
  if (errorCode !== 0) return failedRead(errorCode)
  if (reader.isFromFollower) {
    // No partition has replicas elsewhere yet, so whoever asks is not one of them.
    const isEpochKnown = requested.currentLeaderEpoch !== -1
    return failedRead(isEpochKnown ? ErrorCode.UNKNOWN_LEADER_EPOCH : ErrorCode.NOT_LEADER_OR_FOLLOWER)
  }
  if (requested.lastFetchedEpoch >= 0) {
    const divergence = divergenceOf(log, requested)
    if (divergence !== undefined) return divergence
  }
  if (requested.fetchOffset < log.logStartOffset || requested.fetchOffset > log.logEndOffset) {
    return failedRead(ErrorCode.OFFSET_OUT_OF_RANGE)
  }
  return partition
}

/** KIP-595: whether the fetcher's log ends with records that this one never had, or has no more. */
function divergenceOf(log: PartitionLog, requested: FetchPartition): PartitionRead | undefined {
  const { leaderEpoch, endOffset } = log.endOffsetForEpoch(requested.lastFetchedEpoch)
  if (leaderEpoch === -1 || endOffset === -1 || requested.fetchOffset < log.logStartOffset) {
    return failedRead(ErrorCode.OFFSET_OUT_OF_RANGE)
  }
  if (leaderEpoch >= requested.lastFetchedEpoch && endOffset >= requested.fetchOffset) return undefined
  const divergingEpoch = { epoch: leaderEpoch, endOffset }
  return { ...emptyRead(log, 'log-end'), divergingEpoch, hasDivergingEpoch: true }
}
