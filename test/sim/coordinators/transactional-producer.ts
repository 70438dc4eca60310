import { AddOffsetsToTxn } from '../../../src/protocol/apis/add-offsets-to-txn.ts'
import { AddPartitionsToTxn } from '../../../src/protocol/apis/add-partitions-to-txn.ts'
import { EndTxn } from '../../../src/protocol/apis/end-txn.ts'
import { InitProducerId } from '../../../src/protocol/apis/init-producer-id.ts'
import { TxnOffsetCommit } from '../../../src/protocol/apis/txn-offset-commit.ts'
import { ErrorCode, errorName } from '../../../src/protocol/errors.ts'
import { CallLost, type SimulatedClient } from '../../../src/sim/network/simulated-client.ts'
import type { Seed } from '../../../src/sim/seed.ts'
import type { Membership } from './committing-group.ts'
import { splitName } from './consumer-protocol.ts'
import { type ProducerIdentity, produce, produceRetriables } from './produced-batch.ts'
import type { ModelTransaction } from './transaction-model.ts'
import { lateMsMax, type World } from './world.ts'

/** How a call of a transactional producer came out. */
type Outcome = 'done' | 'abort' | 'fenced'

const coordinatorRetriables = new Set<number>([
  ErrorCode.COORDINATOR_LOAD_IN_PROGRESS,
  ErrorCode.COORDINATOR_NOT_AVAILABLE,
  ErrorCode.NOT_COORDINATOR,
  ErrorCode.CONCURRENT_TRANSACTIONS,
  ErrorCode.REQUEST_TIMED_OUT,
  ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
])

/** Another producer has the transactional id, or the coordinator has ended the transaction: start over. */
const fencings = new Set<number>([ErrorCode.PRODUCER_FENCED, ErrorCode.INVALID_PRODUCER_EPOCH])

/** The transaction can be nothing but aborted, by whoever comes next. */
const abortables = new Set<number>([
  ErrorCode.TRANSACTION_ABORTABLE,
  ErrorCode.INVALID_TXN_STATE,
  ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
  ErrorCode.UNKNOWN_PRODUCER_ID,
  ErrorCode.INVALID_PRODUCER_ID_MAPPING,
  ErrorCode.UNKNOWN_MEMBER_ID,
  ErrorCode.ILLEGAL_GENERATION,
  ErrorCode.FENCED_INSTANCE_ID,
])

/** What a group says to somebody who is no member of it any more, or not in its latest generation (KIP-447). */
const groupRefusals = new Set<number>([
  ErrorCode.UNKNOWN_MEMBER_ID,
  ErrorCode.ILLEGAL_GENERATION,
  ErrorCode.FENCED_INSTANCE_ID,
])

const attemptsMax = 12

/** A producer of before KIP-447: it names no member. */
const nobody: GroupMetadata = { memberId: '', instanceId: null, generation: -1 }

/** What a consumer tells its producer of itself. */
export type GroupMetadata = Pick<Membership, 'memberId' | 'instanceId' | 'generation'>

export interface OffsetsOutcome {
  readonly outcome: Outcome
  /** What the group refused them with, 0 where it did not. */
  readonly refusedWith: number
}

/**
 * What a client library does for a transactional id: one transaction at a time, each call tried again until its answer
 * is known. With version 1 of transactions partitions are added before they are written; with version 2 (KIP-890)
 * every end brings a new epoch.
 */
export class TransactionalProducer {
  readonly transactionalId: string
  readonly client: SimulatedClient
  readonly #world: World
  readonly #seed: Seed
  readonly #isVersion2: boolean
  readonly #timeoutMs: number
  #identity: ProducerIdentity | undefined
  readonly #sequences = new Map<string, number>()
  readonly #added = new Set<string>()
  #hasOffsets = false
  #transaction: ModelTransaction | undefined

