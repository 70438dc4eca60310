import { readFrom } from './log-reader.ts'
import { stableOffset } from './stable-offset.ts'
import type { TopicModel } from './topic-model.ts'
import type { ModelTransaction } from './transaction-model.ts'
import { TransactionalApp, type TransactionalAppOptions } from './transactional-app.ts'

export const copierGroupId = 'eos'

/** Reads a partition committed, and writes what it read and how far it came in one transaction. */
export class ExactlyOnceCopier extends TransactionalApp {
  readonly input: string
  readonly #output: TopicModel
  #position = 0
  #nextPosition = 0

  constructor(options: TransactionalAppOptions & { readonly input: string; readonly output: TopicModel }) {
    super(options)
    this.input = options.input
    this.#output = options.output
  }

  protected async begin(): Promise<void> {
    this.#position = await stableOffset(this.world, this.client, copierGroupId, this.input)
  }

  protected async write(begin: () => ModelTransaction): Promise<boolean | undefined> {
    const chunk = await readFrom(this.client, this.input, this.#position, 'committed')
    if (chunk === undefined) return undefined
    if (chunk.records.length === 0) {
      this.#position = chunk.nextOffset
      return undefined
    }
    const { name } = begin()
    const records = chunk.records.slice(0, this.seed.between(1, 4))
    for (const { offset } of records) {
      const target = this.seed.pick(this.#output.partitions)
      if ((await this.producer.send(target, [`${name}:${this.input}@${offset}`])) !== 'done') return false
      await this.maybePause()
    }
    this.#nextPosition = records.at(-1)!.offset + 1
    const offsets = new Map([[this.input, this.#nextPosition]])
    return (await this.producer.sendOffsets(copierGroupId, offsets)).outcome === 'done'
  }

  protected ended(committed: boolean): void {
    if (committed) this.#position = this.#nextPosition
  }
}
