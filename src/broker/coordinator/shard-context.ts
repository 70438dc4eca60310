import type { CoordinatorResult, CoordinatorShard, RecordSerde } from '../../coordinator/coordinator-shard.ts'
import type { Instant } from '../../coordinator/instant.ts'
import type { VerificationGuard } from '../../log/transaction-verification.ts'
import type { Checksum, Clock, Compression, Logger } from '../../ports.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import type { RecordToWrite } from '../../protocol/records/batch-writer.ts'
import type { CompressionType } from '../../protocol/records/compression-type.ts'
import { noProducerId } from '../../protocol/records/record-batch.ts'
import type { Deadline, Deadlines } from '../../timers/deadlines.ts'
import type { TransactionMarker } from '../transactions/marker-writer.ts'
import { transactionMarkerBatch } from '../transactions/transaction-marker-batch.ts'
import { CommitQueue } from './commit-queue.ts'
import type { CoordinatorLoader } from './coordinator-loader.ts'
import type {
  AppendDecision,
  CoordinatorPartition,
  CoordinatorPartitionWatcher,
  TransactionalAppend,
} from './coordinator-partition.ts'
import { PendingBatch } from './pending-batch.ts'

/** Whose transaction records belong to, once its coordinator has said that the partition is part of it. */
export interface VerifiedProducer {
  readonly producerId: number
  readonly producerEpoch: number
  readonly verificationGuard: VerificationGuard | undefined
}

/** So that ten thousand sessions that end at once hold nobody up for long. */
const deadlinesPerTurnMax = 100

export type EndedTransaction = Omit<TransactionMarker, 'partitions'>

export interface ShardEnvironment<Record, Shard extends CoordinatorShard<Record>> {
  readonly newShard: (partition: CoordinatorPartition) => Shard
  readonly serde: RecordSerde<Record>
  readonly loader: CoordinatorLoader<Record>
  readonly clock: Clock
  readonly deadlines: Deadlines
  readonly logger: Logger
  readonly checksum: Checksum
  readonly compression: Compression
  readonly compressionType: CompressionType
  /** How long records wait for more to share a batch with; -1: for as long as the write before them takes. */
  readonly appendLingerMs: number
  /** How long a response waits for its records to be committed. */
  readonly writeTimeoutMs: number
  /** A bug was found. */
  readonly fail: (error: unknown) => void
}

/**
 * One shard on its partition.
 *
 * | state   | requests                      | leaves it                                        |
 * |---------|-------------------------------|--------------------------------------------------|
 * | loading | COORDINATOR_LOAD_IN_PROGRESS  | loaded → active; a record that is none → failed  |
 * | active  | run                           | the log refused what was replayed → loading      |
 * | failed  | NOT_COORDINATOR               |                                                  |
 * | closed  | NOT_COORDINATOR               |                                                  |
 *
 * Records are replayed the moment they are decided, so that the next request sees them, and appended a little later.
 * Whatever could refuse them is checked before, and they are answered for after the commit. Where the log refuses
 * them all the same, the shard knows things that are written nowhere: it is dropped and loaded again.
 */
export class ShardContext<Record, Shard extends CoordinatorShard<Record>> implements CoordinatorPartitionWatcher {
  readonly partition: CoordinatorPartition
  readonly #environment: ShardEnvironment<Record, Shard>
  readonly #commits: CommitQueue
  readonly #batch: PendingBatch
  readonly #shardDeadline: Deadline
  readonly #lingerDeadline: Deadline
  readonly #onceLoaded: (() => void)[] = []
  #state: 'loading' | 'active' | 'failed' | 'closed' = 'loading'
  #shard: Shard
  /** Of the next record to be replayed. */
  #nextOffset = 0
  /** Appends whose write has not ended. */
  #writesInFlight = 0

