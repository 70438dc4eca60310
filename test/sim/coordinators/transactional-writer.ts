import type { TopicModel } from './topic-model.ts'
import type { ModelTransaction } from './transaction-model.ts'
import { TransactionalApp, type TransactionalAppOptions } from './transactional-app.ts'

/** Writes a few records to some partitions in each transaction. */
export class TransactionalWriter extends TransactionalApp {
  readonly #topics: TopicModel

  constructor(options: TransactionalAppOptions & { readonly topics: TopicModel }) {
    super(options)
    this.#topics = options.topics
  }

  protected async begin(): Promise<void> {}

  protected async write(begin: () => ModelTransaction): Promise<boolean> {
    const { name } = begin()
    const batches = this.seed.between(1, 4)
    let count = 0
    for (let batch = 0; batch < batches; batch++) {
      const values = Array.from({ length: this.seed.between(1, 2) }, () => `${name}:${count++}`)
      const outcome = await this.producer.send(this.seed.pick(this.#topics.partitions), values)
      if (outcome !== 'done') return false
      await this.maybePause()
    }
    return true
  }

  protected ended(): void {}
}
