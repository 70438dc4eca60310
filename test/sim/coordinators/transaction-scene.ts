import { handlerEntries } from '../../../src/broker/handlers.ts'
import type { Seed } from '../../../src/sim/seed.ts'
import type { Admin } from './admin.ts'
import { CommittedReader } from './committed-reader.ts'
import { copierGroupId, ExactlyOnceCopier, stableOffset } from './exactly-once-copier.ts'
import { IdempotentProducer } from './idempotent-producer.ts'
import { committedRecords, type Isolation, type ReadBatch, type ReadRecord, readFrom } from './log-reader.ts'
import type { Picture, Scene } from './scene.ts'
import { TopicModel } from './topic-model.ts'
import { TransactionModel } from './transaction-model.ts'
import type { TransactionalApp } from './transactional-app.ts'
import { TransactionalWriter } from './transactional-writer.ts'
import type { World } from './world.ts'

const committedOnly: Isolation = 'committed'
const bothIsolations: readonly Isolation[] = ['uncommitted', 'committed']
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
  readonly #producers: IdempotentProducer[] = []
  readonly #readers: CommittedReader[] = []
  readonly #apps = new Map<string, TransactionalApp>()
  readonly #replaced: TransactionalApp[] = []
  #names = 0

  constructor(world: World, admin: Admin) {
    this.#world = world
    this.#admin = admin
    this.#seed = world.seed.fork('transactions')
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
    for (const partition of this.#partitions) {
      const chunk = await readFrom(this.#admin.client, partition, 0, 'committed')
      if (chunk === undefined) return `${partition} cannot be read`
      if (chunk.lastStableOffset !== chunk.highWatermark) {
        return `a transaction in ${partition} is open at ${chunk.lastStableOffset} of ${chunk.highWatermark}`
      }
    }
    return undefined
  }

  get #partitions(): string[] {
    return [...this.#input.partitions, ...this.#output.partitions]
  }

  stop(): void {
    for (const reader of this.#readers) reader.client.die()
  }

  async picture(): Promise<Picture> {
    const lines: string[] = []
    for (const partition of this.#partitions) {
      // Compaction takes away what was aborted, whenever it comes by.
      for (const isolation of this.#world.isCompacting ? [committedOnly] : bothIsolations) {
        const records = await this.#readAll(partition, isolation)
        lines.push(`${partition} ${isolation}: ${text(records)}`)
      }
    }
    for (const partition of this.#input.partitions) {
      lines.push(`${partition} consumed to ${await stableOffset(this.#world, this.#admin.client, partition)}`)
    }
    return { text: lines.join('\n'), detailed: new Set() }
  }

  async #readAll(partition: string, isolation: Isolation, fromOffset = 0): Promise<readonly ReadRecord[]> {
    const records: ReadRecord[] = []
    for (let position = fromOffset; ; ) {
      const chunk = await this.#admin.retry(() => readFrom(this.#admin.client, partition, position, isolation))
      records.push(...chunk.records)
      position = chunk.nextOffset
      if (position >= (isolation === 'committed' ? chunk.lastStableOffset : chunk.highWatermark)) return records
    }
  }

  async verify(): Promise<void> {
    const committed = new Map<string, readonly ReadRecord[]>()
    for (const partition of this.#partitions) committed.set(partition, await this.#readAll(partition, 'committed'))
    for (const [partition, records] of committed) await this.#checkAbortedLists(partition, records)
    this.#checkTransactions(committed)
    this.#checkReaders(committed)
    this.#checkProducers(committed)
    await this.#checkCopies(committed)
  }

  /** Whoever begins to read anywhere in the log is told of all that was aborted from there on. */
  async #checkAbortedLists(partition: string, committed: readonly ReadRecord[]): Promise<void> {
    const truth = text(committedRecords(await this.#readBatches(partition)))
    const last = committed.at(-1)?.offset ?? 0
    const fromOffsets = [0, ...Array.from({ length: 3 }, () => this.#seed.between(0, last))]
    for (const fromOffset of fromOffsets) {
      const seen = text(await this.#readAll(partition, 'committed', fromOffset))
      const due = truth
        .split(' ')
        .filter(record => record !== '' && Number.parseInt(record, 10) >= fromOffset)
        .join(' ')
      this.#world.checker.check(
        'aborted lists name what was aborted',
        seen === due,
        () => `${partition} from ${fromOffset} on: read were ${seen}; committed are ${due}`,
      )
    }
  }

  async #readBatches(partition: string): Promise<readonly ReadBatch[]> {
    const batches: ReadBatch[] = []
    for (let position = 0; ; ) {
      const chunk = await this.#admin.retry(() => readFrom(this.#admin.client, partition, position, 'uncommitted'))
      batches.push(...chunk.batches)
      position = chunk.nextOffset
      if (position >= chunk.highWatermark) return batches
    }
  }

  #checkTransactions(committed: ReadonlyMap<string, readonly ReadRecord[]>): void {
    const { checker } = this.#world
    const visible = new Map<string, string[]>()
    for (const [partition, records] of committed) {
      for (const { value } of records) {
        const transaction = this.#transactions.of(value)
        if (transaction === undefined) continue
        const texts = visible.get(transaction.name) ?? []
        texts.push(`${partition} ${value}`)
        visible.set(transaction.name, texts)
      }
    }
    for (const { name, fate, values } of this.#transactions.all) {
      const written = sorted(Array.from(values, ([value, partition]) => `${partition} ${value}`))
      const seen = sorted(visible.get(name) ?? [])
      checker.check(
        'of a transaction all records are visible or none',
        seen === '' || seen === written,
        () => `${name} (${fate}) wrote ${written}; visible are ${seen}`,
      )
      checker.check(
        'what a committed transaction wrote is visible once',
        fate === 'in doubt' || fate === 'open' || (seen !== '') === (fate === 'committed' && written !== ''),
        () => `${name} is ${fate} and wrote ${written}; visible are ${seen}`,
      )
    }
  }

  #checkReaders(committed: ReadonlyMap<string, readonly ReadRecord[]>): void {
    for (const { partition, seen } of this.#readers) {
      const text = (records: readonly ReadRecord[]) =>
        records.map(({ offset, value }) => `${offset}=${value}`).join(' ')
      const now = text(committed.get(partition)!.slice(0, seen.length))
      this.#world.checker.check(
        'what was read committed stays',
        now === text(seen),
        () => `${partition}: read was ${text(seen)}; now there is ${now}`,
      )
    }
  }

  #checkProducers(committed: ReadonlyMap<string, readonly ReadRecord[]>): void {
    for (const { acknowledged, inDoubt, client } of this.#producers) {
      for (const partition of this.#input.partitions) {
        const found = committed
          .get(partition)!
          .map(({ value }) => value)
          .filter(value => value.startsWith(`${client.name}:`))
        const sent = acknowledged.get(partition) ?? []
        const doubtful = inDoubt.get(partition) ?? new Set()
        this.#world.checker.check(
          'what an idempotent producer was acknowledged is there once and in order',
          new Set(found).size === found.length && found.filter(value => !doubtful.has(value)).join() === sent.join(),
          () => `${partition} holds ${found.join(' ')}; acknowledged were ${sent.join(' ')}`,
        )
      }
    }
  }

  async #checkCopies(committed: ReadonlyMap<string, readonly ReadRecord[]>): Promise<void> {
    const copies = this.#output.partitions
      .flatMap(partition => committed.get(partition)!)
      .map(({ value }) => value.slice(value.indexOf(':') + 1))
    for (const partition of this.#input.partitions) {
      const consumedTo = await stableOffset(this.#world, this.#admin.client, partition)
      const consumed = committed
        .get(partition)!
        .filter(({ offset }) => offset < consumedTo)
        .map(({ offset }) => `${partition}@${offset}`)
      const copied = copies.filter(copy => copy.startsWith(`${partition}@`))
      this.#world.checker.check(
        'input that was consumed is in the output once',
        sorted(consumed) === sorted(copied),
        () => `${partition} is consumed to ${consumedTo}: ${sorted(consumed)}; copied are ${sorted(copied)}`,
      )
    }
  }
}

function text(records: readonly ReadRecord[]): string {
  return records.map(({ offset, value }) => `${offset}=${value}`).join(' ')
}

function sorted(texts: readonly string[]): string {
  return texts.toSorted().join(' ')
}
