import type { Uuid } from '../../../src/protocol/uuid.ts'

/** The topics that groups read, as their clients know them. */
export class TopicModel {
  readonly #counts = new Map<string, number>()
  /** By name, of the latest topic that has it. */
  readonly #labels = new Map<string, string>()
  readonly #ids = new Map<string, Uuid>()
  readonly #labelsById = new Map<Uuid, string>()
  /** By name: until when there was none of it the last time. */
  readonly #missingUntilMs = new Map<string, number>()

  /** There is no topic of this name now. */
  remove(topic: string): void {
    this.#counts.set(topic, 0)
    this.#missingUntilMs.set(topic, Number.POSITIVE_INFINITY)
  }

  make(topic: string, count: number, id: Uuid, nowMs: number): void {
    const label = `${topic}@${this.#ids.size}`
    this.#labels.set(topic, label)
    this.#ids.set(label, id)
    this.#labelsById.set(id, label)
    this.#counts.set(topic, count)
    if (this.#missingUntilMs.has(topic)) this.#missingUntilMs.set(topic, nowMs)
  }

  grow(topic: string, count: number): void {
    this.#counts.set(topic, Math.max(count, this.count(topic)))
  }

  wasMissing(topic: string, sinceMs: number): boolean {
    return (this.#missingUntilMs.get(topic) ?? Number.NEGATIVE_INFINITY) >= sinceMs
  }

  idOf(label: string): Uuid {
    return this.#ids.get(label)!
  }

  /** `undefined` also of a topic that was made just now. */
  labelOf(id: Uuid): string | undefined {
    return this.#labelsById.get(id)
  }

  count(topic: string): number {
    return this.#counts.get(topic) ?? 0
  }

  get names(): string[] {
    return [...this.#counts.keys()]
  }

  /** `t-0`, `t-1`, … */
  get partitions(): string[] {
    return this.#each(topic => topic)
  }

  /** As `partitions`, but those of a topic and of another that had its name before are told apart: `t@2-0`. */
  get labels(): string[] {
    return this.#each(topic => this.#labels.get(topic)!)
  }

  #each(nameOf: (topic: string) => string): string[] {
    return Array.from(this.#counts, ([topic, count]) =>
      Array.from({ length: count }, (_, index) => `${nameOf(topic)}-${index}`),
    ).flat()
  }
}

/** The name under which offsets of a partition are committed: `t-0` of `t@2-0`. */
export function nameOfLabel(label: string): string {
  return label.replace(/@\d+-/, '-')
}
