import assert from 'node:assert/strict'
import type { Logger } from '../../../src/ports.ts'
import { ErrorCode } from '../../../src/protocol/errors.ts'
import type { EndTransactionAnswer } from '../../../src/transactions/end-transaction.ts'
import type { InitProducerIdAnswer, ProducerIdAndEpoch } from '../../../src/transactions/init-producer-id.ts'
import type { MarkerOrder } from '../../../src/transactions/marker-order.ts'
import type { MarkerProgress } from '../../../src/transactions/markers.ts'
import type { TopicPartition } from '../../../src/transactions/topic-partition.ts'
import type { TransactionConfig } from '../../../src/transactions/transaction-config.ts'
import { TransactionCoordinatorShard } from '../../../src/transactions/transaction-coordinator-shard.ts'
import type { TransactionRecord, TransactionValue } from '../../../src/transactions/transaction-record.ts'
import { transactionRecordSerde } from '../../../src/transactions/transaction-record-serde.ts'
import type { TransactionResult } from '../../../src/transactions/transaction-result.ts'

export const silentLogger: Logger = { isEnabled: () => false, debug() {}, info() {}, warn() {}, error() {} }

export const defaultTransactionConfig: TransactionConfig = {
  transactionalIdExpirationMs: 604_800_000,
  abortTimedOutIntervalMs: 10_000,
  removeExpiredIntervalMs: 3_600_000,
}

const epochMs = 1_700_000_000_000

/** Partitions as text: `t-0`. */
export function partitionsOf(...names: readonly string[]): TopicPartition[] {
  return names.map(name => {
    const dash = name.lastIndexOf('-')
    return { topic: name.slice(0, dash), partition: Number(name.slice(dash + 1)) }
  })
}

/**
 * Drives one shard as the runtime does, on a clock of its own and with a log in memory: records are replayed when
 * they are decided, and committed at once unless `holdCommits` is set. Markers wait in `orders`.
 */
export class TransactionHarness {
  readonly config: TransactionConfig
  readonly log: { readonly key: Uint8Array; readonly value: Uint8Array | null }[] = []
  readonly orders: MarkerOrder[] = []
  readonly settledIds: string[] = []
  shard: TransactionCoordinatorShard
  nowMs = 1_000_000
  coordinatorEpoch = 5
  transactionVersion: number
  nextProducerId = 1000
  hasProducerIds = true
  holdCommits = false
  /** What the log answers to the next appends; 0 takes them. */
  appendErrorCode = 0
  /** Whose records are more than a batch may hold. */
  readonly oversized = new Set<string>()
  #uncommitted: ((errorCode: number) => void)[] = []

  constructor(transactionVersion = 2, config: Partial<TransactionConfig> = {}) {
    this.transactionVersion = transactionVersion
    this.config = { ...defaultTransactionConfig, ...config }
    this.shard = this.#newShard()
    this.shard.loaded(this.now)
  }

  get now() {
    return { wallMs: this.nowMs + epochMs, monotonicMs: this.nowMs }
  }

  get records(): TransactionRecord[] {
    return this.log.map(({ key, value }) => {
      const record = transactionRecordSerde.decode(key, value)
      assert.ok(record !== undefined)
      return record
    })
  }

  /** The last record of the id; `undefined` without one, `null` for a tombstone. */
  recorded(transactionalId = 'x'): TransactionValue | null | undefined {
    return this.records.findLast(record => record.transactionalId === transactionalId)?.value
  }

  get state(): string {
    return this.shard.describeTransaction('x').transactionState
  }

