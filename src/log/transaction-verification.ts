/**
 * Says that a verification was begun in one log for one producer, by being the same object then and when the batch is
 * appended (`VerificationGuard`).
 */
export class VerificationGuard {
  readonly producerId: number

  constructor(producerId: number) {
    this.producerId = producerId
  }
}

export interface ProducerToVerify {
  readonly producerId: number
  readonly producerEpoch: number
  /** Of the batch that is to be appended; -1 where it has none. */
  readonly baseSequence: number
  /** The client's transactions are of version 2: its epoch is bumped at the end of each. */
  readonly supportsEpochBump: boolean
}

/** A producer whose transaction is being verified (`VerificationStateEntry`). */
export interface VerificationEntry {
  readonly guard: VerificationGuard
  readonly supportsEpochBump: boolean
  readonly producerEpoch: number
  /**
   * The lowest sequence number that waits to be verified. A higher one must not be written before it: the lower batch,
   * failed for a reason that passes, would come again and be out of order for ever.
   */
  readonly lowestSequence: number
}

interface MutableEntry extends VerificationEntry {
  readonly beganMs: number
  producerEpoch: number
  lowestSequence: number
}

/**
 * Which producers' transactions are being verified for one partition (KIP-890). An entry is made before the coordinator
 * is asked and goes with the first batch or marker that is appended. A guard handed out before a marker is therefore
 * good for nothing after it: the answer it stands for was about a transaction that is over.
 */
export class TransactionVerifications {
  readonly #entries = new Map<number, MutableEntry>()

  get(producerId: number): VerificationEntry | undefined {
    return this.#entries.get(producerId)
  }

  begin(producer: ProducerToVerify, nowMs: number): VerificationGuard {
    const { producerId, producerEpoch, baseSequence, supportsEpochBump } = producer
    const entry = this.#entries.get(producerId)
    if (entry === undefined) {
      const guard = new VerificationGuard(producerId)
      const begun = { guard, supportsEpochBump, producerEpoch, lowestSequence: baseSequence, beganMs: nowMs }
      this.#entries.set(producerId, begun)
      return guard
    }
    if (producerEpoch > entry.producerEpoch) {
      entry.producerEpoch = producerEpoch
      entry.lowestSequence = baseSequence
    } else if (producerEpoch === entry.producerEpoch && baseSequence < entry.lowestSequence) {
      entry.lowestSequence = baseSequence
    }
    return entry.guard
  }

  isVerified(producerId: number, guard: VerificationGuard | undefined): boolean {
    return guard !== undefined && this.#entries.get(producerId)?.guard === guard
  }

  /** A transactional batch or marker of the producer becomes part of the log. */
  appended(producerId: number, producerEpoch: number, isMarker: boolean): void {
    const entry = this.#entries.get(producerId)
    if (entry === undefined) return
    // From version 2 on a marker has the epoch of the next transaction, and it is that one's verification that is begun.
    const isOfNextTransaction = isMarker && entry.supportsEpochBump && producerEpoch === entry.producerEpoch
    if (!isOfNextTransaction) this.#entries.delete(producerId)
  }

  expire(nowMs: number, expirationMs: number): void {
    for (const [producerId, { beganMs }] of this.#entries) {
      if (nowMs - beganMs >= expirationMs) this.#entries.delete(producerId)
    }
  }
}
