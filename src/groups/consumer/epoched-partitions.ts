import type { Uuid } from '../../protocol/uuid.ts'

/** What a member owns: by topic the partitions, each with the epoch in which it was assigned (KIP-1251). */
export type EpochedPartitions = ReadonlyMap<Uuid, ReadonlyMap<number, number>>

export const noPartitions: EpochedPartitions = new Map()

export function areEqualPartitions(a: EpochedPartitions, b: EpochedPartitions): boolean {
  if (a === b) return true
  if (a.size !== b.size) return false
  for (const [topicId, ofA] of a) {
    const ofB = b.get(topicId)
    if (ofB === undefined || ofA.size !== ofB.size) return false
    for (const [partition, epoch] of ofA) if (ofB.get(partition) !== epoch) return false
  }
  return true
}

/** As a request names them. */
export type OwnedPartitions = readonly { readonly topicId: Uuid; readonly partitions: readonly number[] }[]

/** As answers and records list them: ascending. */
export function partitionsByTopic(partitions: EpochedPartitions): { topicId: Uuid; partitions: number[] }[] {
  return Array.from(partitions, ([topicId, epochs]) => ({ topicId, partitions: sortedKeys(epochs) }))
}

export function sortedKeys(epochs: ReadonlyMap<number, unknown>): number[] {
  return [...epochs.keys()].sort((a, b) => a - b)
}
