import type { Uuid } from '../../protocol/uuid.ts'
import { AssignmentDraft } from './assignment-draft.ts'
import {
  type GroupAssignment,
  type GroupSpec,
  type MemberSpec,
  PartitionAssignorError,
  type SubscribedTopicDescriber,
  type TopicPartitions,
} from './assignor.ts'
import { capacityOfCopiedSet, hashOfUuid, hashOrder, partitionOrder } from './java-hash-order.ts'

/**
 * The uniform assignment of a group whose members all subscribe to the same topics: no two members' sizes differ by
 * more than one; then, as few partitions as possible move (`UniformHomogeneousAssignmentBuilder`).
 */
export function assignHomogeneousGroup(group: GroupSpec, topics: SubscribedTopicDescriber): GroupAssignment {
  const subscribed = firstOf(group.members).subscribedTopicIds
  if (subscribed.size === 0) return new Map()
  return new HomogeneousAssignment(group, topics, subscribed).finished()
}

function firstOf(members: ReadonlyMap<string, MemberSpec>): MemberSpec {
  return members.values().next().value!
}

class HomogeneousAssignment {
  readonly #subscribed: ReadonlySet<Uuid>
  readonly #target = new Map<string, TopicPartitions | AssignmentDraft>()
  readonly #unassigned: { readonly topicId: Uuid; readonly partition: number }[] = []
  readonly #unfilled: { readonly memberId: string; readonly quota: number; readonly assignment: TopicPartitions }[] = []
  readonly #quota: number
  /** How many members are still to get one partition more than the quota. */
  #extra: number

  constructor(group: GroupSpec, topics: SubscribedTopicDescriber, subscribed: ReadonlySet<Uuid>) {
    this.#subscribed = subscribed
    let partitionCount = 0
    for (const topicId of hashOrder([...subscribed], hashOfUuid, capacityOfCopiedSet(subscribed.size))) {
      partitionCount += this.#findUnassigned(group, topicId, topics.partitionCount(topicId))
    }
    this.#quota = Math.trunc(partitionCount / group.members.size)
    this.#extra = partitionCount % group.members.size
    let membersLeft = group.members.size
    for (const [memberId, { assignment }] of group.members) this.#keep(memberId, assignment, membersLeft--)
    this.#fill()
  }

  finished(): GroupAssignment {
    const assignment = new Map<string, TopicPartitions>()
    for (const [memberId, partitions] of this.#target) {
      assignment.set(memberId, partitions instanceof AssignmentDraft ? partitions.finished() : partitions)
    }
    return assignment
  }

  #findUnassigned(group: GroupSpec, topicId: Uuid, partitionCount: number): number {
    if (partitionCount === -1) {
      throw new PartitionAssignorError(
        `Members are subscribed to topic ${topicId} which doesn't exist in the topic metadata.`,
      )
    }
    for (let partition = 0; partition < partitionCount; partition++) {
      if (!group.isPartitionAssigned(topicId, partition)) this.#unassigned.push({ topicId, partition })
    }
    return partitionCount
  }

  /** Lets a member keep of its partitions what its quota allows, and notes how many more it may get. */
  #keep(memberId: string, assignment: TopicPartitions, membersLeft: number): void {
    let mayHaveExtra = this.#extra > 0
    let quota = mayHaveExtra ? this.#quota + 1 : this.#quota
    let draft: AssignmentDraft | undefined
    for (const topicId of hashOrder([...assignment.keys()], hashOfUuid)) {
      const partitions = assignment.get(topicId)!
      if (!this.#subscribed.has(topicId)) {
        draft ??= new AssignmentDraft(assignment)
        draft.removeTopic(topicId)
      } else if (partitions.length <= quota) {
        quota -= partitions.length
      } else {
        draft ??= new AssignmentDraft(assignment)
        for (const partition of partitionOrder(partitions, capacityOfCopiedSet(partitions.length)).slice(quota)) {
          draft.remove(topicId, partition)
          this.#unassigned.push({ topicId, partition })
        }
        quota = 0
      }
    }
    // The extra partition is left to others, unless as many are to be given as there are members left.
    if (quota > 0 && mayHaveExtra && membersLeft > this.#extra) {
      quota--
      mayHaveExtra = false
    }
    if (quota > 0) this.#unfilled.push({ memberId, quota, assignment })
    if (mayHaveExtra) this.#extra--
    this.#target.set(memberId, draft ?? assignment)
  }

  #fill(): void {
    let next = 0
    for (const { memberId, quota, assignment } of this.#unfilled) {
      const partitions = this.#unassigned.slice(next, next + quota)
      if (partitions.length === 0) break
      next += partitions.length
      const kept = this.#target.get(memberId)!
      const draft = kept instanceof AssignmentDraft ? kept : new AssignmentDraft(assignment)
      for (const { topicId, partition } of partitions) draft.add(topicId, partition)
      this.#target.set(memberId, draft)
    }
    if (next < this.#unassigned.length) throw new PartitionAssignorError('Partitions were left unassigned')
  }
}
