import { ErrorCode } from '../protocol/errors.ts'
import { ControlRecordType, controlRecordType, coordinatorEpochOf } from '../protocol/records/control-record.ts'
import { recordsOf } from '../protocol/records/record.ts'
import { decrementSequence, noProducerEpoch, type RecordBatch } from '../protocol/records/record-batch.ts'
import type { AppendOrigin, ProducerState } from './partition-log.ts'
import { type BatchMetadata, ProducerEntry } from './producer-entry.ts'
import type { ProducerToVerify, VerificationGuard } from './transaction-verification.ts'
import { TransactionVerifications, type VerificationEntry } from './transaction-verification.ts'

/** A transaction whose marker is in the log (`CompletedTxn`). */
export interface CompletedTransaction {
  readonly producerId: number
  readonly firstOffset: number
  /** Of the marker. */
  readonly lastOffset: number
  readonly isAborted: boolean
  /** The first offset still undecided once this one is decided. */
  readonly lastStableOffset: number
}

export type ProducerCheck =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'duplicate'; readonly batch: BatchMetadata }
  | { readonly kind: 'rejected'; readonly errorCode: number; readonly errorMessage: string }

export interface ProducerCheckOptions {
  readonly origin: AppendOrigin
  /** Of the verification in which the coordinator confirmed the transaction; `undefined` where there was none. */
  readonly verificationGuard: VerificationGuard | undefined
  /** `transaction.partition.verification.enable` */
  readonly isVerificationRequired: boolean
  /** Of the transaction a marker ends. */
  readonly transactionVersion: number
}

const accepted: ProducerCheck = { kind: 'accepted' }

/**
 * What producers have done in one partition: the latest batches of each, for idempotence, and which transactions are
 * undecided, for the last stable offset (`ProducerStateManager`). `check` judges a batch, `apply` takes it over.
 */
export class ProducerStates {
  readonly #entries = new Map<number, ProducerEntry>()
  /** Open transactions: first offset → producer id. */
  readonly #ongoing = new Map<number, number>()
  /** Ended ones whose marker is not below the high watermark yet: first offset → the marker's offset. */
  readonly #unreplicated = new Map<number, number>()
  /** In memory alone: neither truncated nor loaded. */
  #verifications = new TransactionVerifications()

  get isEmpty(): boolean {
    return this.#entries.size === 0
  }

  get entries(): IterableIterator<ProducerEntry> {
    return this.#entries.values()
  }

  get(producerId: number): ProducerEntry | undefined {
    return this.#entries.get(producerId)
  }

  /** From a snapshot. */
  load(entry: ProducerEntry): void {
    this.#entries.set(entry.producerId, entry)
    if (entry.currentTransactionStartOffset >= 0) {
      this.#ongoing.set(entry.currentTransactionStartOffset, entry.producerId)
    }
  }

  clear(): void {
    this.forgetFrom(0)
  }

  /**
   * All but the ends of transactions that are not replicated and lie below `offset`, where the log is cut. A snapshot does not
   * tell of them: Kafka takes what is cut to lie below the high watermark, and lets the last stable offset pass them.
   */
  forgetFrom(offset: number): void {
    this.#entries.clear()
    this.#ongoing.clear()
    for (const [firstOffset, markerOffset] of this.#unreplicated) {
      if (markerOffset >= offset) this.#unreplicated.delete(firstOffset)
    }
  }

  /** Of the log that this one takes the place of: coordinators are being asked on its behalf. */
  takeVerifications(old: ProducerStates): void {
    this.#verifications = old.#verifications
  }

  /** The first offset of the earliest transaction that is open or whose end is not replicated; `undefined` where none. */
  get firstUnstableOffset(): number | undefined {
    const ongoing = this.#earliestOngoing()
    let earliest = ongoing
    for (const firstOffset of this.#unreplicated.keys()) {
      if (earliest === undefined || firstOffset < earliest) earliest = firstOffset
    }
    return earliest
  }

  /** Markers below the high watermark are decided for good. */
  highWatermarkMoved(highWatermark: number): void {
    for (const [firstOffset, markerOffset] of this.#unreplicated) {
      if (markerOffset < highWatermark) this.#unreplicated.delete(firstOffset)
    }
  }

  /** The producer has a transaction open here, of this epoch: it was verified when it began. */
  hasOngoingTransaction(producerId: number, producerEpoch: number): boolean {
    const entry = this.#entries.get(producerId)
    return entry !== undefined && entry.currentTransactionStartOffset >= 0 && entry.producerEpoch === producerEpoch
  }

  /** What `check` will want to see of a transactional batch, or why there is nothing to verify. */
  startVerification(producer: ProducerToVerify, nowMs: number): VerificationGuard | 'ongoing' | 'fenced' {
    const { producerId, producerEpoch } = producer
    const entry = this.#entries.get(producerId)
    if (entry !== undefined && producerEpoch < entry.producerEpoch) return 'fenced'
    if (this.hasOngoingTransaction(producerId, producerEpoch)) return 'ongoing'
    return this.#verifications.begin(producer, nowMs)
  }

