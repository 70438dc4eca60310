import type { Instant } from '../../coordinator/instant.ts'
import { fewestSlots, slotsForOneMore, timelineHashMapOrder } from '../../coordinator/java-string-hash.ts'
import type { Uuid } from '../../protocol/uuid.ts'
import type { TopicPartitions } from '../assignors/assignor.ts'
import { type ConsumerGroupMember, isReconciledTo } from './consumer-group-member.ts'
import type { ResolvedRegularExpression } from './consumer-group-records.ts'
import type { ConsumerGroupState } from './consumer-group-state.ts'
import { NameCounts } from './name-counts.ts'
import { PartitionOwners } from './partition-owners.ts'
import { Subscriptions } from './subscriptions.ts'
import { TargetAssignment } from './target-assignment.ts'

/** When the group's topics must be looked at again: after a time, or when that group epoch was never written. */
interface MetadataRefresh {
  readonly dueMs: number
  readonly groupEpoch: number
}

const refreshNow: MetadataRefresh = { dueMs: Number.NEGATIVE_INFINITY, groupEpoch: 0 }

/**
 * A consumer group (KIP-848): members say what they subscribe to, the coordinator computes a target assignment, and
 * each member is taken to it step by step. All that is here but the time of the next metadata refresh is what replaying
 * its records yields.
 */
export class ConsumerGroup {
  readonly type = 'consumer'
  readonly groupId: string
  readonly subscriptions = new Subscriptions()
  readonly target = new TargetAssignment()
  readonly owners = new PartitionOwners()
  readonly classicProtocols = new NameCounts()
  /** Members that ask for a server-side assignor, by its name. */
  readonly serverAssignors = new NameCounts()
  metadataHash = 0n
  /** Of brokers before 4.1; to be deleted. */
  hasPartitionMetadataRecord = false
  readonly #members = new Map<string, ConsumerGroupMember>()
  readonly #staticMembers = new Map<string, string>()
  #groupEpoch = 1
  /** Of Kafka's table of members. */
  #memberSlots = fewestSlots
  #metadataRefresh = refreshNow
  #classicMemberCount = 0
  /** So that a heartbeat need not ask every member what the group's state is. */
  #reconciledMemberCount = 0

  constructor(groupId: string) {
    this.groupId = groupId
  }

  get members(): ReadonlyMap<string, ConsumerGroupMember> {
    return this.#members
  }

  get groupEpoch(): number {
    return this.#groupEpoch
  }

  get assignmentEpoch(): number {
    return this.target.epoch
  }

  get classicMemberCount(): number {
    return this.#classicMemberCount
  }

  get isEmpty(): boolean {
    return this.#members.size === 0
  }

  get state(): ConsumerGroupState {
    if (this.isEmpty) return 'Empty'
    if (this.#groupEpoch > this.assignmentEpoch) return 'Assigning'
    return this.#reconciledMemberCount === this.#members.size ? 'Stable' : 'Reconciling'
  }

  member(memberId: string): ConsumerGroupMember | undefined {
    return this.#members.get(memberId)
  }

  staticMemberId(instanceId: string | null): string | undefined {
    return instanceId === null ? undefined : this.#staticMembers.get(instanceId)
  }

  staticMember(instanceId: string | null): ConsumerGroupMember | undefined {
    const memberId = this.staticMemberId(instanceId)
    return memberId === undefined ? undefined : this.#members.get(memberId)
  }

  isSubscribedTo(topic: string): boolean {
    return this.subscriptions.topics.has(topic)
  }

  /** In the order in which Kafka walks them: it decides ties of assignors. */
  memberIdsInOrder(): string[] {
    return timelineHashMapOrder([...this.#members.keys()], this.#memberSlots)
  }

  /** Of a static member that of whoever holds its place. */
  targetOf({ memberId, instanceId }: ConsumerGroupMember): TopicPartitions {
    return this.target.of(instanceId === null ? memberId : (this.staticMemberId(instanceId) ?? ''))
  }

  /** Whether all members but these speak the classic protocol. */
  isClassicBut(members: ReadonlySet<ConsumerGroupMember>): boolean {
    let classicCount = this.#classicMemberCount
    for (const member of members) if (member.classic !== null) classicCount--
    return classicCount === this.#members.size - members.size
  }

  /** Whether the member waits for partitions of which at least one is still owned by another. */
  isWaitingForPartitions(member: ConsumerGroupMember): boolean {
    for (const [topicId, partitions] of this.target.of(member.memberId)) {
      const assigned = member.assignedPartitions.get(topicId)
      for (const partition of partitions) {
        if (assigned?.has(partition) !== true && this.owners.epochOf(topicId, partition) !== -1) return true
      }
    }
    return false
  }

  ownerEpoch(topicId: Uuid, partition: number): number {
    return this.owners.epochOf(topicId, partition)
  }

  needsMetadataRefresh(now: Instant): boolean {
    return now.monotonicMs >= this.#metadataRefresh.dueMs || this.#groupEpoch < this.#metadataRefresh.groupEpoch
  }

  scheduleMetadataRefresh(dueMs: number, groupEpoch: number): void {
    this.#metadataRefresh = { dueMs, groupEpoch }
  }

  requestMetadataRefresh(): void {
    this.#metadataRefresh = refreshNow
  }

  setGroupEpoch(epoch: number, metadataHash: bigint): void {
    this.#groupEpoch = epoch
    this.metadataHash = metadataHash
  }

  setAssignmentEpoch(epoch: number, timestampMs: number): void {
    this.target.setEpoch(epoch, timestampMs)
    this.#reconciledMemberCount = 0
    for (const member of this.#members.values()) if (isReconciledTo(member, epoch)) this.#reconciledMemberCount++
  }

  updateMember(member: ConsumerGroupMember): void {
    const old = this.#members.get(member.memberId) ?? null
    this.#memberSlots = slotsForOneMore(this.#memberSlots, this.#members.size)
    this.#members.set(member.memberId, member)
    this.#count(old, member)
    this.owners.replace(old, member)
    if (member.instanceId !== null) this.#staticMembers.set(member.instanceId, member.memberId)
  }

  removeMember(memberId: string): void {
    const old = this.#members.get(memberId)
    if (old === undefined) return
    this.#members.delete(memberId)
    this.#count(old, null)
    this.owners.replace(old, null)
    if (old.instanceId !== null) this.#staticMembers.delete(old.instanceId)
  }

  setResolvedRegularExpression(regex: string, resolved: ResolvedRegularExpression | null): void {
    this.subscriptions.setResolved(regex, resolved)
  }

  #count(old: ConsumerGroupMember | null, member: ConsumerGroupMember | null): void {
    this.subscriptions.replace(old, member)
    this.serverAssignors.replace(assignorNames(old), assignorNames(member))
    this.classicProtocols.replace(protocolNames(old), protocolNames(member))
    const { assignmentEpoch } = this
    if (old !== null) {
      if (old.classic !== null) this.#classicMemberCount--
      if (isReconciledTo(old, assignmentEpoch)) this.#reconciledMemberCount--
    }
    if (member !== null) {
      if (member.classic !== null) this.#classicMemberCount++
      if (isReconciledTo(member, assignmentEpoch)) this.#reconciledMemberCount++
    }
  }
}

export function assignorNames(member: ConsumerGroupMember | null): readonly string[] {
  return member === null || member.serverAssignorName === null ? [] : [member.serverAssignorName]
}

function protocolNames(member: ConsumerGroupMember | null): readonly string[] {
  return member?.classic?.supportedProtocols.map(({ name }) => name) ?? []
}