  constructor(partition: CoordinatorPartition, environment: ShardEnvironment<Record, Shard>) {
    this.partition = partition
    this.#environment = environment
    const { clock, deadlines, writeTimeoutMs } = environment
    this.#commits = new CommitQueue(clock, deadlines, writeTimeoutMs)
    this.#batch = new PendingBatch(environment)
    this.#shardDeadline = deadlines.unset(() => this.#deadlineReached())
    this.#lingerDeadline = deadlines.unset(() => this.#flush())
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
    const now = this.#now()
    const result = operation(this.#shard, now)
    const errorCode =
      producer === undefined ? this.#append(result, now) : this.#appendInTransaction(result, producer, now)
    if (errorCode !== 0) {
      result.settled?.(errorCode, now)
      this.#operationEnded()
      return refused(errorCode)
    }
    if (result.records.length === 0 && this.#isCommitted) {
      result.settled?.(ErrorCode.NONE, now)
      this.#operationEnded()
      return result.response
    }
    return new Promise(resolve => {
      const answer = (): void => resolve(result.response)
      this.#hold(result, answer, code => resolve(refused(code)))
      this.#operationEnded()
    })
  }

  writeAndAwait<Response>(
    operation: (shard: Shard, now: Instant, answer: (response: Response) => void) => CoordinatorResult<Record>,
    refused: (errorCode: number) => Response,
  ): Promise<Response> {
    return new Promise(resolve => {
      const written = this.write(
        (shard, now) => operation(shard, now, resolve),
        errorCode => {
          resolve(refused(errorCode))
          return undefined
        },
      )
      if (written instanceof Promise) written.catch(this.#environment.fail)
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
    const now = this.#now()
    const marker = transactionMarkerBatch(transaction, now.wallMs, this.#environment.checksum)
    const errorCode = this.#appendAlone(marker, 1, { transactionVersion })
    if (errorCode !== 0) return errorCode
    this.#shard.replayTransactionEnd(producerId, outcome)
    this.#nextOffset++
    return new Promise(resolve => {
      this.#hold({ records: [], response: undefined }, () => resolve(ErrorCode.NONE), resolve)
      this.#operationEnded()
    })
  }

  /** The shard is active. What it is told of may bring a deadline forward. */
  tell(tell: (shard: Shard) => void): void {
    tell(this.#shard)
    this.#scheduleDeadline()
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

  get #isCommitted(): boolean {
    return this.partition.highWatermark >= this.#nextOffset
  }

  #now(): Instant {
    const { clock } = this.#environment
    return { wallMs: clock.nowMs(), monotonicMs: clock.monotonicMs() }
  }

  #hold<Response>(
    result: CoordinatorResult<Record, Response>,
    committed: () => void,
    failed: (errorCode: number) => void,
  ): void {
    this.#commits.hold(this.#nextOffset, errorCode => {
      try {
        result.settled?.(errorCode, this.#now())
        if (errorCode === 0) committed()
        else failed(errorCode)
        this.#scheduleDeadline()
      } catch (error) {
        this.#environment.fail(error)
      }
    })
    // What is appended at once may be committed at once.
    if (this.#isCommitted) this.advanced()
  }

  /** Checks, replays and enqueues. Returns why nothing of that was done, or 0. */
  #append(result: CoordinatorResult<Record, unknown>, now: Instant): number {
    if (result.records.length === 0) return ErrorCode.NONE
    const { appendErrorCode, batchBytesMax } = this.partition
    if (appendErrorCode !== 0) return appendErrorCode
    const encoded = this.#encode(result.records, now)
    const pieceLength = result.isAtomic === false ? 1 : encoded.length
    for (let from = 0; from < encoded.length; from += pieceLength) {
      const piece = encoded.slice(from, from + pieceLength)
      if (this.#batch.bytesAlone(piece, batchBytesMax) > batchBytesMax) return ErrorCode.MESSAGE_TOO_LARGE
    }
    for (let from = 0; from < encoded.length; from += pieceLength) {
      const piece = encoded.slice(from, from + pieceLength)
      if (!this.#makeRoomFor(piece)) return ErrorCode.NOT_COORDINATOR
      for (const record of result.records.slice(from, from + pieceLength)) {
        if (result.isReplayed !== false) this.#shard.replay(record, this.#nextOffset, noProducerId, now)
        this.#nextOffset++
      }
      this.#batch.add(piece)
    }
    return ErrorCode.NONE
  }

  /**
   * A transaction's records are a batch of their own, appended at once: whether its producer may still write is the
   * log's to say. Only what the log has taken is replayed, so nothing has to be taken back.
   */
  #appendInTransaction(result: CoordinatorResult<Record, unknown>, producer: VerifiedProducer, now: Instant): number {
    if (result.records.length === 0) return ErrorCode.NONE
    const { appendErrorCode, batchBytesMax } = this.partition
    if (appendErrorCode !== 0) return appendErrorCode
    const { producerId, producerEpoch, verificationGuard } = producer
    const batch = this.#batch.ofTransaction(this.#encode(result.records, now), producerId, producerEpoch)
    if (batch.length > batchBytesMax) return ErrorCode.MESSAGE_TOO_LARGE
    const errorCode = this.#appendAlone(batch, result.records.length, { verificationGuard })
    if (errorCode !== 0) return errorCode
    for (const record of result.records) this.#shard.replay(record, this.#nextOffset++, producerId, now)
    return ErrorCode.NONE
  }

  /** Appends a batch behind everything that is replayed; the caller replays it. Returns why nothing was appended, or 0. */
  #appendAlone(batch: Uint8Array, recordCount: number, options: TransactionalAppend): number {
    this.#flush()
    if (this.#state !== 'active') return ErrorCode.NOT_COORDINATOR
    const decision = this.partition.append(batch, options)
    if (decision.errorCode !== 0) return decision.errorCode
    if (!this.#isAsExpected(decision, this.#nextOffset, recordCount)) return ErrorCode.NOT_COORDINATOR
    this.#writeBegan(decision)
    return ErrorCode.NONE
  }

  #encode(records: readonly Record[], now: Instant): RecordToWrite[] {
    const { serde } = this.#environment
    return records.map(record => ({
      timestamp: now.wallMs,
      key: serde.encodeKey(record),
      value: serde.encodeValue(record),
    }))
  }

  /** False when the batch before it was refused, and with it the shard dropped. */
  #makeRoomFor(piece: readonly RecordToWrite[]): boolean {
    if (this.#batch.recordCount > 0 && !this.#batch.hasRoomFor(piece, this.partition.batchBytesMax)) this.#flush()
    return this.#state === 'active'
  }

  #operationEnded(): void {
    if (this.#state !== 'active') return
    this.#scheduleDeadline()
    if (this.#batch.recordCount === 0) return
    const { appendLingerMs, clock } = this.#environment
    if (appendLingerMs > 0) {
      if (!this.#lingerDeadline.isSet) this.#lingerDeadline.set(clock.monotonicMs() + appendLingerMs)
    } else if (appendLingerMs === 0 || this.#writesInFlight === 0) this.#flush()
  }

  #flush(): void {
    this.#lingerDeadline.cancel()
    const recordCount = this.#batch.recordCount
    if (recordCount === 0 || this.#state !== 'active') return
    const expectedOffset = this.#nextOffset - recordCount
    const decision = this.partition.append(this.#batch.take())
    if (this.#isAsExpected(decision, expectedOffset, recordCount)) this.#writeBegan(decision)
  }

  /** The log has taken the records, and where the shard believes them to be; else the shard is loaded again. */
  #isAsExpected(decision: AppendDecision, expectedOffset: number, recordCount: number): boolean {
    if (decision.errorCode === 0 && decision.baseOffset === expectedOffset) return true
    const { logger } = this.#environment
    const { topic, index } = this.partition
    logger.error(
      decision.errorCode === 0
        ? `${topic}-${index} was written at ${decision.baseOffset}, not at ${expectedOffset}. Loading it again.`
        : `${topic}-${index} did not take ${recordCount} records: error ${decision.errorCode}. Loading it again.`,
    )
    this.#reload()
    return false
  }

  #writeBegan({ written }: AppendDecision): void {
    if (written === undefined) return
    this.#writesInFlight++
    const writeEnded = (): void => {
      this.#writesInFlight--
      if (this.#writesInFlight === 0 && this.#environment.appendLingerMs < 0) this.#flush()
    }
    // A failed write ends the partition, which tells everybody who waits.
    written.then(writeEnded, writeEnded)
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
        const errorCode = this.#append(result, now)
        if (errorCode !== 0) result.settled?.(errorCode, now)
        else if (result.records.length > 0) this.#hold(result, ignore, ignore)
      }
      this.#operationEnded()
      const isMoreDue = taken === deadlinesPerTurnMax && this.#state === 'active'
      if (isMoreDue) this.#shardDeadline.set(this.#environment.clock.monotonicMs() + 1)
    } catch (error) {
      this.#environment.fail(error)
    }
  }

  #scheduleDeadline(): void {
    if (this.#state !== 'active') return
    const nextMs = this.#shard.nextDeadlineMs()
    if (nextMs === Number.POSITIVE_INFINITY) this.#shardDeadline.cancel()
    else if (!this.#shardDeadline.isSet || this.#shardDeadline.deadlineMs !== nextMs) this.#shardDeadline.set(nextMs)
  }

  #drop(state: 'loading' | 'failed' | 'closed'): void {
    const wasActive = this.#state === 'active'
    this.#state = state
    this.#shardDeadline.cancel()
    this.#lingerDeadline.cancel()
    if (this.#batch.recordCount > 0) this.#batch.take()
    if (state !== 'loading') this.#onceLoaded.length = 0
    this.#commits.fail(ErrorCode.NOT_COORDINATOR)
    if (wasActive) this.#shard.unloaded(this.#now())
  }

  #reload(): void {
    this.#drop('loading')
    this.#shard = this.#environment.newShard(this.partition)
    this.#load()
  }

  #load(): void {
    const { loader, logger, clock, fail } = this.#environment
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
      .catch(fail)
  }

  #loaded(): void {
    this.#nextOffset = this.partition.nextOffset
    this.#state = 'active'
    this.#shard.loaded(this.#now())
    for (const action of this.#onceLoaded.splice(0)) action()
    this.#operationEnded()
  }
}

function ignore(): void {}
