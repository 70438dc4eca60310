import type { SimulatedClient } from '../../../src/sim/network/simulated-client.ts'
import type { Seed } from '../../../src/sim/seed.ts'
import type { ModelTransaction, TransactionModel } from './transaction-model.ts'
import { TransactionalProducer } from './transactional-producer.ts'
import type { World } from './world.ts'

export interface TransactionalAppOptions {
  readonly name: string
  readonly transactionalId: string
  readonly world: World
  readonly transactions: TransactionModel
  readonly seed: Seed
}

/** Something that works in transactions, over and over, as one process of it lives. */
export abstract class TransactionalApp {
  readonly name: string
  readonly transactionalId: string
  readonly client: SimulatedClient
  /** Another process goes on in its place: when it is told so, it ends. */
  isReplaced = false
  isStopped = false
  protected readonly world: World
  protected readonly seed: Seed
  protected readonly producer: TransactionalProducer
  readonly #transactions: TransactionModel
  #transaction: ModelTransaction | undefined
  #count = 0
  #isStopping = false
  #pauseMs = 0
  #endPauseMs = 0

  constructor(options: TransactionalAppOptions) {
    const { name, transactionalId, world, seed } = options
    this.name = name
    this.transactionalId = transactionalId
    this.world = world
    this.seed = seed
    this.#transactions = options.transactions
    this.client = world.client(name)
    this.producer = new TransactionalProducer({ transactionalId, world, seed, client: this.client })
  }

  stop(): void {
    this.#isStopping = true
  }

  /** It does nothing for a while, in the middle of whatever it does. */
  pause(ms: number): void {
    this.#pauseMs = ms
  }

  /** Killed. */
  die(): void {
    this.client.die()
    this.#transaction?.lose()
  }

  /** As `pause`, right before it says how its transaction ends. */
  pauseAtEnd(ms: number): void {
    this.#endPauseMs = ms
  }

  async run(): Promise<void> {
    do {
      await this.producer.initialize()
      await this.begin()
      while (!this.#isStopping && (await this.#once())) await this.client.sleep(this.seed.between(10, 600))
    } while (!this.#isStopping && !this.isReplaced)
    this.isStopped = true
    this.client.die()
  }

  /** Right after the transactional id was taken: all earlier transactions have ended, or will be. */
  protected abstract begin(): Promise<void>

  /** The writes of a transaction. False: it has to be given up, and the id taken again. `undefined`: nothing to do. */
  protected abstract write(transaction: () => ModelTransaction): Promise<boolean | undefined>

  /** The transaction has ended as was asked. */
  protected abstract ended(committed: boolean): void

  /** Between two steps of a transaction. */
  protected async maybePause(): Promise<void> {
    const pauseMs = this.#pauseMs
    this.#pauseMs = 0
    if (pauseMs > 0) await this.client.sleep(pauseMs)
    else if (this.seed.chance(0.3)) await this.client.sleep(this.seed.between(0, 500))
  }

  async #once(): Promise<boolean> {
    let transaction: ModelTransaction | undefined
    const written = await this.write(() => {
      transaction = this.#transactions.begin(`${this.name}/${this.#count++}`)
      this.#transaction = transaction
      this.producer.begin(transaction)
      return transaction
    })
    if (transaction === undefined || written === undefined) return true
    if (!written) return false
    await this.maybePause()
    if (this.#endPauseMs > 0) await this.client.sleep(this.#endPauseMs)
    this.#endPauseMs = 0
    const committed = this.seed.chance(0.75)
    const hasEnded = await this.producer.end(committed)
    this.#transaction = undefined
    if (hasEnded) this.ended(committed)
    return hasEnded
  }
}
