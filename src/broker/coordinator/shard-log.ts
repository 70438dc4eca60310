import type { CoordinatorResult, RecordSerde } from '../../coordinator/coordinator-shard.ts'
import type { Instant } from '../../coordinator/instant.ts'
import type { VerificationGuard } from '../../log/transaction-verification.ts'
import type { Checksum, Clock, Compression, Logger } from '../../ports.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import type { RecordToWrite } from '../../protocol/records/batch-writer.ts'
import type { CompressionType } from '../../protocol/records/compression-type.ts'
import { noProducerId } from '../../protocol/records/record-batch.ts'
import type { Deadline, Deadlines } from '../../timers/deadlines.ts'
import type { AppendDecision, CoordinatorPartition, TransactionalAppend } from './coordinator-partition.ts'
import { PendingBatch } from './pending-batch.ts'

/** Whose transaction records belong to, once its coordinator has said that the partition is part of it. */
export interface VerifiedProducer {
  readonly producerId: number
  readonly producerEpoch: number
  readonly verificationGuard: VerificationGuard | undefined
}

export interface ShardLogEnvironment<Record> {
  readonly serde: RecordSerde<Record>
  readonly clock: Clock
  readonly deadlines: Deadlines
  readonly logger: Logger
  readonly checksum: Checksum
  readonly compression: Compression
  readonly compressionType: CompressionType
  /** How long records wait for more to share a batch with; -1: for as long as the write before them takes. */
  readonly appendLingerMs: number
}

export interface ShardLogOwner<Record> {
  /** Applies a record: it stands, or is going to stand, at `offset`. */
  replay(record: Record, offset: number, producerId: number, now: Instant): void
  /** The log has not taken what was replayed: the shard knows things that are written nowhere. */
  lost(): void
  /** A bug was found when nobody was asking for anything. */
  failed(error: unknown): void
}

/**
 * The way of one shard's records into its partition. They are replayed the moment they are decided, at the offset they
 * will have, and appended a little later with those that came meanwhile. Whatever could refuse them is checked before.
 */
export class ShardLog<Record> {
  readonly #partition: CoordinatorPartition
  readonly #environment: ShardLogEnvironment<Record>
  readonly #owner: ShardLogOwner<Record>
  readonly #batch: PendingBatch
  readonly #lingerDeadline: Deadline
  #isOpen = false
  /** Of the next record to be replayed. */
  #nextOffset = 0
  /** Appends whose write has not ended. */
  #writesInFlight = 0

  constructor(partition: CoordinatorPartition, environment: ShardLogEnvironment<Record>, owner: ShardLogOwner<Record>) {
    this.#partition = partition
    this.#environment = environment
    this.#owner = owner
    this.#batch = new PendingBatch(environment)
    this.#lingerDeadline = environment.deadlines.unset(() => this.#flushUnasked())
  }

  /** What is decided now can be told when everything below is committed. */
  get nextOffset(): number {
    return this.#nextOffset
  }

  get isCommitted(): boolean {
    return this.#partition.highWatermark >= this.#nextOffset
  }

  /** The shard knows all that the log holds. */
  open(): void {
    this.#isOpen = true
    this.#nextOffset = this.#partition.nextOffset
  }

  /** What was not appended yet never will be. */
  close(): void {
    this.#isOpen = false
    this.#lingerDeadline.cancel()
    if (this.#batch.recordCount > 0) this.#batch.take()
  }

  /** Checks, replays and enqueues. Returns why nothing of that was done, or 0. */
  append(result: CoordinatorResult<Record, unknown>, now: Instant): number {
    if (result.records.length === 0) return ErrorCode.NONE
    const { appendErrorCode, batchBytesMax } = this.#partition
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
        if (result.isReplayed !== false) this.#owner.replay(record, this.#nextOffset, noProducerId, now)
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
  appendInTransaction(result: CoordinatorResult<Record, unknown>, producer: VerifiedProducer, now: Instant): number {
    if (result.records.length === 0) return ErrorCode.NONE
    const { appendErrorCode, batchBytesMax } = this.#partition
    if (appendErrorCode !== 0) return appendErrorCode
    const { producerId, producerEpoch, verificationGuard } = producer
    const batch = this.#batch.ofTransaction(this.#encode(result.records, now), producerId, producerEpoch)
    if (batch.length > batchBytesMax) return ErrorCode.MESSAGE_TOO_LARGE
    const errorCode = this.#appendAlone(batch, result.records.length, { verificationGuard })
    if (errorCode !== 0) return errorCode
    for (const record of result.records) this.#owner.replay(record, this.#nextOffset++, producerId, now)
    return ErrorCode.NONE
  }

  /** A control batch of one record, which the caller applies. Returns why it was not appended, or 0. */
  appendMarker(batch: Uint8Array, transactionVersion: number): number {
    const errorCode = this.#appendAlone(batch, 1, { transactionVersion })
    if (errorCode === 0) this.#nextOffset++
    return errorCode
  }

  /** Nothing more is decided now: what is enqueued goes out, or waits for as long as it is to wait for more. */
  release(): void {
    if (!this.#isOpen || this.#batch.recordCount === 0) return
    const { appendLingerMs, clock } = this.#environment
    if (appendLingerMs > 0) {
      if (!this.#lingerDeadline.isSet) this.#lingerDeadline.set(clock.monotonicMs() + appendLingerMs)
    } else if (appendLingerMs === 0 || this.#writesInFlight === 0) this.#flush()
  }

  /** Behind everything that is replayed. */
  #appendAlone(batch: Uint8Array, recordCount: number, options: TransactionalAppend): number {
    this.#flush()
    if (!this.#isOpen) return ErrorCode.NOT_COORDINATOR
    const decision = this.#partition.append(batch, options)
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

  /** False when the batch before it was refused, and with it everything that was replayed. */
  #makeRoomFor(piece: readonly RecordToWrite[]): boolean {
    if (this.#batch.recordCount > 0 && !this.#batch.hasRoomFor(piece, this.#partition.batchBytesMax)) this.#flush()
    return this.#isOpen
  }

  #flush(): void {
    this.#lingerDeadline.cancel()
    const recordCount = this.#batch.recordCount
    if (recordCount === 0 || !this.#isOpen) return
    const expectedOffset = this.#nextOffset - recordCount
    const decision = this.#partition.append(this.#batch.take())
    if (this.#isAsExpected(decision, expectedOffset, recordCount)) this.#writeBegan(decision)
  }

  #flushUnasked(): void {
    try {
      this.#flush()
    } catch (error) {
      this.#owner.failed(error)
    }
  }

  /** The log has taken the records, and where they were replayed. */
  #isAsExpected(decision: AppendDecision, expectedOffset: number, recordCount: number): boolean {
    if (decision.errorCode === 0 && decision.baseOffset === expectedOffset) return true
    const { logger } = this.#environment
    const { topic, index } = this.#partition
    logger.error(
      decision.errorCode === 0
        ? `${topic}-${index} was written at ${decision.baseOffset}, not at ${expectedOffset}. Loading it again.`
        : `${topic}-${index} did not take ${recordCount} records: error ${decision.errorCode}. Loading it again.`,
    )
    this.#owner.lost()
    return false
  }

  #writeBegan({ written }: AppendDecision): void {
    if (written === undefined) return
    this.#writesInFlight++
    const writeEnded = (): void => {
      this.#writesInFlight--
      if (this.#writesInFlight === 0 && this.#environment.appendLingerMs < 0) this.#flushUnasked()
    }
    // A failed write ends the partition, which tells everybody who waits.
    written.then(writeEnded, writeEnded)
  }
}
