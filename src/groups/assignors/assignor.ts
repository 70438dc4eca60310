import type { Uuid } from '../../protocol/uuid.ts'

/** Partitions by topic id, without doubles. Topics without partitions are left out. */
export type TopicPartitions = ReadonlyMap<Uuid, readonly number[]>

/** What an assignor may know of one member (KIP-848's `MemberSubscription` and `MemberAssignment`). */
export interface MemberSpec {
  readonly rackId: string | null
  /** Set for a static member. */
  readonly instanceId: string | null
  /** Only topics that exist. */
  readonly subscribedTopicIds: ReadonlySet<Uuid>
  /** Its target assignment so far; a static member that returns has its predecessor's. */
  readonly assignment: TopicPartitions
}

/**
 * Homogeneous: all members subscribe to the same topics, and their `subscribedTopicIds` are equal. What is told here
 * is what the group's records say of its subscriptions.
 */
export type SubscriptionType = 'homogeneous' | 'heterogeneous'

/** Kafka's `GroupSpec`. */
export interface GroupSpec {
  /** In the order of Kafka's `HashMap`: it decides the ties that Kafka leaves to it. */
  readonly members: ReadonlyMap<string, MemberSpec>
  readonly subscriptionType: SubscriptionType
  /** Whether the target assignment so far gives the partition to anybody, be it to a member that has gone. */
  isPartitionAssigned(topicId: Uuid, partition: number): boolean
  /** Whether it may be assigned: always but in share groups, where it must be initialized first. */
  isPartitionAssignable(topicId: Uuid, partition: number): boolean
}

/** Kafka's `SubscribedTopicDescriber`. */
export interface SubscribedTopicDescriber {
  /** -1: there is no such topic. */
  partitionCount(topicId: Uuid): number
  /** The racks of the partition's replicas; empty where none is known. */
  racksOfPartition(topicId: Uuid, partition: number): ReadonlySet<string>
}

/** By member id. A member that is left out is assigned nothing. */
export type GroupAssignment = ReadonlyMap<string, TopicPartitions>

/** A server-side assignor: a pure function of what it is told. */
export interface PartitionAssignor {
  /** As clients ask for it and `group.consumer.assignors` lists it. */
  readonly name: string
  assign(group: GroupSpec, topics: SubscribedTopicDescriber): GroupAssignment
}

/** No assignment could be computed (Kafka's `PartitionAssignorException`): the request fails, the group stays as it is. */
export class PartitionAssignorError extends Error {
  override readonly name = 'PartitionAssignorError'
  readonly code = 'PARTITION_ASSIGNOR'
}
