import type { ProducerIdsBlock } from '../controller/producer-ids.ts'
import type { ControllerClient } from './metadata/controller-client.ts'

/**
 * Gives out producer ids from blocks that the metadata log records before any of them is used, so that none is ever
 * given out twice; what is left of a block when the broker stops is never used. Kafka's `RPCProducerIdManager`.
 */
export class ProducerIdAllocator {
  readonly #controller: ControllerClient
  #nextId = 0
  #blockEnd = 0
  #allocating: Promise<void> | undefined

  constructor(controller: ControllerClient) {
    this.#controller = controller
  }

  next(): number | Promise<number> {
    return this.#nextId < this.#blockEnd ? this.#nextId++ : this.#nextOfNewBlock()
  }

  async #nextOfNewBlock(): Promise<number> {
    // Others may use a block up while this one waits for its turn.
    while (this.#nextId >= this.#blockEnd) {
      this.#allocating ??= this.#controller.allocateProducerIds().then(
        block => this.#take(block),
        error => {
          this.#allocating = undefined
          throw error
        },
      )
      await this.#allocating
    }
    return this.#nextId++
  }

  #take(block: ProducerIdsBlock): void {
    this.#allocating = undefined
    this.#nextId = block.firstProducerId
    this.#blockEnd = block.firstProducerId + block.length
  }
}
