import type { CoordinatorResult, CoordinatorShard } from '../../coordinator/coordinator-shard.ts'
import type { Instant } from '../../coordinator/instant.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import type { Deadline } from '../../timers/deadlines.ts'
import type { TransactionMarker } from '../transactions/marker-writer.ts'
import { transactionMarkerBatch } from '../transactions/transaction-marker-batch.ts'
import { CommitQueue } from './commit-queue.ts'
import type { CoordinatorLoader } from './coordinator-loader.ts'
import type { CoordinatorPartition, CoordinatorPartitionWatcher } from './coordinator-partition.ts'
import { ShardLog, type ShardLogEnvironment, type VerifiedProducer } from './shard-log.ts'

/** So that ten thousand sessions that end at once hold nobody up for long. */
const deadlinesPerTurnMax = 100

export type EndedTransaction = Omit<TransactionMarker, 'partitions'>

export interface ShardEnvironment<Record, Shard extends CoordinatorShard<Record>> extends ShardLogEnvironment<Record> {
  readonly newShard: (partition: CoordinatorPartition) => Shard
  readonly loader: CoordinatorLoader<Record>
  /** How long a response waits for its records to be committed. */
  readonly writeTimeoutMs: number
  /** A bug was found. */
  readonly fail: (error: unknown) => void
}

/**
 * One shard on its partition.
 *
 * | state   | requests                      | leaves it                                                    |
 * |---------|-------------------------------|--------------------------------------------------------------|
 * | loading | COORDINATOR_LOAD_IN_PROGRESS  | loaded → active; a record that is none, or a bug → failed    |
 * | active  | run                           | the log refused what was replayed → loading; a bug → failed  |
 * | failed  | NOT_COORDINATOR               |                                                              |
 * | closed  | NOT_COORDINATOR               |                                                              |
 *
 * Records are replayed the moment they are decided, so that the next request sees them, and answered for after the
 * commit. Where the log refuses them all the same, the shard knows things that are written nowhere: it is dropped and
 * loaded again. Whatever the shard throws is a bug, after which nobody knows what it holds: the broker ends.
 */
export class ShardContext<Record, Shard extends CoordinatorShard<Record>> implements CoordinatorPartitionWatcher {
  readonly partition: CoordinatorPartition
  readonly #environment: ShardEnvironment<Record, Shard>
  readonly #commits: CommitQueue
  readonly #log: ShardLog<Record>
  readonly #shardDeadline: Deadline
  readonly #onceLoaded: (() => void)[] = []
  #state: 'loading' | 'active' | 'failed' | 'closed' = 'loading'
  #shard: Shard