  /** Judges a batch that has a producer id and stands at its offsets (`ProducerAppendInfo`). */
  check(batch: RecordBatch, options: ProducerCheckOptions): ProducerCheck {
    const { origin } = options
    const entry = this.#entries.get(batch.producerId)
    const producerEpoch = batch.producerEpoch
    if (batch.isControl) return this.#checkMarker(batch, entry, options)
    if (origin === 'client') {
      const duplicate = entry?.findDuplicate(producerEpoch, batch.baseSequence, batch.lastOffsetDelta)
      if (duplicate !== undefined) return { kind: 'duplicate', batch: duplicate }
    }
    if (entry !== undefined && producerEpoch < entry.producerEpoch) {
      return rejected(
        ErrorCode.INVALID_PRODUCER_EPOCH,
        `Epoch of producer ${batch.producerId} is ${producerEpoch}, smaller than the last seen epoch ${entry.producerEpoch}`,
      )
    }
    if (
      options.isVerificationRequired &&
      batch.isTransactional &&
      !this.hasOngoingTransaction(batch.producerId, producerEpoch) &&
      !this.#verifications.isVerified(batch.producerId, options.verificationGuard)
    ) {
      return rejected(ErrorCode.INVALID_TXN_STATE, 'Record was not part of an ongoing transaction')
    }
    if (origin === 'client') {
      const outOfOrder = checkSequence(batch, entry, this.#verifications.get(batch.producerId))
      if (outOfOrder !== undefined) return outOfOrder
    }
    if ((entry?.currentTransactionStartOffset ?? -1) >= 0 && !batch.isTransactional) {
      return rejected(
        ErrorCode.INVALID_TXN_STATE,
        `Expected a transactional write from producer ${batch.producerId} at offset ${batch.baseOffset}`,
      )
    }
    return accepted
  }

  #checkMarker(batch: RecordBatch, entry: ProducerEntry | undefined, options: ProducerCheckOptions): ProducerCheck {
    if (entry === undefined) return accepted
    const { producerEpoch } = batch
    const last = entry.producerEpoch
    // From transaction version 2 on each transaction has its own epoch, so a marker's must be new (KIP-1228).
    const isStale = options.transactionVersion >= 2 ? producerEpoch <= last : producerEpoch < last
    // A coordinator that did not see the answer writes its marker again: the transaction is over, let it.
    const isRepeated =
      options.transactionVersion >= 2 &&
      producerEpoch === last &&
      (entry.currentTransactionStartOffset < 0 || producerEpoch === 0x7fff)
    if (isStale && !isRepeated) {
      return rejected(
        ErrorCode.INVALID_PRODUCER_EPOCH,
        `Epoch of producer ${batch.producerId} is ${producerEpoch}, the last seen one ${last}`,
      )
    }
    const [record] = recordsOf(batch)
    const coordinatorEpoch = coordinatorEpochOf(record?.value ?? null)
    if (coordinatorEpoch < entry.coordinatorEpoch) {
      return rejected(
        ErrorCode.TRANSACTION_COORDINATOR_FENCED,
        `Coordinator epoch ${coordinatorEpoch} is older than ${entry.coordinatorEpoch} for producer ${batch.producerId}`,
      )
    }
    return accepted
  }

  /**
   * Takes over a batch that is or will be in the log. Returns the transaction it ends, if it ends one. Control batches
   * of raft, which have no producer id, are not for here.
   */
  apply(batch: RecordBatch): CompletedTransaction | undefined {
    const { producerId, producerEpoch, baseOffset, lastOffset } = batch
    if (batch.isTransactional) this.#verifications.appended(producerId, producerEpoch, batch.isControl)
    if (batch.isControl) return batch.recordCount === 0 ? undefined : this.#applyMarker(batch)
    let entry = this.#entries.get(producerId)
    if (entry === undefined) {
      entry = new ProducerEntry(producerId)
      this.#entries.set(producerId, entry)
    }
    entry.addBatch(producerEpoch, {
      baseSequence: batch.baseSequence,
      lastSequence: batch.lastSequence,
      baseOffset,
      lastOffset,
      timestamp: batch.maxTimestamp,
    })
    if (batch.isTransactional && entry.currentTransactionStartOffset < 0) {
      entry.currentTransactionStartOffset = baseOffset
      this.#ongoing.set(baseOffset, producerId)
    }
    return undefined
  }

