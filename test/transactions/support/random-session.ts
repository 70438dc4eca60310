import assert from 'node:assert/strict'
import { ErrorCode } from '../../../src/protocol/errors.ts'
import type { Seed } from '../../../src/sim/seed.ts'
import type { ProducerIdAndEpoch } from '../../../src/transactions/init-producer-id.ts'
import type { MarkerOrder } from '../../../src/transactions/marker-order.ts'
import { TransactionHarness } from './transaction-harness.ts'

export const operationsOfSession = 120
const partitions = ['t-0', 't-1', 'u-0'] as const

/** A producer that does not know whether it still is one. */
interface Client {
  readonly version: 1 | 2
  identity: ProducerIdAndEpoch
  /** What it was told is part of its transaction. */
  readonly added: Set<string>
}

/**
 * Producers that replace each other, lose answers and ask again, a log that refuses, is late or loses what is not
 * committed, leaders that fail, and a coordinator that is lost at any record: what must hold all the same.
 */
export class RandomSession {
  readonly #seed: Seed
  readonly #harness: TransactionHarness
  readonly #clients: Client[] = []
  /** By producer id and epoch of the markers: what was decided. */
  readonly #outcomes = new Map<string, string>()
  readonly #given = new Set<string>()
  readonly #told: { readonly outcome: string; readonly from: ProducerIdAndEpoch; readonly added: readonly string[] }[] =
    []
  #committedRecords = 0

  constructor(seed: Seed) {
    this.#seed = seed
    this.#harness = new TransactionHarness(seed.uint32() % 4 === 0 ? 1 : 2, { abortTimedOutIntervalMs: 1000 })
    this.#harness.holdCommits = true
  }

  run(): void {
    for (let count = 0; count < operationsOfSession; count++) {
      this.#step()
      this.#checkRecords()
    }
    this.#heal()
  }

  #chance(times: number): boolean {
    return this.#seed.uint32() % times === 0
  }

  #pick<Item>(items: readonly Item[]): Item {
    return items[this.#seed.uint32() % items.length]!
  }

  #step(): void {
    const harness = this.#harness
    harness.appendErrorCode = this.#chance(15) ? ErrorCode.NOT_ENOUGH_REPLICAS : 0
    harness.hasProducerIds = !this.#chance(20)
    const client = this.#clients.length === 0 ? undefined : this.#pick(this.#clients)
    switch (this.#seed.uint32() % 10) {
      case 0:
        this.#newProducer()
        break
      case 1:
      case 2:
      case 3:
        if (client !== undefined) this.#add(client)
        break
      case 4:
      case 5:
        if (client !== undefined) this.#end(client)
        break
      case 6:
        this.#answerMarkers()
        break
      case 7:
        harness.advance(this.#pick([10, 1000, 61_000]))
        break
      case 8:
        if (this.#chance(4)) this.#crash()
        break
      default:
        this.#commit()
    }
    if (!this.#chance(3)) this.#commit()
    this.#noteOrders()
  }

  #commit(): void {
    this.#harness.commit(this.#chance(25) ? ErrorCode.REQUEST_TIMED_OUT : 0)
    this.#committedRecords = this.#harness.log.length
  }

  /** What was not committed is lost, from some record on. */
  #crash(): void {
    const harness = this.#harness
    const kept = this.#committedRecords + (this.#seed.uint32() % (harness.log.length - this.#committedRecords + 1))
    harness.log.length = kept
    harness.reload()
    this.#committedRecords = kept
  }

  #newProducer(): void {
    const harness = this.#harness
    const sure = harness.log.length
    const given = harness.init()
    if (given.errorCode !== 0 || harness.log.length === sure) return
    // The client is answered when it is committed; what is lost in between was not given.
    harness.commit()
    this.#committedRecords = harness.log.length
    const identity = { producerId: given.producerId, producerEpoch: given.producerEpoch }
    const key = `${identity.producerId}/${identity.producerEpoch}`
    assert.ok(!this.#given.has(key), `${key} was given twice`)
    this.#given.add(key)
    this.#clients.push({
      version: harness.transactionVersion >= 2 && !this.#chance(4) ? 2 : 1,
      identity,
      added: new Set(),
    })
  }

  #add(client: Client): void {
    const partition = this.#pick(partitions)
    if (this.#harness.add(client.identity, [partition], client.version) === 0) {
      this.#commit()
      client.added.add(partition)
    }
  }

  #end(client: Client): void {
    const harness = this.#harness
    const outcome = this.#chance(3) ? 'abort' : 'commit'
    const before = harness.log.length
    const from = client.identity
    const answer = harness.end(from, outcome, client.version)
    if (answer.errorCode !== 0) return
    const isDecided = harness.log.length > before
    harness.commit()
    this.#committedRecords = harness.log.length
    // Half of the answers are lost: the client asks again, with what it has.
    if (this.#chance(2)) return
    if (isDecided && client.version === 2) this.#told.push({ outcome, from, added: [...client.added] })
    client.added.clear()
    if (client.version === 2) client.identity = { producerId: answer.producerId, producerEpoch: answer.producerEpoch }
  }

  #answerMarkers(): void {
    const order = this.#harness.orders[0]
    if (order === undefined) return
    const errorCode = this.#chance(4) ? ErrorCode.NOT_LEADER_OR_FOLLOWER : 0
    const answered = this.#harness.answer(order, errorCode)
    if (typeof answered !== 'number' && answered.isOver) this.#harness.orders.shift()
  }

  /** A decision that markers were ordered for stands, whatever is lost. */
  #noteOrders(): void {
    for (const order of this.#harness.orders) {
      if (order.transactionVersion < 2) continue
      const key = keyOf(order)
      const known = this.#outcomes.get(key)
      assert.ok(known === undefined || known === order.outcome, `${key} is to ${order.outcome}, and was to ${known}`)
      this.#outcomes.set(key, order.outcome)
    }
  }

  /** Per producer id, epochs never go back. */
  #checkRecords(): void {
    const epochs = new Map<number, number>()
    for (const { value } of this.#harness.records) {
      if (value === null) continue
      const last = epochs.get(value.producerId) ?? -1
      assert.ok(value.producerEpoch >= last, `epoch ${value.producerEpoch} of ${value.producerId} after ${last}`)
      epochs.set(value.producerId, value.producerEpoch)
    }
  }

  #heal(): void {
    const harness = this.#harness
    harness.appendErrorCode = 0
    harness.hasProducerIds = true
    harness.holdCommits = false
    harness.commit()
    for (let round = 0; round < 10; round++) {
      harness.advance(61_000)
      this.#noteOrders()
      while (harness.orders.length > 0) harness.answerMarkers()
    }
    const described = harness.shard.describeTransaction('x')
    assert.ok(['Empty', 'CompleteCommit', 'CompleteAbort', ''].includes(described.transactionState), harness.state)
    for (const { outcome, from, added } of this.#told) {
      // The markers of version 2 have the epoch after.
      const key = `${from.producerId}/${from.producerEpoch + 1}`
      const known = this.#outcomes.get(key)
      if (known !== undefined) assert.equal(known, outcome, `${key} with ${added.join()} was told ${outcome}`)
    }
    assert.equal(harness.init().errorCode, 0)
  }
}

function keyOf({ producerId, producerEpoch }: MarkerOrder): string {
  return `${producerId}/${producerEpoch}`
}
