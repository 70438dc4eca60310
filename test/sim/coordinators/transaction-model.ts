/** What became of a transaction, as far as its producer can know. */
export type TransactionFate = 'open' | 'committed' | 'aborted' | 'in doubt'

/** One transaction of one producer. */
export class ModelTransaction {
  /** `app/3`: the records it writes begin with it. */
  readonly name: string
  readonly #values = new Map<string, string>()
  fate: TransactionFate = 'open'
  /** When a commit was first asked for; before that nobody may see anything of it. */
  commitAskedMs = Number.POSITIVE_INFINITY
  /** A group has refused its offsets: whoever wrote it is no member any more, or not of the latest generation. */
  isOfZombie = false

  constructor(name: string) {
    this.name = name
  }

  /** Every record that is in it for certain, with its partition. */
  get values(): ReadonlyMap<string, string> {
    return this.#values
  }

  /** A record was acknowledged. */
  holds(value: string, partition: string): void {
    this.#values.set(value, partition)
  }

  askCommit(nowMs: number): void {
    if (this.commitAskedMs === Number.POSITIVE_INFINITY) this.commitAskedMs = nowMs
  }

  /** It ended without its producer being told how. */
  lose(): void {
    if (this.fate === 'open') this.fate = this.commitAskedMs === Number.POSITIVE_INFINITY ? 'aborted' : 'in doubt'
  }
}

/** All transactions of a run, by the name their records carry. */
export class TransactionModel {
  readonly #transactions = new Map<string, ModelTransaction>()

  get all(): readonly ModelTransaction[] {
    return [...this.#transactions.values()]
  }

  begin(name: string): ModelTransaction {
    const transaction = new ModelTransaction(name)
    this.#transactions.set(name, transaction)
    return transaction
  }

  /** The transaction a record was written in. */
  of(value: string): ModelTransaction | undefined {
    return this.#transactions.get(value.slice(0, value.indexOf(':')))
  }
}
