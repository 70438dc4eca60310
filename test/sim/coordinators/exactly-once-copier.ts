import { OffsetFetch } from '../../../src/protocol/apis/offset-fetch.ts'
import { ErrorCode } from '../../../src/protocol/errors.ts'
import { CallLost, type SimulatedClient } from '../../../src/sim/network/simulated-client.ts'
import { splitName } from './consumer-protocol.ts'
import { readFrom } from './log-reader.ts'
import type { TopicModel } from './topic-model.ts'
import type { ModelTransaction } from './transaction-model.ts'
import { TransactionalApp, type TransactionalAppOptions } from './transactional-app.ts'
import type { World } from './world.ts'

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
    this.#position = await stableOffset(this.world, this.client, this.input)
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
    return (await this.producer.sendOffset(copierGroupId, this.input, this.#nextPosition)) === 'done'
  }

  protected ended(committed: boolean): void {
    if (committed) this.#position = this.#nextPosition
  }
}

/** What the copier of a partition has committed, once no transaction is in the way; 0 where it has nothing. */
export async function stableOffset(world: World, client: SimulatedClient, partition: string): Promise<number> {
  const [name, index] = splitName(partition)
  for (;;) {
    try {
      const { groups } = await world.operate(client, OffsetFetch, 8, {
        groups: [{ groupId: copierGroupId, topics: [{ name, partitionIndexes: [index] }] }],
        requireStable: true,
      })
      const fetched = groups[0]?.topics[0]?.partitions[0]
      if (groups[0]?.errorCode === ErrorCode.NONE && fetched?.errorCode === ErrorCode.NONE) {
        return Math.max(0, Number(fetched.committedOffset))
      }
    } catch (error) {
      if (!(error instanceof CallLost)) throw error
    }
    await client.sleep(200)
  }
}
