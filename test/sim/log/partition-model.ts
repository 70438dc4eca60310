import type { LogConfig } from '../../../src/log/log-config.ts'

export interface ModelRecord {
  readonly timestamp: number
  /** `null` in markers alone. */
  readonly key: string | null
  /** `null` is a tombstone. */
  readonly value: string | null
}

/** A batch as the log was given it: what must come back, byte by byte. */
export interface ModelBatch {
  readonly baseOffset: number
  readonly lastOffset: number
  readonly bytes: Uint8Array
  readonly leaderEpoch: number
  readonly records: readonly ModelRecord[]
  readonly maxTimestamp: number
  readonly producerId: number
  readonly producerEpoch: number
  readonly baseSequence: number
  readonly isTransactional: boolean
  readonly marker: 'commit' | 'abort' | undefined
  readonly coordinatorEpoch: number
  readonly appendedMs: number
}

/** What replaying batches says of one producer. */
export interface ModelProducer {
  producerEpoch: number
  lastSequence: number
  lastTimestamp: number
  coordinatorEpoch: number
  transactionStart: number
  lastOffset: number
  firstOffset: number
  /** Of the last batch that is no marker. */
  lastDataOffset: number
}

export interface ModelTransaction {
  readonly producerId: number
  readonly firstOffset: number
  readonly markerOffset: number
  readonly isAborted: boolean
}

/** What became of a batch: `plain` ones are of no transaction. */
export type Fate = 'plain' | 'open' | 'committed' | 'aborted'

export interface Replay {
  readonly producers: ReadonlyMap<number, ModelProducer>
  readonly completed: readonly ModelTransaction[]
  /** By base offset; markers have none. */
  readonly fates: ReadonlyMap<number, Fate>
  /** By a marker's offset: where the batches begin that it decides. */
  readonly transactions: ReadonlyMap<number, readonly number[]>
  /** First offset of the earliest open transaction. */
  readonly firstOpen: number | undefined
}

/** What one partition must hold, whatever happens. */
export class PartitionModel {
  readonly topic: string
  readonly partition: number
  readonly topicId: string
  /** All that was appended and not cut, also below `start`. */
  batches: ModelBatch[] = []
  next = 0
  start = 0
  /** The kernel has everything below. */
  acknowledged = 0
  /** Stable storage has everything below. */
  flushed = 0
  /** What a power loss may bring back, since the cut that removed it was never flushed. */
  histories: ModelBatch[][] = []
  /** A cut to here is under way, or its end was never seen. */
  cutting: number | undefined
  /** Where the log begins anew, should that be under way. */
  beginningAt = 0
  leaderEpoch = 0
  isCreated = false
  highWatermark = 0
  /** The furthest high watermark ever: a cleaner goes no further. */
  stable = 0
  /** By offset of a tombstone or marker: until when it was seen to stay. */
  readonly horizons = new Map<number, number>()
  isBeingCompacted = false
  /** By producer id: batches that must be told from new ones, the latest last. */
  remembered = new Map<number, ModelBatch[]>()
  /**
   * Producers whose latest batches were cut from a compacted log: those before may be gone for their sake, and the state
   * with them. As in Kafka, whose cleaner too keeps the last batch that each has written, replicated or not.
   */
  readonly uncertain = new Set<number>()

  readonly isCompacted: boolean
  readonly deleteRetentionMs: number

  constructor(topic: string, partition: number, topicId: string, config: LogConfig) {
    this.isCompacted = config.isCompacted
    this.deleteRetentionMs = config.deleteRetentionMs
    this.topic = topic
    this.partition = partition
    this.topicId = topicId
  }

  /** Retention moves the log's start behind our back: asked in the very step that looks at what is left. */
  follow(log: { readonly logStartOffset: number }): void {
    if (log.logStartOffset > this.start) this.start = log.logStartOffset
  }

  get name(): string {
    return `${this.topic}-${this.partition}`
  }

  /** What readers must find from `offset` on. */
  from(offset: number): ModelBatch[] {
    return this.batches.filter(({ lastOffset }) => lastOffset >= offset)
  }

  append(batch: ModelBatch): void {
    this.batches.push(batch)
    this.next = batch.lastOffset + 1
    if (batch.producerId < 0) return
    if (batch.marker === undefined) this.uncertain.delete(batch.producerId)
    const remembered = this.remembered.get(batch.producerId) ?? []
    const sameEpoch = remembered.filter(({ producerEpoch }) => producerEpoch === batch.producerEpoch)
    this.remembered.set(batch.producerId, batch.marker === undefined ? [...sameEpoch, batch] : sameEpoch)
  }

