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
    return this.take() ?? this.#nextOfNewBlock()
  }

  /** The next id if one is at hand. */
  take(): number | undefined {
    return this.isAtHand ? this.#nextId++ : undefined
  }

  get isAtHand(): boolean {
    return this.#nextId < this.#blockEnd
  }

  /** Until `take` gives an id, unless others are quicker. Rejects where the controller gives no block. */
  async fetchBlock(): Promise<void> {
    if (this.isAtHand) return
    this.#allocating ??= this.#controller.allocateProducerIds().then(
      block => this.#take(block),
      error => {
        this.#allocating = undefined
        throw error
      },
    )
    await this.#allocating
  }

  async #nextOfNewBlock(): Promise<number> {
    for (;;) {
      // Others may use a block up while this one waits for its turn.
      await this.fetchBlock()
      const id = this.take()
      if (id !== undefined) return id
    }
  }

  #take(block: ProducerIdsBlock): void {
    this.#allocating = undefined
    this.#nextId = block.firstProducerId
    this.#blockEnd = block.firstProducerId + block.length
  }
}