  carryOut<Response>(result: TransactionResult<Response>): Response | number {
    if (result.records.length === 0) return result.response
    const isTooLarge = result.records.some(({ transactionalId }) => this.oversized.has(transactionalId))
    const errorCode = isTooLarge ? ErrorCode.MESSAGE_TOO_LARGE : this.appendErrorCode
    if (errorCode !== 0) {
      result.settled?.(errorCode, this.now)
      return errorCode
    }
    for (const record of result.records) {
      this.shard.replay(record)
      this.log.push({
        key: transactionRecordSerde.encodeKey(record),
        value: transactionRecordSerde.encodeValue(record),
      })
    }
    this.#uncommitted.push(errorCode => result.settled?.(errorCode, this.now))
    if (!this.holdCommits) this.commit()
    return result.response
  }

  commit(errorCode = 0): void {
    const settled = this.#uncommitted
    this.#uncommitted = []
    for (const settle of settled) settle(errorCode)
  }

  /** The shard is lost and found again in its log. */
  reload(): void {
    this.coordinatorEpoch++
    this.orders.length = 0
    this.#uncommitted = []
    this.shard = this.#newShard()
    for (const record of this.records) this.shard.replay(record)
    this.shard.loaded(this.now)
  }

  init(options: { id?: string; timeoutMs?: number; expected?: ProducerIdAndEpoch } = {}): InitProducerIdAnswer {
    const { id = 'x', timeoutMs = 60_000, expected } = options
    const request = { transactionalId: id, timeoutMs, expected }
    const answer = this.carryOut(this.shard.initProducerId(request, this.now))
    return typeof answer === 'number' ? { errorCode: answer, producerId: -1, producerEpoch: -1 } : answer
  }

  add(producer: ProducerIdAndEpoch, partitions = ['t-0'], clientVersion = this.transactionVersion, id = 'x'): number {
    const request = { transactionalId: id, ...identity(producer), partitions: partitionsOf(...partitions) }
    return this.carryOut(this.shard.addPartitions(request, clientVersion >= 2 ? 2 : 0, this.now))
  }

  verify(producer: ProducerIdAndEpoch, partitions = ['t-0'], id = 'x'): readonly number[] {
    const request = { transactionalId: id, ...identity(producer), partitions: partitionsOf(...partitions) }
    return this.shard.verifyPartitions(request)
  }

  end(
    producer: ProducerIdAndEpoch,
    outcome: 'commit' | 'abort',
    clientVersion = this.transactionVersion,
    id = 'x',
  ): EndTransactionAnswer {
    const clientTransactionVersion = clientVersion >= 2 ? 2 : 0
    const request = { transactionalId: id, ...identity(producer), outcome, clientTransactionVersion }
    const answer = this.carryOut(this.shard.endTransaction(request, this.now))
    return typeof answer === 'number' ? { errorCode: answer, producerId: -1, producerEpoch: -1 } : answer
  }

  /** Answers the oldest order, every partition with `errorCode`. */
  answerMarkers(errorCode = 0): MarkerProgress | number {
    const order = this.orders.shift()
    assert.ok(order !== undefined, 'there is an order')
    return this.answer(order, errorCode)
  }

  answer(order: MarkerOrder, errorCode = 0, partitions = order.partitions): MarkerProgress | number {
    const answers = partitions.map(({ topic, partition }) => ({ topic, partition, errorCode }))
    return this.carryOut(this.shard.markersAnswered(order, answers, this.now))
  }

  advance(ms: number): void {
    this.nowMs += ms
    for (;;) {
      const result = this.shard.deadlineReached(this.now)
      if (result === undefined) return
      this.carryOut(result)
    }
  }

  #newShard(): TransactionCoordinatorShard {
    return new TransactionCoordinatorShard({
      coordinatorEpoch: this.coordinatorEpoch,
      config: this.config,
      producerIds: { take: () => (this.hasProducerIds ? this.nextProducerId++ : undefined) },
      markers: { order: order => this.orders.push(order), settled: id => this.settledIds.push(id) },
      transactionVersion: () => this.transactionVersion,
      logger: silentLogger,
    })
  }
}

function identity({ producerId, producerEpoch }: ProducerIdAndEpoch): ProducerIdAndEpoch {
  return { producerId, producerEpoch }
}
