/** A partition by name, as requests of transactions have it. */
export interface TopicPartition {
  readonly topic: string
  readonly partition: number
}

/** The partitions of a transaction: topic to indexes, in the order in which they were added. Immutable. */
export type TransactionPartitions = ReadonlyMap<string, ReadonlySet<number>>

export const noPartitions: TransactionPartitions = new Map()

export function containsAll(partitions: TransactionPartitions, wanted: readonly TopicPartition[]): boolean {
  return wanted.every(({ topic, partition }) => partitions.get(topic)?.has(partition) === true)
}

export function withPartitions(
  partitions: TransactionPartitions,
  added: readonly TopicPartition[],
): TransactionPartitions {
  const all = new Map(partitions)
  const grown = new Map<string, Set<number>>()
  for (const { topic, partition } of added) {
    let indexes = grown.get(topic)
    if (indexes === undefined) {
      indexes = new Set(partitions.get(topic))
      grown.set(topic, indexes)
      all.set(topic, indexes)
    }
    indexes.add(partition)
  }
  return all
}

export function partitionList(partitions: TransactionPartitions): TopicPartition[] {
  const list: TopicPartition[] = []
  for (const [topic, indexes] of partitions) for (const partition of indexes) list.push({ topic, partition })
  return list
}
