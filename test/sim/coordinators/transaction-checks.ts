import type { Seed } from '../../../src/sim/seed.ts'
import type { Admin } from './admin.ts'
import type { CommittedReader } from './committed-reader.ts'
import type { IdempotentProducer } from './idempotent-producer.ts'
import { committedRecords, type Isolation, type ReadBatch, type ReadRecord, readFrom } from './log-reader.ts'
import { stableOffset } from './stable-offset.ts'
import type { TransactionModel } from './transaction-model.ts'
import type { World } from './world.ts'

const committedOnly: Isolation = 'committed'
const bothIsolations: readonly Isolation[] = ['uncommitted', 'committed']

/** What is committed in some partitions, read from end to end, by partition. */
export type CommittedLogs = ReadonlyMap<string, readonly ReadRecord[]>

export interface TransactionChecksOptions {
  readonly world: World
  readonly admin: Admin
  readonly transactions: TransactionModel
  readonly seed: Seed
}

/** Looks at what transactions have left in the logs, once nobody writes any more. */
export class TransactionChecks {
  readonly #world: World
  readonly #admin: Admin
  readonly #transactions: TransactionModel
  readonly #seed: Seed

  constructor(options: TransactionChecksOptions) {
    this.#world = options.world
    this.#admin = options.admin
    this.#transactions = options.transactions
    this.#seed = options.seed
  }

  /** The first partition that cannot be read to its end yet. */
  async unstable(partitions: readonly string[]): Promise<string | undefined> {
    for (const partition of partitions) {
      const chunk = await readFrom(this.#admin.client, partition, 0, 'committed')
      if (chunk === undefined) return `${partition} cannot be read`
      if (chunk.lastStableOffset !== chunk.highWatermark) {
        return `a transaction in ${partition} is open at ${chunk.lastStableOffset} of ${chunk.highWatermark}`
      }
    }
    return undefined
  }

  /** What the partitions hold, as far as it stays while nobody does anything. */
  async contents(partitions: readonly string[]): Promise<string[]> {
    const lines: string[] = []
    for (const partition of partitions) {
      // Compaction takes away what was aborted, whenever it comes by.
      for (const isolation of this.#world.isCompacting ? [committedOnly] : bothIsolations) {
        lines.push(`${partition} ${isolation}: ${text(await this.readAll(partition, isolation))}`)
      }
    }
    return lines
  }

  async consumedTo(groupId: string, partitions: readonly string[]): Promise<string[]> {
    const lines: string[] = []
    for (const partition of partitions) {
      const offset = await stableOffset(this.#world, this.#admin.client, groupId, partition)
      lines.push(`${partition} consumed to ${offset}`)
    }
    return lines
  }

  async committed(partitions: readonly string[]): Promise<CommittedLogs> {
    const committed = new Map<string, readonly ReadRecord[]>()
    for (const partition of partitions) committed.set(partition, await this.readAll(partition, 'committed'))
    return committed
  }

  async readAll(partition: string, isolation: Isolation, fromOffset = 0): Promise<readonly ReadRecord[]> {
    const records: ReadRecord[] = []
    for (let position = fromOffset; ; ) {
      const chunk = await this.#admin.retry(() => readFrom(this.#admin.client, partition, position, isolation))
      records.push(...chunk.records)
      position = chunk.nextOffset
      if (position >= (isolation === 'committed' ? chunk.lastStableOffset : chunk.highWatermark)) return records
    }
  }

  /** Whoever begins to read anywhere in a log is told of all that was aborted from there on. */
  async checkAbortedLists(committed: CommittedLogs): Promise<void> {
    for (const [partition, records] of committed) {
      const truth = committedRecords(await this.#readBatches(partition))
      const last = records.at(-1)?.offset ?? 0
      const fromOffsets = [0, ...Array.from({ length: 3 }, () => this.#seed.between(0, last))]
      for (const fromOffset of fromOffsets) {
        const seen = text(await this.readAll(partition, 'committed', fromOffset))
        const due = text(truth.filter(({ offset }) => offset >= fromOffset))
        this.#world.checker.check(
          'aborted lists name what was aborted',
          seen === due,
          () => `${partition} from ${fromOffset} on: read were ${seen}; committed are ${due}`,
        )
      }
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

  checkTransactions(committed: CommittedLogs): void {
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
    for (const { name, fate, values, isOfZombie } of this.#transactions.all) {
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
      if (!isOfZombie) continue
      checker.check(
        'what a zombie wrote is never seen',
        seen === '',
        () => `${name} wrote ${written} for a group that refused its offsets; visible are ${seen}`,
      )
    }
  }

  checkReaders(readers: readonly CommittedReader[], committed: CommittedLogs): void {
    for (const { partition, seen } of readers) {
      const now = text(committed.get(partition)!.slice(0, seen.length))
      this.#world.checker.check(
        'what was read committed stays',
        now === text(seen),
        () => `${partition}: read was ${text(seen)}; now there is ${now}`,
      )
    }
  }

  checkProducers(
    producers: readonly IdempotentProducer[],
    partitions: readonly string[],
    committed: CommittedLogs,
  ): void {
    for (const { acknowledged, inDoubt, client } of producers) {
      for (const partition of partitions) {
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

  /** A copy's value ends in `:t-0@7`, which names what it is a copy of. */
  async checkCopies(
    groupId: string,
    inputs: readonly string[],
    outputs: readonly string[],
    committed: CommittedLogs,
  ): Promise<void> {
    const copies = outputs
      .flatMap(partition => committed.get(partition)!)
      .map(({ value }) => value.slice(value.indexOf(':') + 1))
    for (const partition of inputs) {
      const consumedTo = await stableOffset(this.#world, this.#admin.client, groupId, partition)
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