  cut(offset: number): void {
    this.lose(this.batches, offset)
    this.batches = this.batches.filter(({ lastOffset }) => lastOffset < offset)
    this.next = this.batches.at(-1) === undefined ? offset : Math.max(this.start, this.batches.at(-1)!.lastOffset + 1)
    this.acknowledged = Math.min(this.acknowledged, offset)
    this.flushed = Math.min(this.flushed, offset)
    this.start = Math.min(this.start, offset)
    this.highWatermark = Math.min(this.highWatermark, offset)
    for (const tombstone of this.horizons.keys()) if (tombstone >= offset) this.horizons.delete(tombstone)
    this.forgetRemembered()
  }

  /** Those of `batches` that begin at `offset` or later are gone. */
  lose(batches: readonly ModelBatch[], offset: number): void {
    if (!this.isCompacted) return
    for (const { lastOffset, producerId } of batches) if (lastOffset >= offset) this.uncertain.add(producerId)
  }

  /** State was read from disk again: of each producer only the last batch is sure to be remembered. */
  forgetRemembered(): void {
    this.remembered = new Map()
    for (const batch of this.batches) {
      if (batch.producerId < 0) continue
      if (batch.marker === undefined) {
        this.remembered.set(batch.producerId, batch.baseOffset >= this.start ? [batch] : [])
      } else {
        const kept = this.remembered.get(batch.producerId) ?? []
        this.remembered.set(
          batch.producerId,
          kept.filter(({ producerEpoch }) => producerEpoch === batch.producerEpoch),
        )
      }
    }
    for (const producerId of this.uncertain) this.remembered.delete(producerId)
  }

  #replay: { readonly batches: readonly ModelBatch[]; readonly count: number; readonly replay: Replay } | undefined

  /** What all batches say together. */
  replay(): Replay {
    const { batches } = this
    if (this.#replay?.batches !== batches || this.#replay.count !== batches.length) {
      this.#replay = { batches, count: batches.length, replay: replayOf(batches) }
    }
    return this.#replay.replay
  }
}

export function replayOf(batches: readonly ModelBatch[]): Replay {
  const producers = new Map<number, ModelProducer>()
  const completed: ModelTransaction[] = []
  const fates = new Map<number, Fate>()
  const transactions = new Map<number, readonly number[]>()
  const undecided = new Map<number, number[]>()
  for (const batch of batches) {
    if (batch.marker === undefined) fates.set(batch.baseOffset, batch.isTransactional ? 'open' : 'plain')
    if (batch.producerId < 0) continue
    if (batch.isTransactional && batch.marker === undefined) {
      undecided.set(batch.producerId, [...(undecided.get(batch.producerId) ?? []), batch.baseOffset])
    }
    const producer = producers.get(batch.producerId) ?? newProducer(batch.baseOffset)
    producers.set(batch.producerId, producer)
    if (producer.producerEpoch !== batch.producerEpoch) producer.lastSequence = -1
    producer.producerEpoch = batch.producerEpoch
    producer.lastOffset = batch.lastOffset
    producer.lastTimestamp = batch.maxTimestamp
    if (batch.marker === undefined) {
      producer.lastDataOffset = batch.lastOffset
      producer.lastSequence = batch.baseSequence + (batch.lastOffset - batch.baseOffset)
      if (batch.isTransactional && producer.transactionStart < 0) producer.transactionStart = batch.baseOffset
      continue
    }
    for (const offset of undecided.get(batch.producerId) ?? []) {
      fates.set(offset, batch.marker === 'abort' ? 'aborted' : 'committed')
    }
    transactions.set(batch.baseOffset, undecided.get(batch.producerId) ?? [])
    undecided.delete(batch.producerId)
    if (producer.transactionStart >= 0) {
      completed.push({
        producerId: batch.producerId,
        firstOffset: producer.transactionStart,
        markerOffset: batch.lastOffset,
        isAborted: batch.marker === 'abort',
      })
    }
    producer.transactionStart = -1
    producer.coordinatorEpoch = batch.coordinatorEpoch
  }
  const open = [...producers.values()].map(({ transactionStart }) => transactionStart).filter(first => first >= 0)
  return { producers, completed, fates, transactions, firstOpen: open.length === 0 ? undefined : Math.min(...open) }
}

function newProducer(firstOffset: number): ModelProducer {
  return {
    producerEpoch: -1,
    lastSequence: -1,
    lastTimestamp: -1,
    coordinatorEpoch: -1,
    transactionStart: -1,
    lastOffset: -1,
    firstOffset,
    lastDataOffset: -1,
  }
}
