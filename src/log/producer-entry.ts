import { incrementSequence, noProducerEpoch, noSequence } from '../protocol/records/record-batch.ts'

/** How many of a producer's latest batches are remembered, hence how many may be in flight (KIP-98). */
const batchesMax = 5

export interface BatchMetadata {
  readonly baseSequence: number
  readonly lastSequence: number
  readonly baseOffset: number
  readonly lastOffset: number
  readonly timestamp: number
}

/** What the log knows of one producer id (`ProducerStateEntry`). */
export class ProducerEntry {
  readonly producerId: number
  producerEpoch = noProducerEpoch
  coordinatorEpoch = -1
  lastTimestamp = -1
  /** -1 where no transaction is open. */
  currentTransactionStartOffset = -1
  /** The latest last; none after a transaction's marker. */
  #batches: BatchMetadata[] = []

  constructor(producerId: number) {
    this.producerId = producerId
  }

  get lastBatch(): BatchMetadata | undefined {
    return this.#batches.at(-1)
  }

  get lastSequence(): number {
    return this.lastBatch?.lastSequence ?? noSequence
  }

  get hasBatches(): boolean {
    return this.#batches.length > 0
  }

  addBatch(producerEpoch: number, batch: BatchMetadata): void {
    this.bumpEpoch(producerEpoch)
    if (this.#batches.length === batchesMax) this.#batches.shift()
    this.#batches.push(batch)
    this.lastTimestamp = batch.timestamp
  }

  /** Batches of another epoch are no duplicates of anything. */
  bumpEpoch(producerEpoch: number): void {
    if (this.producerEpoch === producerEpoch) return
    this.#batches = []
    this.producerEpoch = producerEpoch
  }

  /** The remembered batch with exactly these sequence numbers. */
  findDuplicate(producerEpoch: number, baseSequence: number, lastOffsetDelta: number): BatchMetadata | undefined {
    if (producerEpoch !== this.producerEpoch || baseSequence < 0) return undefined
    const lastSequence = incrementSequence(baseSequence, lastOffsetDelta)
    return this.#batches.find(batch => batch.baseSequence === baseSequence && batch.lastSequence === lastSequence)
  }
}
