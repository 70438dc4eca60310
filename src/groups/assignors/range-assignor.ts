import type { Uuid } from '../../protocol/uuid.ts'
import {
  type GroupAssignment,
  type GroupSpec,
  type MemberSpec,
  type PartitionAssignor,
  PartitionAssignorError,
  type SubscribedTopicDescriber,
  type TopicPartitions,
} from './assignor.ts'

/**
 * Gives each member one run of partitions of each topic it subscribes to, in the order of the members. Where all
 * subscribe to the same topics and these have the same number of partitions, a member gets the same numbers of each,
 * so that it can join them. Racks do not count (`RangeAssignor`).
 */
export const rangeAssignor: PartitionAssignor = {
  name: 'range',
  assign(group: GroupSpec, topics: SubscribedTopicDescriber): GroupAssignment {
    const members = [...group.members].sort(compareMembers)
    const ranges = rangesOf(members, topics)
    const assignment = new Map<string, TopicPartitions>()
    for (const [memberId, { subscribedTopicIds }] of members) {
      const partitions = new Map<Uuid, readonly number[]>()
      for (const topicId of subscribedTopicIds) {
        const range = ranges.get(topicId)!.next()
        if (range.length > 0) partitions.set(topicId, range)
      }
      assignment.set(memberId, partitions)
    }
    return assignment
  },
}

type Member = readonly [memberId: string, MemberSpec]

/** Static members come first, by instance id: unlike a member id it outlives a restart, and so does their place. */
function compareMembers([memberId, { instanceId }]: Member, [otherId, other]: Member): number {
  if (instanceId !== null && other.instanceId !== null) return compareText(instanceId, other.instanceId)
  if (instanceId !== null) return -1
  if (other.instanceId !== null) return 1
  return compareText(memberId, otherId)
}

/** `String.compareTo`: by UTF-16 units, as JavaScript compares. */
function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}

function rangesOf(members: readonly Member[], topics: SubscribedTopicDescriber): Map<Uuid, TopicRanges> {
  const subscribers = new Map<Uuid, number>()
  for (const [, { subscribedTopicIds }] of members) {
    for (const topicId of subscribedTopicIds) subscribers.set(topicId, (subscribers.get(topicId) ?? 0) + 1)
  }
  const ranges = new Map<Uuid, TopicRanges>()
  for (const [topicId, memberCount] of subscribers) {
    const partitionCount = topics.partitionCount(topicId)
    if (partitionCount === -1) throw new PartitionAssignorError('Member is subscribed to a non-existent topic')
    ranges.set(topicId, new TopicRanges(partitionCount, memberCount))
  }
  return ranges
}

/** The partitions of a topic in as many runs as it has subscribers; the first ones are longer by one where need be. */
class TopicRanges {
  readonly #quota: number
  #longerRanges: number
  #start = 0

  constructor(partitionCount: number, memberCount: number) {
    this.#quota = Math.trunc(partitionCount / memberCount)
    this.#longerRanges = partitionCount % memberCount
  }

  next(): readonly number[] {
    const start = this.#start
    const length = this.#longerRanges-- > 0 ? this.#quota + 1 : this.#quota
    this.#start += length
    return Array.from({ length }, (_, index) => start + index)
  }
}