  constructor(options: { transactionalId: string; client: SimulatedClient; world: World; seed: Seed }) {
    this.transactionalId = options.transactionalId
    this.client = options.client
    this.#world = options.world
    this.#seed = options.seed
    this.#isVersion2 = options.seed.chance(0.5)
    this.#timeoutMs = options.seed.pick([4000, 10_000, 20_000])
  }

  /** A new epoch: whatever was open is ended, and whoever else has the id is fenced. */
  async initialize(): Promise<void> {
    this.#transaction?.lose()
    this.#transaction = undefined
    this.#identity = undefined
    this.#sequences.clear()
    for (;;) {
      try {
        const response = await this.#world.operate(this.client, InitProducerId, this.#isVersion2 ? 5 : 4, {
          transactionalId: this.transactionalId,
          transactionTimeoutMs: this.#timeoutMs,
        })
        const { errorCode, producerId, producerEpoch } = response
        if (errorCode === ErrorCode.NONE) {
          this.#identity = { producerId, producerEpoch }
          return
        }
        this.#expect('InitProducerId', errorCode, coordinatorRetriables.has(errorCode) || fencings.has(errorCode))
      } catch (error) {
        if (!(error instanceof CallLost)) throw error
        await this.#outwait(error)
      }
      await this.client.sleep(this.#seed.between(50, 300))
    }
  }

  begin(transaction: ModelTransaction): void {
    this.#transaction = transaction
    this.#added.clear()
    this.#hasOffsets = false
  }

  /** The records as one batch; all of them are in the transaction when it is done. */
  async send(partition: string, values: readonly string[]): Promise<Outcome> {
    if (!this.#isVersion2 && !this.#added.has(partition)) {
      const added = await this.#addPartition(partition)
      if (added !== 'done') return added
      this.#added.add(partition)
    }
    const baseSequence = this.#sequences.get(partition) ?? 0
    const batch = { partition, values, baseSequence }
    // Version 12 adds the partition on the way.
    const version = this.#isVersion2 ? 12 : 11
    const outcome = await this.#call('Produce', async () => {
      const identity = this.#identity!
      const errorCode = await produce(this.#world, this.client, version, batch, identity, this.transactionalId)
      if (errorCode === ErrorCode.DUPLICATE_SEQUENCE_NUMBER) return ErrorCode.NONE
      return produceRetriables.has(errorCode) ? ErrorCode.COORDINATOR_NOT_AVAILABLE : errorCode
    })
    if (outcome !== 'done') return outcome
    this.#sequences.set(partition, baseSequence + values.length)
    for (const value of values) this.#transaction?.holds(value, partition)
    return 'done'
  }

  /** `offsets` by partition. */
  async sendOffsets(
    groupId: string,
    offsets: ReadonlyMap<string, number>,
    { memberId, instanceId, generation }: GroupMetadata = nobody,
  ): Promise<OffsetsOutcome> {
    const { transactionalId } = this
    let refusedWith: number = ErrorCode.NONE
    if (!this.#isVersion2 && !this.#hasOffsets) {
      const added = await this.#call('AddOffsetsToTxn', async () => {
        const request = { transactionalId, ...this.#identity!, groupId }
        return (await this.#world.operate(this.client, AddOffsetsToTxn, 3, request)).errorCode
      })
      if (added !== 'done') return { outcome: added, refusedWith }
      this.#hasOffsets = true
    }
    const topics = topicsOf(offsets)
    const outcome = await this.#call('TxnOffsetCommit', async () => {
      const response = await this.#world.operate(this.client, TxnOffsetCommit, this.#isVersion2 ? 5 : 4, {
        transactionalId,
        groupId,
        ...this.#identity!,
        generationId: generation,
        memberId,
        groupInstanceId: instanceId,
        topics,
      })
      const codes = response.topics.flatMap(({ partitions }) => partitions.map(({ errorCode }) => errorCode))
      const errorCode = codes.length === 0 ? ErrorCode.UNKNOWN_SERVER_ERROR : Math.max(...codes)
      if (groupRefusals.has(errorCode)) refusedWith = errorCode
      return errorCode
    })
    return { outcome, refusedWith }
  }

  /** Whether it ended as was asked; where not, the producer has to be initialized again. */
  async end(committed: boolean): Promise<boolean> {
    const transaction = this.#transaction!
    if (committed) transaction.askCommit(this.#world.nowMs)
    let wasLost = false
    const outcome = await this.#call('EndTxn', async () => {
      const request = { transactionalId: this.transactionalId, ...this.#identity!, committed }
      try {
        const response = await this.#world.operate(this.client, EndTxn, this.#isVersion2 ? 5 : 4, request)
        const { errorCode, producerId, producerEpoch } = response
        if (errorCode === ErrorCode.NONE && this.#isVersion2) this.#bumped({ producerId, producerEpoch })
        // It may have begun to end: only an answer of 0 says how.
        wasLost ||= errorCode === ErrorCode.NOT_COORDINATOR || errorCode === ErrorCode.COORDINATOR_NOT_AVAILABLE
        return errorCode
      } catch (error) {
        wasLost = true
        throw error
      }
    })
    this.#transaction = undefined
    if (outcome === 'done') transaction.fate = committed ? 'committed' : 'aborted'
    else if (!committed || !wasLost) transaction.fate = 'aborted'
    else transaction.lose()
    return outcome === 'done'
  }

  #bumped(identity: ProducerIdentity): void {
    this.#identity = identity
    this.#sequences.clear()
  }

  #addPartition(partition: string): Promise<Outcome> {
    const [name, index] = splitName(partition)
    return this.#call('AddPartitionsToTxn', async () => {
      const { producerId, producerEpoch } = this.#identity!
      const response = await this.#world.operate(this.client, AddPartitionsToTxn, 3, {
        v3AndBelowTransactionalId: this.transactionalId,
        v3AndBelowProducerId: producerId,
        v3AndBelowProducerEpoch: producerEpoch,
        v3AndBelowTopics: [{ name, partitions: [index] }],
      })
      const [result] = response.resultsByTopicV3AndBelow[0]?.resultsByPartition ?? []
      return result?.partitionErrorCode ?? ErrorCode.UNKNOWN_SERVER_ERROR
    })
  }

  /** Until the answer is known, or has been asked for too often. */
  async #call(what: string, attempt: () => Promise<number>): Promise<Outcome> {
    for (let attempts = 0; attempts < attemptsMax; attempts++) {
      try {
        const errorCode = await attempt()
        if (errorCode === ErrorCode.NONE) return 'done'
        if (fencings.has(errorCode)) return 'fenced'
        if (abortables.has(errorCode)) return 'abort'
        this.#expect(what, errorCode, coordinatorRetriables.has(errorCode))
      } catch (error) {
        if (!(error instanceof CallLost)) throw error
        await this.#outwait(error)
      }
      await this.client.sleep(this.#seed.between(20, 400))
    }
    return 'abort'
  }

  /**
   * In version 1 a request that comes late, behind its own retry, is taken for one of the next transaction: what
   * KIP-890 mends. So its client waits until it has come, or never will.
   */
  async #outwait({ wasSent }: CallLost): Promise<void> {
    if (wasSent && !this.#isVersion2) await this.client.sleep(lateMsMax)
  }

  #expect(what: string, errorCode: number, isExpected: boolean): void {
    this.#world.checker.check(
      'a client is answered what the protocol allows',
      isExpected,
      () => `${what} of ${this.transactionalId} is answered ${errorName(errorCode)}`,
    )
  }
}

function topicsOf(offsets: ReadonlyMap<string, number>) {
  const byTopic = Map.groupBy(offsets, ([partition]) => splitName(partition)[0])
  return Array.from(byTopic, ([name, ofTopic]) => ({
    name,
    partitions: ofTopic.map(([partition, offset]) => ({
      partitionIndex: splitName(partition)[1],
      committedOffset: BigInt(offset),
      committedMetadata: null,
    })),
  }))
}
