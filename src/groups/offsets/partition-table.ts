/** Something for each (group, topic, partition) that has it; what becomes empty goes. */
export class PartitionTable<Value> {
  readonly #groups = new Map<string, Map<string, Map<number, Value>>>()
  /** The groups that have something for a topic: whoever deletes one need not look at all the others. */
  readonly #groupsOfTopic = new Map<string, Set<string>>()

  ofGroup(groupId: string): ReadonlyMap<string, ReadonlyMap<number, Value>> | undefined {
    return this.#groups.get(groupId)
  }

  /** Every (group, partition) that has something for the topic. */
  *ofTopic(topic: string): Generator<[groupId: string, partition: number, value: Value]> {
    for (const groupId of this.#groupsOfTopic.get(topic) ?? []) {
      for (const [partition, value] of this.#groups.get(groupId)?.get(topic) ?? []) yield [groupId, partition, value]
    }
  }

  get(groupId: string, topic: string, partition: number): Value | undefined {
    return this.#groups.get(groupId)?.get(topic)?.get(partition)
  }

  set(groupId: string, topic: string, partition: number, value: Value): void {
    let topics = this.#groups.get(groupId)
    if (topics === undefined) {
      topics = new Map()
      this.#groups.set(groupId, topics)
    }
    let partitions = topics.get(topic)
    if (partitions === undefined) {
      partitions = new Map()
      topics.set(topic, partitions)
      const groupIds = this.#groupsOfTopic.get(topic)
      if (groupIds === undefined) this.#groupsOfTopic.set(topic, new Set([groupId]))
      else groupIds.add(groupId)
    }
    partitions.set(partition, value)
  }

  delete(groupId: string, topic: string, partition: number): void {
    const topics = this.#groups.get(groupId)
    const partitions = topics?.get(topic)
    if (topics === undefined || partitions === undefined) return
    partitions.delete(partition)
    if (partitions.size > 0) return
    topics.delete(topic)
    if (topics.size === 0) this.#groups.delete(groupId)
    const groupIds = this.#groupsOfTopic.get(topic)
    groupIds?.delete(groupId)
    if (groupIds?.size === 0) this.#groupsOfTopic.delete(topic)
  }

  *[Symbol.iterator](): Generator<[groupId: string, topic: string, partition: number, value: Value]> {
    for (const [groupId, topics] of this.#groups) {
      for (const [topic, partitions] of topics) {
        for (const [partition, value] of partitions) yield [groupId, topic, partition, value]
      }
    }
  }
}
