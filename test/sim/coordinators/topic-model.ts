import type { Uuid } from '../../../src/protocol/uuid.ts'

/** The topics that groups read, as their clients know them. */
export class TopicModel {
  readonly #counts = new Map<string, number>()
  readonly #ids = new Map<string, Uuid>()
  readonly #names = new Map<string, string>()

  set(topic: string, count: number): void {
    this.#counts.set(topic, count)
  }

  identify(topic: string, id: Uuid): void {
    this.#ids.set(topic, id)
    this.#names.set(id, topic)
  }

  idOf(topic: string): Uuid {
    return this.#ids.get(topic)!
  }

  nameOf(id: Uuid): string | undefined {
    return this.#names.get(id)
  }

  count(topic: string): number {
    return this.#counts.get(topic) ?? 0
  }

  get names(): string[] {
    return [...this.#counts.keys()]
  }

  /** `t-0`, `t-1`, … */
  get partitions(): string[] {
    return Array.from(this.#counts, ([topic, count]) =>
      Array.from({ length: count }, (_, index) => `${topic}-${index}`),
    ).flat()
  }
}