  constructor(partition: CoordinatorPartition, environment: ShardEnvironment<Record, Shard>) {
    this.partition = partition
    this.#environment = environment
    const { clock, deadlines, writeTimeoutMs } = environment
    this.#commits = new CommitQueue(clock, deadlines, writeTimeoutMs)
    this.#log = new ShardLog(partition, environment, {
      replay: (record, offset, producerId, now) => this.#shard.replay(record, offset, producerId, now),
      lost: () => this.#reload(),
      failed: error => this.#failed(error),
    })
    this.#shardDeadline = deadlines.unset(() => this.#deadlineReached())
    this.#shard = environment.newShard(partition)
    partition.watch(this)
    this.#load()
  }

  get isActive(): boolean {
    return this.#state === 'active'
  }

  /** Why the shard cannot be asked now; 0 if it can. */
  get errorCode(): number {
    if (this.#state === 'active') return ErrorCode.NONE
    return this.#state === 'loading' ? ErrorCode.COORDINATOR_LOAD_IN_PROGRESS : ErrorCode.NOT_COORDINATOR
  }

  /** With `producer` the records become a batch of its transaction. */
  write<Response>(
    operation: (shard: Shard, now: Instant) => CoordinatorResult<Record, Response>,
    refused: (errorCode: number) => Response,
    producer?: VerifiedProducer,
  ): Response | Promise<Response> {
    if (this.errorCode !== 0) return refused(this.errorCode)
    try {
      return this.#run(operation, refused, producer)
    } catch (error) {
      this.#failed(error)
      return refused(ErrorCode.UNKNOWN_SERVER_ERROR)
    }
  }

  writeAndAwait<Response>(
    operation: (shard: Shard, now: Instant, answer: (response: Response) => void) => CoordinatorResult<Record>,
    refused: (errorCode: number) => Response,
  ): Promise<Response> {
    return new Promise(resolve => {
      // Its own promise says only that the records are committed; the answer is the shard's to give.
      void this.write<undefined>(
        (shard, now) => operation(shard, now, resolve),
        errorCode => {
          resolve(refused(errorCode))
          return undefined
        },
      )
    })
  }

  read<Response>(
    operation: (shard: Shard, now: Instant) => Response,
    refused: (errorCode: number) => Response,
  ): Response | Promise<Response> {
    return this.write((shard, now) => ({ records: [], response: operation(shard, now) }), refused)
  }

  /** Appends the marker and tells the shard; 0 once it is committed, else why it is not known to be or never will. */
  endTransaction(transaction: EndedTransaction): number | Promise<number> {
    if (this.errorCode !== 0) return this.errorCode
    const { producerId, outcome, transactionVersion } = transaction
    try {
      const marker = transactionMarkerBatch(transaction, this.#now().wallMs, this.#environment.checksum)
      const errorCode = this.#log.appendMarker(marker, transactionVersion)
      if (errorCode !== 0) return errorCode
      this.#shard.replayTransactionEnd(producerId, outcome)
      const { promise, resolve } = Promise.withResolvers<number>()
      this.#hold({ records: [], response: undefined }, () => resolve(ErrorCode.NONE), resolve)
      this.#operationEnded()
      return promise
    } catch (error) {
      this.#failed(error)
      return ErrorCode.UNKNOWN_SERVER_ERROR
    }
  }

  /** The shard is active. What it is told of may bring a deadline forward. */
  tell(tell: (shard: Shard) => void): void {
    try {
      tell(this.#shard)
      this.#scheduleDeadline()
    } catch (error) {
      this.#failed(error)
    }
  }

  /** Now if the shard is active, else once it is loaded; never if it is not to be. */
  whenLoaded(action: () => void): void {
    if (this.#state === 'active') action()
    else if (this.#state === 'loading') this.#onceLoaded.push(action)
  }

  advanced(): void {
    this.#commits.advanced(this.partition.highWatermark)
  }

  ended(): void {
    this.close()
  }

  close(): void {
    if (this.#state === 'closed') return
    this.#drop('closed')
    this.partition.unwatch(this)
  }

  #now(): Instant {
    const { clock } = this.#environment
    return { wallMs: clock.nowMs(), monotonicMs: clock.monotonicMs() }
  }

  #run<Response>(
    operation: (shard: Shard, now: Instant) => CoordinatorResult<Record, Response>,
    refused: (errorCode: number) => Response,
    producer: VerifiedProducer | undefined,
  ): Response | Promise<Response> {
    const now = this.#now()
    const result = operation(this.#shard, now)
    const errorCode =
      producer === undefined ? this.#log.append(result, now) : this.#log.appendInTransaction(result, producer, now)
    if (errorCode !== 0) {
      result.settled?.(errorCode, now)
      this.#operationEnded()
      return refused(errorCode)
    }
    if (result.records.length === 0 && this.#log.isCommitted) {
      result.settled?.(ErrorCode.NONE, now)
      this.#operationEnded()
      return result.response
    }
    const { promise, resolve } = Promise.withResolvers<Response>()
    this.#hold(
      result,
      () => resolve(result.response),
      code => resolve(refused(code)),
    )
    this.#operationEnded()
    return promise
  }

  #hold<Response>(
    result: CoordinatorResult<Record, Response>,
    committed: () => void,
    failed: (errorCode: number) => void,
  ): void {
    this.#commits.hold(this.#log.nextOffset, errorCode => {
      try {
        result.settled?.(errorCode, this.#now())
        if (errorCode === 0) committed()
        else failed(errorCode)
        this.#scheduleDeadline()
      } catch (error) {
        this.#failed(error)
      }
    })
    // What is appended at once may be committed at once.
    if (this.#log.isCommitted) this.advanced()
  }

  #operationEnded(): void {
    this.#scheduleDeadline()
    this.#log.release()
  }

  /** What falls due meanwhile, or is too much for one turn, waits until others had theirs. */
  #deadlineReached(): void {
    try {
      const now = this.#now()
      let taken = 0
      for (; taken < deadlinesPerTurnMax; taken++) {
        if (this.#state !== 'active') return
        const result = this.#shard.deadlineReached(now)
        if (result === undefined) break
        const errorCode = this.#log.append(result, now)
        if (errorCode !== 0) result.settled?.(errorCode, now)
        else if (result.records.length > 0) this.#hold(result, ignore, ignore)
      }
      this.#operationEnded()
      const isMoreDue = taken === deadlinesPerTurnMax && this.#state === 'active'
      if (isMoreDue) this.#shardDeadline.set(this.#environment.clock.monotonicMs() + 1)
    } catch (error) {
      this.#failed(error)
    }
  }

  #scheduleDeadline(): void {
    if (this.#state !== 'active') return
    const nextMs = this.#shard.nextDeadlineMs()
    if (nextMs === Number.POSITIVE_INFINITY) this.#shardDeadline.cancel()
    else if (!this.#shardDeadline.isSet || this.#shardDeadline.deadlineMs !== nextMs) this.#shardDeadline.set(nextMs)
  }

  /** Of several bugs the first counts: the others may come of it. */
  #failed(error: unknown): void {
    this.#environment.fail(error)
    if (this.#state === 'active' || this.#state === 'loading') this.#drop('failed')
  }

  #drop(state: 'loading' | 'failed' | 'closed'): void {
    const wasActive = this.#state === 'active'
    this.#state = state
    this.#shardDeadline.cancel()
    this.#log.close()
    if (state !== 'loading') this.#onceLoaded.length = 0
    this.#commits.fail(ErrorCode.NOT_COORDINATOR)
    if (!wasActive) return
    try {
      this.#shard.unloaded(this.#now())
    } catch (error) {
      this.#environment.fail(error)
    }
  }

  #reload(): void {
    this.#drop('loading')
    this.#shard = this.#environment.newShard(this.partition)
    this.#load()
  }

  #load(): void {
    const { loader, logger, clock } = this.#environment
    const shard = this.#shard
    const startMs = clock.monotonicMs()
    const isCancelled = (): boolean => this.#shard !== shard || this.#state !== 'loading'
    const what = `${this.partition.topic}-${this.partition.index} with epoch ${this.partition.leaderEpoch}`
    loader
      .load(this.partition, shard, isCancelled)
      .then(
        ({ recordCount, byteCount }) => {
          if (isCancelled()) return
          const elapsedMs = Math.round(clock.monotonicMs() - startMs)
          logger.info(
            `Finished loading of metadata from ${what} in ${elapsedMs}ms. Loaded ${recordCount} records which total to ${byteCount} bytes.`,
          )
          this.#loaded()
        },
        error => {
          if (isCancelled()) return
          logger.error(`Failed to load metadata from ${what}`, error)
          this.#drop('failed')
        },
      )
      .catch((error: unknown) => this.#failed(error))
  }

  #loaded(): void {
    this.#log.open()
    this.#state = 'active'
    this.#shard.loaded(this.#now())
    for (const action of this.#onceLoaded.splice(0)) action()
    this.#operationEnded()
  }
}

function ignore(): void {}
