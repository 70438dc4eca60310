import type { FutureLogs } from '../../log/future-logs.ts'
import { LogDirOfflineError, type PartitionLog } from '../../log/partition-log.ts'
import type { Logger } from '../../ports.ts'
import type { Deadlines } from '../../timers/deadlines.ts'
import type { Partition } from '../partition.ts'
import type { DirectoryAssignments, DirectoryIds } from './directory-assignments.ts'
import { PartitionMove } from './partition-move.ts'
import type { ReplicationQuota } from './replication-quota.ts'

export interface PartitionMovesOptions {
  readonly futures: FutureLogs
  readonly assignments: DirectoryAssignments
  readonly directoryIds: DirectoryIds
  readonly quota: ReplicationQuota
  readonly deadlines: Deadlines
  /** `num.replica.alter.log.dirs.threads`: partitions moved at once. */
  readonly concurrency: number
  /** `replica.fetch.max.bytes` and `replica.fetch.response.max.bytes`: what is copied at a time. */
  readonly copyBytesMax: number
  /** `replica.fetch.backoff.ms`: between two attempts of a move that fails for no fault of a directory. */
  readonly retryMs: number
  readonly logger: Logger
}

interface Underway {
  readonly move: PartitionMove
  /** Never rejects. */
  readonly ended: Promise<void>
}

/** The partitions that are on their way to another directory (`ReplicaAlterLogDirsManager`), so many of them at once. */
export class PartitionMoves {
  readonly #options: PartitionMovesOptions
  readonly #waiting = new Map<Partition, PartitionLog>()
  readonly #underway = new Map<Partition, Underway>()
  #isClosed = false

  constructor(options: PartitionMovesOptions) {
    this.#options = options
  }

  /** `future` is to take the place of the partition's log. */
  begin(partition: Partition, future: PartitionLog): void {
    if (this.#isClosed || this.#underway.has(partition)) return
    this.#waiting.set(partition, future)
    this.#next()
  }

  /** The partition stays where it is, and its copy as it is; resolves when nothing is done to either any more. */
  async stop(partition: Partition): Promise<void> {
    this.#waiting.delete(partition)
    const underway = this.#underway.get(partition)
    underway?.move.stop()
    await underway?.ended
  }

  /** What moves from or to the directory goes no further. */
  onLogDirFailure(logDir: string): void {
    const { futures, logger } = this.#options
    const failed = [...this.#waiting, ...[...this.#underway].map(([key, { move }]) => [key, move.future] as const)]
    for (const [partition, future] of failed) {
      if (partition.log.logDir !== logDir && future.logDir !== logDir) continue
      const { topic, partition: index } = future
      logger.warn(`Stopped moving ${topic}-${index} to ${future.logDir} because log directory ${logDir} has failed`)
      const isCopyGone = future.logDir === logDir
      void this.stop(partition).then(() => (isCopyGone ? futures.delete(topic, index) : undefined))
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#waiting.clear()
    const underway = [...this.#underway.values()]
    for (const { move } of underway) move.stop()
    await Promise.all(underway.map(({ ended }) => ended))
  }

  /** In the order of topic and partition, as in Kafka. */
  #next(): void {
    while (this.#underway.size < this.#options.concurrency && this.#waiting.size > 0) {
      const [first] = [...this.#waiting].sort(([, a], [, b]) => compare(a, b))
      const [partition, future] = first as [Partition, PartitionLog]
      this.#waiting.delete(partition)
      const move = new PartitionMove(future, { ...this.#options, partition })
      // Of its own turn: it may end at once.
      const ended = Promise.resolve().then(() => this.#run(move))
      this.#underway.set(partition, { move, ended })
    }
  }

  async #run(move: PartitionMove): Promise<void> {
    const { deadlines, logger, retryMs } = this.#options
    const { partition, future } = move
    const name = `${future.topic}-${future.partition}`
    logger.info(`Beginning/resuming copy of partition ${name} from offset ${future.nextOffset} to ${future.logDir}`)
    let mayGoOn = false
    try {
      await move.run()
    } catch (error) {
      // A failed directory is reported by whoever found it.
      mayGoOn = !(error instanceof LogDirOfflineError)
      if (mayGoOn) logger.error(`Moving ${name} to ${future.logDir} failed; it is tried again`, error)
    }
    this.#underway.delete(partition)
    if (mayGoOn) deadlines.after(retryMs, () => this.#resume(partition, future))
    this.#next()
  }

  #resume(partition: Partition, future: PartitionLog): void {
    const isStillWanted = this.#options.futures.get(future.topic, future.partition) === future
    if (isStillWanted) this.begin(partition, future)
  }
}

function compare(a: PartitionLog, b: PartitionLog): number {
  return a.topic < b.topic ? -1 : a.topic > b.topic ? 1 : a.partition - b.partition
}
