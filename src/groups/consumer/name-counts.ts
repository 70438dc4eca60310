/** How many members name each of a kind of thing: an assignor, a protocol. */
export class NameCounts {
  readonly #counts: Map<string, number>

  constructor(counts: ReadonlyMap<string, number> = new Map()) {
    this.#counts = new Map(counts)
  }

  of(name: string): number {
    return this.#counts.get(name) ?? 0
  }

  copy(): NameCounts {
    return new NameCounts(this.#counts)
  }

  replace(oldNames: readonly string[], newNames: readonly string[]): void {
    for (const name of oldNames) {
      const count = this.of(name) - 1
      if (count <= 0) this.#counts.delete(name)
      else this.#counts.set(name, count)
    }
    for (const name of newNames) this.#counts.set(name, this.of(name) + 1)
  }

  names(): readonly string[] {
    return [...this.#counts.keys()]
  }
}
