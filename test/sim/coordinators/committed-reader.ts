import { Fetch } from '../../../src/protocol/apis/fetch.ts'
import type { SimulatedClient } from '../../../src/sim/network/simulated-client.ts'
import type { Seed } from '../../../src/sim/seed.ts'
import { type ReadRecord, readFrom } from './log-reader.ts'
import type { TransactionModel } from './transaction-model.ts'
import { drawVersion, type World } from './world.ts'

/** Follows a partition read_committed while everything else goes on. */
export class CommittedReader {
  readonly client: SimulatedClient
  readonly partition: string
  readonly seen: ReadRecord[] = []
  readonly #world: World
  readonly #transactions: TransactionModel
  readonly #seed: Seed
  #position = 0

  constructor(options: { world: World; partition: string; transactions: TransactionModel; seed: Seed }) {
    this.#world = options.world
    this.partition = options.partition
    this.#transactions = options.transactions
    this.#seed = options.seed
    this.client = options.world.client(`reader-of-${options.partition}`)
  }

  async run(): Promise<void> {
    // Version 13 goes by topic id.
    const version = drawVersion(this.#seed, Fetch, 4, 12)
    for (;;) {
      await this.client.sleep(this.#seed.between(100, 3000))
      const chunk = await readFrom(this.client, this.partition, this.#position, 'committed', version)
      if (chunk === undefined) continue
      for (const record of chunk.records) this.#see(record)
      this.#position = chunk.nextOffset
    }
  }

  #see(record: ReadRecord): void {
    const { checker, nowMs } = this.#world
    const transaction = this.#transactions.of(record.value)
    this.seen.push(record)
    if (transaction === undefined) return
    checker.check(
      'nothing of a transaction is seen before it is committed',
      transaction.commitAskedMs <= nowMs && transaction.fate !== 'aborted',
      () => `${this.partition} shows ${record.value} at ${record.offset}: its transaction is ${transaction.fate}`,
    )
  }
}
