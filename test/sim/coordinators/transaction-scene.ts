import { handlerEntries } from '../../../src/broker/handlers.ts'
import type { Seed } from '../../../src/sim/seed.ts'
import type { Admin } from './admin.ts'
import { CommittedReader } from './committed-reader.ts'
import { copierGroupId, ExactlyOnceCopier } from './exactly-once-copier.ts'
import { IdempotentProducer } from './idempotent-producer.ts'
import type { Picture, Scene } from './scene.ts'
import { TopicModel } from './topic-model.ts'
import { TransactionChecks } from './transaction-checks.ts'
import { TransactionModel } from './transaction-model.ts'
import type { TransactionalApp } from './transactional-app.ts'
import { TransactionalWriter } from './transactional-writer.ts'
import type { World } from './world.ts'

const endTxnKey = 26
const servesTransactions = handlerEntries.some(({ key }) => key === endTxnKey)

/** Records come into `in`, with and without transactions, and are copied to `out` exactly once. */
export class TransactionScene implements Scene {
  readonly #world: World
  readonly #admin: Admin
  readonly #seed: Seed
  readonly #input = new TopicModel()
  readonly #output = new TopicModel()
  readonly #transactions = new TransactionModel()
  readonly #checks: TransactionChecks
  readonly #producers: IdempotentProducer[] = []
  readonly #readers: CommittedReader[] = []
  readonly #apps = new Map<string, TransactionalApp>()
  readonly #replaced: TransactionalApp[] = []
  #names = 0

  constructor(world: World, admin: Admin) {
    this.#world = world
    this.#admin = admin
    this.#seed = world.seed.fork('transactions')
    this.#checks = new TransactionChecks({ world, admin, transactions: this.#transactions, seed: this.#seed })
  }

  async begin(): Promise<void> {
    const seed = this.#seed
    for (const [name, topics] of [
      ['in', this.#input],
      ['out', this.#output],
    ] as const) {
      const count = seed.between(1, 3)
      await this.#admin.createTopic(name, count, this.#world.isCompacting ? { 'cleanup.policy': 'compact' } : {})
      topics.grow(name, count)
    }
    await this.#admin.findCoordinator(copierGroupId, 0)
    const producer = new IdempotentProducer({
      name: 'idempotent',
      world: this.#world,
      topics: this.#input,
      seed: seed.fork('idempotent'),
    })
    this.#producers.push(producer)
    this.#world.spawn(producer.run())
    for (const partition of [...this.#input.partitions, ...this.#output.partitions]) {
      const reader = new CommittedReader({
        partition,
        world: this.#world,
        transactions: this.#transactions,
        seed: seed.fork(partition),
      })
      this.#readers.push(reader)
      this.#world.spawn(reader.run())
    }
    if (!servesTransactions) return
    await this.#admin.findCoordinator('writer', 1)
    for (let index = seed.between(1, 2); index > 0; index--) this.#start(`writer-${index}`)
    for (const partition of this.#input.partitions) this.#start(`copier of ${partition}`)
  }

  /** A new process under this transactional id. */
  #start(transactionalId: string): void {
    const name = `${transactionalId.replaceAll(' ', '-')}.${this.#names++}`
    const common = {
      name,
      transactionalId,
      world: this.#world,
      transactions: this.#transactions,
      seed: this.#seed.fork(name),
    }
    const input = transactionalId.split(' of ')[1]
    const app =
      input === undefined
        ? new TransactionalWriter({ ...common, topics: this.#input })
        : new ExactlyOnceCopier({ ...common, input, output: this.#output })
    this.#apps.set(transactionalId, app)
    this.#world.spawn(app.run())
  }

  change(): void {
    const seed = this.#seed
    if (this.#apps.size === 0) return
    const id = seed.pick([...this.#apps.keys()])
    const app = this.#apps.get(id)!
    switch (seed.weighted({ restart: 3, replace: 3, pause: 2 })) {
      case 'restart':
        app.die()
        this.#start(id)
        return
      case 'replace':
        // Its earlier self goes on after a while, and is fenced.
        app.isReplaced = true
        app.pauseAtEnd(seed.between(500, 6000))
        this.#replaced.push(app)
        this.#start(id)
        return
      case 'pause':
        if (seed.chance(0.5)) app.pause(seed.between(1000, 30_000))
        else app.pauseAtEnd(seed.between(1000, 30_000))
    }
  }

  settle(): void {
    for (const producer of this.#producers) producer.stop()
    for (const app of this.#apps.values()) app.stop()
    // Some were not fenced: they had taken the id after their successor did.
    for (const app of this.#replaced) app.die()
  }

  async unsettled(): Promise<string | undefined> {
    for (const app of this.#apps.values()) if (!app.isStopped) return `${app.name} does not come to its end`
    for (const producer of this.#producers) if (!producer.isStopped) return `${producer.client.name} still sends`
    return await this.#checks.unstable(this.#partitions)
  }

  get #partitions(): string[] {
    return [...this.#input.partitions, ...this.#output.partitions]
  }

  stop(): void {
    for (const reader of this.#readers) reader.client.die()
  }

  async picture(): Promise<Picture> {
    const lines = [
      ...(await this.#checks.contents(this.#partitions)),
      ...(await this.#checks.consumedTo(copierGroupId, this.#input.partitions)),
    ]
    return { text: lines.join('\n'), detailed: new Set() }
  }

  async verify(): Promise<void> {
    const checks = this.#checks
    const committed = await checks.committed(this.#partitions)
    await checks.checkAbortedLists(committed)
    checks.checkTransactions(committed)
    checks.checkReaders(this.#readers, committed)
    checks.checkProducers(this.#producers, this.#input.partitions, committed)
    await checks.checkCopies(copierGroupId, this.#input.partitions, this.#output.partitions, committed)
  }
}
