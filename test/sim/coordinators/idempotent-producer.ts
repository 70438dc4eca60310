import { InitProducerId } from '../../../src/protocol/apis/init-producer-id.ts'
import { Produce } from '../../../src/protocol/apis/produce.ts'
import { ErrorCode, errorName } from '../../../src/protocol/errors.ts'
import { CallLost, type SimulatedClient } from '../../../src/sim/network/simulated-client.ts'
import type { Seed } from '../../../src/sim/seed.ts'
import { type ProducedBatch, type ProducerIdentity, produce, produceRetriables } from './produced-batch.ts'
import type { TopicModel } from './topic-model.ts'
import { drawVersion, type World } from './world.ts'

/** As many batches as the broker remembers of a producer. */
const inFlightMax = 5

/** Sends records that must be there once and in order, whatever becomes of requests and answers. */
export class IdempotentProducer {
  readonly client: SimulatedClient
  /** By partition, in the order of sending. */
  readonly acknowledged = new Map<string, string[]>()
  /** Sent, and not known to be there. */
  readonly inDoubt = new Map<string, Set<string>>()
  readonly #name: string
  readonly #world: World
  readonly #topics: TopicModel
  readonly #seed: Seed
  readonly #version: number
  readonly #sequences = new Map<string, number>()
  #values = 0
  #isStopping = false
  isStopped = false

  constructor(options: { name: string; world: World; topics: TopicModel; seed: Seed }) {
    this.#name = options.name
    this.#world = options.world
    this.#topics = options.topics
    this.#seed = options.seed
    this.client = options.world.client(options.name)
    // Version 13 goes by topic id.
    this.#version = drawVersion(options.seed, Produce, 3, 12)
  }

  /** It ends what it has begun, and sends no more. */
  stop(): void {
    this.#isStopping = true
  }

  /** Until it is stopped. */
  async run(): Promise<void> {
    while (!this.#isStopping) {
      this.#sequences.clear()
      const identity = await this.#initialize()
      do await this.client.sleep(this.#seed.between(50, 2500))
      while ((await this.#send(identity)) && !this.#isStopping)
    }
    this.isStopped = true
  }

  async #initialize(): Promise<ProducerIdentity> {
    for (;;) {
      try {
        const { errorCode, producerId, producerEpoch } = await this.#world.operate(this.client, InitProducerId, 4, {
          transactionalId: null,
          transactionTimeoutMs: 2 ** 31 - 1,
        })
        if (errorCode === ErrorCode.NONE) return { producerId, producerEpoch }
        this.#expect('InitProducerId', errorCode, errorCode === ErrorCode.COORDINATOR_LOAD_IN_PROGRESS)
      } catch (error) {
        if (!(error instanceof CallLost)) throw error
      }
      await this.client.sleep(200)
    }
  }

  /**
   * Some batches to one partition side by side; those without an answer again, in order, until each has one. False
   * where that cannot be: a broker that was started again remembers no more than the last batch of a producer, as
   * Kafka, and cannot tell whether an earlier one is there.
   */
  async #send(identity: ProducerIdentity): Promise<boolean> {
    const partition = this.#seed.pick(this.#topics.partitions)
    const acknowledged = getOrAdd(this.acknowledged, partition, () => [])
    const inDoubt = getOrAdd(this.inDoubt, partition, () => new Set())
    let batches = Array.from({ length: this.#seed.between(1, inFlightMax) }, () => this.#nextBatch(partition))
    for (const { values } of batches) for (const value of values) inDoubt.add(value)
    while (batches.length > 0) {
      const outcomes = await Promise.all(batches.map(batch => this.#attempt(batch, identity)))
      const failed = outcomes.findIndex(outcome => outcome !== 'there')
      const done = failed < 0 ? batches.length : failed
      for (const { values } of batches.slice(0, done)) {
        for (const value of values) {
          acknowledged.push(value)
          inDoubt.delete(value)
        }
      }
      batches = batches.slice(done)
      if (outcomes[failed] === 'out of order') return false
      if (batches.length > 0) await this.client.sleep(this.#seed.between(20, 300))
    }
    return true
  }

  #nextBatch(partition: string): ProducedBatch {
    const values = Array.from({ length: this.#seed.between(1, 3) }, () => `${this.#name}:${this.#values++}`)
    const baseSequence = this.#sequences.get(partition) ?? 0
    this.#sequences.set(partition, baseSequence + values.length)
    return { partition, values, baseSequence }
  }

  async #attempt(batch: ProducedBatch, identity: ProducerIdentity): Promise<'there' | 'out of order' | 'again'> {
    try {
      const errorCode = await produce(this.#world, this.client, this.#version, batch, identity)
      if (errorCode === ErrorCode.NONE || errorCode === ErrorCode.DUPLICATE_SEQUENCE_NUMBER) return 'there'
      if (errorCode === ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER) return 'out of order'
      this.#expect('Produce', errorCode, produceRetriables.has(errorCode))
    } catch (error) {
      if (!(error instanceof CallLost)) throw error
    }
    return 'again'
  }

  #expect(what: string, errorCode: number, isExpected: boolean): void {
    const invariant = 'a client is answered what the protocol allows'
    this.#world.checker.check(
      invariant,
      isExpected,
      () => `${what} of ${this.#name} is answered ${errorName(errorCode)}`,
    )
  }
}

function getOrAdd<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = map.get(key)
  if (value === undefined) {
    value = make()
    map.set(key, value)
  }
  return value
}
