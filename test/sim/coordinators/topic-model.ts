/** The topics that groups read, as their clients know them. */
export class TopicModel {
  readonly #counts = new Map<string, number>()

  set(topic: string, count: number): void {
    this.#counts.set(topic, count)
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
