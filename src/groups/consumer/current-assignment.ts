import { ErrorCode } from '../../protocol/errors.ts'
import type { Uuid } from '../../protocol/uuid.ts'
import type { TopicPartitions } from '../assignors/assignor.ts'
import type { GroupTopics } from '../group-topics.ts'
import { Refusal } from '../refusal.ts'
import type { ConsumerGroupMember } from './consumer-group-member.ts'
import { type EpochedPartitions, noPartitions, type OwnedPartitions } from './epoched-partitions.ts'
import { MemberState } from './member-state.ts'

/** What a member is to be reconciled with. */
export interface Reconciliation {
  readonly target: TopicPartitions
  readonly targetEpoch: number
  /** The topics it subscribes to now, by name and by pattern. */
  readonly subscribedTopics: ReadonlySet<string>
  /** They were others before: what it owns of topics it left is to be given up at once. */
  readonly hasSubscriptionChanged: boolean
  readonly topics: GroupTopics
  /** The member epoch of a partition's owner; -1 for none. */
  readonly ownerEpoch: (topicId: Uuid, partition: number) => number
  /** What the member says it owns; `null` if it does not say. */
  readonly owned: OwnedPartitions | null
}

/**
 * One step of a member towards its target assignment (KIP-848, Kafka's `CurrentAssignmentBuilder`): first it gives up,
 * in its old epoch, what others are to have; then it moves to the new epoch and is given what is free.
 */
export function reconciled(member: ConsumerGroupMember, to: Reconciliation): ConsumerGroupMember | Refusal {
  switch (member.state) {
    case MemberState.STABLE:
      if (member.memberEpoch !== to.targetEpoch) return next(member, to, member.memberEpoch)
      return to.hasSubscriptionChanged ? withoutLeftTopics(member, to) : member
    case MemberState.UNREVOKED_PARTITIONS:
      if (!ownsAnyOf(member.partitionsPendingRevocation, to.owned)) return next(member, to, member.memberEpoch)
      return to.hasSubscriptionChanged ? withoutLeftTopics(member, to) : member
    case MemberState.UNRELEASED_PARTITIONS:
      return next(member, to, member.memberEpoch)
    case MemberState.UNKNOWN:
      if (to.owned === null || to.owned.length > 0) {
        const message =
          'The consumer group member is in a unknown state. The member must abandon all its partitions and rejoin.'
        return new Refusal(ErrorCode.FENCED_MEMBER_EPOCH, message)
      }
      return next(member, to, to.targetEpoch)
    default:
      return member.state satisfies never
  }
}

/** A member that does not say what it owns may own anything. */
function ownsAnyOf(partitions: EpochedPartitions, owned: OwnedPartitions | null): boolean {
  if (owned === null) return true
  return owned.some(({ topicId, partitions: ofTopic }) => {
    const pending = partitions.get(topicId)
    return pending !== undefined && ofTopic.some(partition => pending.has(partition))
  })
}

function isSubscribed(to: Reconciliation, topicId: Uuid): boolean {
  const topic = to.topics.byId(topicId)
  return topic !== undefined && to.subscribedTopics.has(topic.name)
}

/** Of topics it no longer subscribes to everything is to be given up; the rest stays as it is. */
function withoutLeftTopics(member: ConsumerGroupMember, to: Reconciliation): ConsumerGroupMember {
  const assigned = new Map(member.assignedPartitions)
  const revoked = new Map(member.partitionsPendingRevocation)
  for (const [topicId, epochs] of member.assignedPartitions) {
    if (isSubscribed(to, topicId)) continue
    assigned.delete(topicId)
    revoked.set(topicId, new Map([...(revoked.get(topicId) ?? []), ...epochs]))
  }
  if (assigned.size === member.assignedPartitions.size) return member
  const moved = { ...member, previousMemberEpoch: member.memberEpoch, assignedPartitions: assigned }
  if (!ownsAnyOf(revoked, to.owned)) return moved
  return { ...moved, state: MemberState.UNREVOKED_PARTITIONS, partitionsPendingRevocation: revoked }
}

function next(member: ConsumerGroupMember, to: Reconciliation, memberEpoch: number): ConsumerGroupMember {
  const kept = new Map<Uuid, ReadonlyMap<number, number>>()
  const revoked = new Map<Uuid, ReadonlyMap<number, number>>()
  const added = new Map<Uuid, readonly number[]>()
  let isWaiting = false
  for (const topicId of new Set([...to.target.keys(), ...member.assignedPartitions.keys()])) {
    const current = member.assignedPartitions.get(topicId) ?? new Map<number, number>()
    const target = new Set(isSubscribed(to, topicId) ? to.target.get(topicId) : [])
    const keptOfTopic = new Map<number, number>()
    const revokedOfTopic = new Map<number, number>()
    for (const [partition, epoch] of current) {
      if (target.has(partition)) keptOfTopic.set(partition, epoch)
      else revokedOfTopic.set(partition, epoch)
    }
    // What this very member is still giving up is its own to be given back.
    const ownRevoked = member.partitionsPendingRevocation.get(topicId)
    const missing = [...target].filter(partition => !keptOfTopic.has(partition))
    const free = missing.filter(
      partition => to.ownerEpoch(topicId, partition) === -1 || ownRevoked?.has(partition) === true,
    )
    if (free.length < missing.length) isWaiting = true
    if (keptOfTopic.size > 0) kept.set(topicId, keptOfTopic)
    if (revokedOfTopic.size > 0) revoked.set(topicId, revokedOfTopic)
    if (free.length > 0) added.set(topicId, free)
  }
  if (revoked.size > 0 && ownsAnyOf(revoked, to.owned)) {
    return {
      ...member,
      state: MemberState.UNREVOKED_PARTITIONS,
      memberEpoch,
      previousMemberEpoch: member.memberEpoch,
      assignedPartitions: kept,
      partitionsPendingRevocation: revoked,
    }
  }
  for (const [topicId, partitions] of added) {
    const epochs = new Map(kept.get(topicId))
    for (const partition of partitions) epochs.set(partition, to.targetEpoch)
    kept.set(topicId, epochs)
  }
  return {
    ...member,
    state: isWaiting ? MemberState.UNRELEASED_PARTITIONS : MemberState.STABLE,
    memberEpoch: to.targetEpoch,
    previousMemberEpoch: member.memberEpoch,
    assignedPartitions: kept,
    partitionsPendingRevocation: noPartitions,
  }
}