  #applyMarker(batch: RecordBatch): CompletedTransaction | undefined {
    const [record] = recordsOf(batch)
    const type = controlRecordType(record?.key ?? null)
    if (record === undefined || (type !== ControlRecordType.ABORT && type !== ControlRecordType.COMMIT))
      return undefined
    let entry = this.#entries.get(batch.producerId)
    if (entry === undefined) {
      entry = new ProducerEntry(batch.producerId)
      this.#entries.set(batch.producerId, entry)
    }
    const firstOffset = entry.currentTransactionStartOffset
    entry.bumpEpoch(batch.producerEpoch)
    entry.coordinatorEpoch = coordinatorEpochOf(record.value)
    entry.currentTransactionStartOffset = -1
    entry.lastTimestamp = record.timestamp
    if (firstOffset < 0) return undefined
    this.#ongoing.delete(firstOffset)
    this.#unreplicated.set(firstOffset, batch.lastOffset)
    return {
      producerId: batch.producerId,
      firstOffset,
      lastOffset: batch.lastOffset,
      isAborted: type === ControlRecordType.ABORT,
      lastStableOffset: this.#earliestOngoing() ?? batch.lastOffset + 1,
    }
  }

  #earliestOngoing(): number | undefined {
    let earliest: number | undefined
    for (const firstOffset of this.#ongoing.keys()) {
      if (earliest === undefined || firstOffset < earliest) earliest = firstOffset
    }
    return earliest
  }

  /** A producer with an open transaction is never forgotten. */
  expire(nowMs: number, expirationMs: number): void {
    for (const [producerId, entry] of this.#entries) {
      if (entry.currentTransactionStartOffset < 0 && nowMs - entry.lastTimestamp >= expirationMs) {
        this.#entries.delete(producerId)
      }
    }
    this.#verifications.expire(nowMs, expirationMs)
  }

  describe(): ProducerState[] {
    return [...this.#entries.values()].map(entry => ({
      producerId: entry.producerId,
      producerEpoch: entry.producerEpoch,
      lastSequence: entry.lastSequence,
      lastTimestamp: entry.lastTimestamp,
      coordinatorEpoch: entry.coordinatorEpoch,
      currentTransactionStartOffset: entry.currentTransactionStartOffset,
    }))
  }
}

function checkSequence(
  batch: RecordBatch,
  entry: ProducerEntry | undefined,
  verification: VerificationEntry | undefined,
): ProducerCheck | undefined {
  if (verification !== undefined) {
    const tooHigh = checkSequenceBeingVerified(batch, entry, verification)
    if (tooHigh !== undefined) return tooHigh
  }
  // Nothing is known of the producer, perhaps because its records are gone: any sequence number may be next.
  if (entry === undefined || entry.producerEpoch === noProducerEpoch) return undefined
  const { producerId, producerEpoch, baseSequence, baseOffset } = batch
  if (producerEpoch !== entry.producerEpoch) {
    if (baseSequence === 0) return undefined
    return rejected(
      ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
      `Invalid sequence number for new epoch of producer ${producerId} at offset ${baseOffset}: ${producerEpoch} ` +
        `(request epoch), ${baseSequence} (seq. number), ${entry.producerEpoch} (current producer epoch)`,
    )
  }
  const { lastSequence } = entry
  // 2^31-1 is followed by 0; a producer without remembered batches begins at 0.
  if (baseSequence === lastSequence + 1 || (baseSequence === 0 && lastSequence === 0x7fff_ffff)) return undefined
  return rejected(
    ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
    `Out of order sequence number for producer ${producerId} at offset ${baseOffset}: ${baseSequence} ` +
      `(incoming seq. number), ${lastSequence} (current end sequence number)`,
  )
}

function checkSequenceBeingVerified(
  { producerId, baseSequence, baseOffset }: RecordBatch,
  entry: ProducerEntry | undefined,
  { supportsEpochBump, lowestSequence }: VerificationEntry,
): ProducerCheck | undefined {
  // With transactions of version 2 a new epoch begins with a transaction, and that at 0.
  const isBeginning = supportsEpochBump && entry?.hasBatches !== true
  if (!(isBeginning && baseSequence !== 0) && baseSequence <= lowestSequence) return undefined
  const expected = isBeginning ? 0 : lowestSequence
  return rejected(
    ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
    `Out of order sequence number for producer ${producerId} at offset ${baseOffset}: ${baseSequence} ` +
      `(incoming seq. number), ${expected} (the earliest of the transaction that is being verified)`,
  )
}

function rejected(errorCode: number, errorMessage: string): ProducerCheck {
  return { kind: 'rejected', errorCode, errorMessage }
}

/** What a snapshot keeps of the last batch yields its first sequence number and offset again. */
export function batchFromSnapshot(
  lastSequence: number,
  lastOffset: number,
  offsetDelta: number,
  timestamp: number,
): BatchMetadata {
  return {
    baseSequence: decrementSequence(lastSequence, offsetDelta),
    lastSequence,
    baseOffset: lastOffset - offsetDelta,
    lastOffset,
    timestamp,
  }
}
