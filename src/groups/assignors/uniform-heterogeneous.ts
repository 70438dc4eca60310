import type { Uuid } from '../../protocol/uuid.ts'
import { AssignmentDraft } from './assignment-draft.ts'
import {
  type GroupAssignment,
  type GroupSpec,
  PartitionAssignorError,
  type SubscribedTopicDescriber,
  type TopicPartitions,
} from './assignor.ts'
import { compareUuids } from './java-hash-order.ts'
import { MemberLevels } from './member-levels.ts'

/**
 * How often all topics are looked at again. One pass does where the subscribers of a topic subscribe to the same
 * others; where subscriptions overlap, each pass about halves what is left to balance.
 */
const passesMax = 16

const nobody = -1

interface Topic {
  readonly topicId: Uuid
  /** The owner of each partition, by the member's index. */
  readonly owners: Int32Array
  /** Indices of members, ascending. */
  readonly subscribers: number[]
}

/**
 * The uniform assignment of a group whose members subscribe to different topics: as balanced as subscriptions allow,
 * within `passesMax`; then, as few partitions as possible move (`UniformHeterogeneousAssignmentBuilder`).
 */
export function assignHeterogeneousGroup(group: GroupSpec, topics: SubscribedTopicDescriber): GroupAssignment {
  const assignment = new HeterogeneousAssignment(group, topics)
  if (assignment.topics.length === 0) return new Map()
  assignment.keepSubscribed()
  assignment.assignUnassigned()
  assignment.balance()
  return assignment.finished()
}

class HeterogeneousAssignment {
  /** Those first that give their subscribers most to do. */
  readonly topics: readonly Topic[]
  readonly #byId: ReadonlyMap<Uuid, Topic>
  readonly #group: GroupSpec
  readonly #drafts: (AssignmentDraft | undefined)[]
  readonly #current: readonly TopicPartitions[]
  /** How many partitions each member has. */
  readonly #sizes: Int32Array
  readonly #levels: MemberLevels

  constructor(group: GroupSpec, topics: SubscribedTopicDescriber) {
    this.#group = group
    this.#current = Array.from(group.members.values(), member => member.assignment)
    this.#drafts = this.#current.map(() => undefined)
    this.#sizes = new Int32Array(group.members.size)
    this.#levels = new MemberLevels(this.#sizes)
    this.#byId = subscribedTopics(group, topics)
    this.topics = [...this.#byId.values()].sort(compareTopics)
  }

  /** Takes away what a member does not subscribe to any more. */
  keepSubscribed(): void {
    let member = 0
    for (const { assignment, subscribedTopicIds } of this.#group.members.values()) {
      for (const [topicId, partitions] of assignment) {
        if (subscribedTopicIds.has(topicId)) {
          this.#sizes[member] = this.#sizes[member]! + partitions.length
          const { owners } = this.#byId.get(topicId)!
          for (const partition of partitions) owners[partition] = member
        } else {
          this.#draftOf(member).removeTopic(topicId)
        }
      }
      member++
    }
  }

  assignUnassigned(): void {
    for (const topic of this.topics) {
      if (!topic.owners.includes(nobody)) continue
      this.#levels.begin(topic.subscribers)
      topic.owners.forEach((owner, partition) => {
        if (owner === nobody) this.#assign(topic, partition, this.#levels.nextLeastLoaded())
      })
    }
  }

  /** Moves partitions until a pass over all topics moves none. */
  balance(): void {
    const topics = this.topics.filter(topic => topic.subscribers.length >= 2)
    let lastMoved = -1
    for (let pass = 0; pass < passesMax; pass++) {
      for (let index = 0; index < topics.length; index++) {
        if (index === lastMoved) return
        const hasMoved = this.#balanceTopic(topics[index]!)
        if (hasMoved || lastMoved === -1) lastMoved = index
      }
    }
  }

  finished(): GroupAssignment {
    const assignment = new Map<string, TopicPartitions>()
    let member = 0
    for (const memberId of this.#group.members.keys()) {
      assignment.set(memberId, this.#drafts[member]?.finished() ?? this.#current[member]!)
      member++
    }
    return assignment
  }

  /** Moves partitions of a topic from those of its subscribers who have most to those who have least. */
  #balanceTopic(topic: Topic): boolean {
    if (this.#levels.begin(topic.subscribers) <= 1) return false
    const partitionsOf = partitionsByOwner(topic.owners)
    let hasMoved = false
    for (;;) {
      const from = this.#nextGiver(partitionsOf)
      if (from === undefined) return hasMoved
      const partition = from.pop()!
      const to = this.#levels.nextLeastLoaded()
      if (this.#levels.isBalanced) return hasMoved
      this.#assign(topic, partition, to)
      hasMoved = true
    }
  }

  /** What the most loaded member that has partitions of the topic has of them. */
  #nextGiver(partitionsOf: ReadonlyMap<number, number[]>): number[] | undefined {
    for (;;) {
      const member = this.#levels.nextMostLoaded()
      if (member === nobody) return undefined
      const partitions = partitionsOf.get(member)
      if (partitions !== undefined && partitions.length > 0) return partitions
      this.#levels.excludeMostLoaded()
    }
  }

  #assign({ topicId, owners, subscribers }: Topic, partition: number, member: number): void {
    const owner = owners[partition]!
    if (owner !== nobody) {
      this.#draftOf(owner).remove(topicId, partition)
      this.#sizes[owner] = this.#sizes[owner]! - 1
    }
    const share = Math.ceil(owners.length / subscribers.length)
    this.#draftOf(member).add(topicId, partition, Math.trunc(share / 0.75) + 1)
    owners[partition] = member
    this.#sizes[member] = this.#sizes[member]! + 1
  }

  #draftOf(member: number): AssignmentDraft {
    const draft = this.#drafts[member] ?? new AssignmentDraft(this.#current[member]!)
    this.#drafts[member] = draft
    return draft
  }
}

function subscribedTopics(group: GroupSpec, topics: SubscribedTopicDescriber): Map<Uuid, Topic> {
  const byId = new Map<Uuid, Topic>()
  let member = 0
  for (const { subscribedTopicIds } of group.members.values()) {
    for (const topicId of subscribedTopicIds) {
      const topic = byId.get(topicId) ?? newTopic(topicId, topics.partitionCount(topicId))
      topic.subscribers.push(member)
      byId.set(topicId, topic)
    }
    member++
  }
  return byId
}

function newTopic(topicId: Uuid, partitionCount: number): Topic {
  if (partitionCount === -1) {
    throw new PartitionAssignorError(
      `Members are subscribed to topic ${topicId} which doesn't exist in the topic metadata.`,
    )
  }
  return { topicId, owners: new Int32Array(partitionCount).fill(nobody), subscribers: [] }
}

/** By partitions per subscriber, most first; then by subscribers, fewest first; then by id. */
function compareTopics(one: Topic, other: Topic): number {
  return (
    other.owners.length / other.subscribers.length - one.owners.length / one.subscribers.length ||
    one.subscribers.length - other.subscribers.length ||
    compareUuids(one.topicId, other.topicId)
  )
}

/** Ascending for each owner. */
function partitionsByOwner(owners: Int32Array): Map<number, number[]> {
  const partitionsOf = new Map<number, number[]>()
  owners.forEach((owner, partition) => {
    const partitions = partitionsOf.get(owner)
    if (partitions === undefined) partitionsOf.set(owner, [partition])
    else partitions.push(partition)
  })
  return partitionsOf
}
