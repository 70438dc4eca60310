import type { GroupTopic, GroupTopics } from '../../../src/groups/group-topics.ts'
import type { Uuid } from '../../../src/protocol/uuid.ts'

/** An id that tells its topic: `foo` → `foo` and as many A as it takes. */
export function idOf(topic: string): Uuid {
  return topic.padEnd(22, 'A').slice(0, 22) as Uuid
}

/** Topics by name and number of partitions; all in one rack, or none. */
export class TestTopics implements GroupTopics {
  readonly version: number
  readonly #topics: Readonly<Record<string, number>>

  constructor(topics: Readonly<Record<string, number>> = {}, version = 1) {
    this.#topics = topics
    this.version = version
  }

  byName(name: string): GroupTopic | undefined {
    const partitionCount = this.#topics[name]
    if (partitionCount === undefined) return undefined
    return { name, id: idOf(name), partitionCount, racksOfPartition: () => [] }
  }

  byId(id: Uuid): GroupTopic | undefined {
    const name = Object.keys(this.#topics).find(topic => idOf(topic) === id)
    return name === undefined ? undefined : this.byName(name)
  }

  names(): string[] {
    return Object.keys(this.#topics)
  }
}
