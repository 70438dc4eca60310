import type { FutureLogs } from '../../log/future-logs.ts'
import { LogDirOfflineError, type PartitionLog } from '../../log/partition-log.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import type { Uuid } from '../../protocol/uuid.ts'
import type { Deadlines } from '../../timers/deadlines.ts'
import type { Partition } from '../partition.ts'
import type { DirectoryAssignments, DirectoryIds } from './directory-assignments.ts'
import type { ReplicationQuota } from './replication-quota.ts'

/** How long a move that is held back sleeps on after it was given up. */
const napMsMax = 100

export interface PartitionMoveOptions {
  readonly partition: Partition
  readonly futures: FutureLogs
  readonly assignments: DirectoryAssignments
  readonly directoryIds: DirectoryIds
  readonly quota: ReplicationQuota
  readonly deadlines: Deadlines
  /** What is copied at a time, and held in memory meanwhile, the first batch excepted. */
  readonly copyBytesMax: number
}

/**
 * Moves one partition to another directory, live (`ReplicaAlterLogDirsThread`):
 *
 *   copying    the copy gets what it lacks, behind the appends
 *   following  it has caught up, and gets each append in the same turn; it is flushed, and the metadata names its directory
 *   moved      it is the partition's log
 *
 * Given up before the last step, the metadata names the old directory again.
 */
export class PartitionMove {
  readonly partition: Partition
  readonly future: PartitionLog
  readonly #options: PartitionMoveOptions
  #isStopped = false

  constructor(future: PartitionLog, options: PartitionMoveOptions) {
    this.future = future
    this.partition = options.partition
    this.#options = options
  }

  /** Soon `run` will have ended. */
  stop(): void {
    this.#isStopped = true
  }

  /** Resolves with whether the partition has moved; rejects with what keeps it from moving, such as a failed directory. */
  async run(): Promise<boolean> {
    await this.#truncateToCommonPrefix()
    while (!this.#isStopped && !this.#beginFollowing()) await this.#copy()
    if (this.#isStopped) return false
    // Whichever of the two the metadata names after a crash has what was flushed.
    await this.future.flush()
    if (this.#isStopped) return false
    const isAssigned = await this.#assign(this.future.logDir)
    if (this.#isStopped || !isAssigned) {
      await this.#assign(this.partition.log.logDir)
      return false
    }
    const { topic, partition } = this.future
    const { log, done } = this.#options.futures.promote(topic, partition)
    this.partition.moved(log)
    await done
    return true
  }

  /** What the partition lost while the copy could not be reached must go there too. */
  async #truncateToCommonPrefix(): Promise<void> {
    const { future } = this
    const current = this.partition.log
    if (future.latestEpoch >= 0) {
      const { endOffset } = current.endOffsetForEpoch(future.latestEpoch)
      if (endOffset >= 0 && endOffset < future.nextOffset) await future.truncateTo(endOffset)
    }
    if (future.nextOffset > current.logEndOffset) await future.truncateTo(current.logEndOffset)
  }

  #beginFollowing(): boolean {
    const { topic, partition, nextOffset } = this.future
    const current = this.partition.log
    if (nextOffset !== current.logEndOffset || nextOffset < current.logStartOffset) return false
    this.#catchUpMarks()
    this.#options.futures.follow(topic, partition, () => this.stop())
    return true
  }

  async #copy(): Promise<void> {
    const { future } = this
    const current = this.partition.log
    if (future.nextOffset < current.logStartOffset) return await future.truncateFullyAndStartAt(current.logStartOffset)
    if (future.nextOffset > current.logEndOffset) return await this.#truncateToCommonPrefix()
    await this.#rest()
    if (this.#isStopped) return
    const read = await current.read(future.nextOffset, {
      maxBytes: this.#options.copyBytesMax,
      isolation: 'log-end',
      minOneBatch: true,
    })
    // Retention has moved its start meanwhile.
    if (read.errorCode === ErrorCode.OFFSET_OUT_OF_RANGE) return
    if (!('chunks' in read)) throw new LogDirOfflineError(current.logDir)
    try {
      for (const chunk of read.chunks) {
        const outcome = future.appendAsFollower(chunk, Number.MAX_SAFE_INTEGER)
        if (!('written' in outcome)) throw appendFault(future, outcome)
        await outcome.written
      }
    } finally {
      read.release()
    }
    this.#options.quota.record(read.sizeInBytes)
    this.#catchUpMarks()
  }

  /** As a follower does with its leader's. */
  #catchUpMarks(): void {
    const current = this.partition.log
    this.future.updateHighWatermark(current.highWatermark)
    this.future.incrementLogStartOffset(Math.min(current.logStartOffset, this.future.highWatermark))
  }

  /** Until the quota allows more. */
  async #rest(): Promise<void> {
    for (let delayMs = this.#options.quota.delayMs; delayMs > 0; delayMs = this.#options.quota.delayMs) {
      if (this.#isStopped) return
      await new Promise<void>(resolve => void this.#options.deadlines.after(Math.min(delayMs, napMsMax), resolve))
    }
  }

  async #assign(logDir: string): Promise<boolean> {
    const { assignments, directoryIds } = this.#options
    const directoryId = directoryIds.of(logDir)
    if (directoryId === undefined) return false
    const { topicId, partition: partitionIndex } = this.future
    return await assignments.assign({ topicId: topicId as Uuid, partitionIndex, directoryId })
  }
}

function appendFault(future: PartitionLog, outcome: { errorCode: number; errorMessage: string }): Error {
  if (outcome.errorCode === ErrorCode.KAFKA_STORAGE_ERROR) return new LogDirOfflineError(future.logDir)
  return new Error(`${outcome.errorCode}: ${outcome.errorMessage}`)
}
