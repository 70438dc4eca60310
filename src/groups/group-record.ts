import type { Uuid } from '../protocol/uuid.ts'
import type { ConsumerGroupRecord } from './consumer/consumer-group-records.ts'

/** A committed offset, as `__consumer_offsets` holds it. */
export interface CommittedOffset {
  readonly offset: bigint
  /** -1: none. */
  readonly leaderEpoch: number
  readonly metadata: string
  readonly commitTimestampMs: number
  /** -1: as long as the group keeps its offsets. Set by commits of version 4 and before alone. */
  readonly expireTimestampMs: number
  /** The zero UUID in records of brokers before 4.1, and for commits in a transaction. */
  readonly topicId: Uuid
}

export interface RecordedMember {
  readonly memberId: string
  readonly groupInstanceId: string | null
  readonly clientId: string
  readonly clientHost: string
  readonly rebalanceTimeoutMs: number
  readonly sessionTimeoutMs: number
  /** Its metadata for the group's protocol. */
  readonly subscription: Uint8Array
  readonly assignment: Uint8Array
}

/** A classic group at the end of a rebalance. */
export interface RecordedGroup {
  /** Empty for a simple group. */
  readonly protocolType: string
  readonly generationId: number
  readonly protocolName: string | null
  readonly leaderId: string | null
  /** -1 in records of value version 0 and 1. */
  readonly stateSinceMs: number
  readonly members: readonly RecordedMember[]
}

/** A record of `__consumer_offsets`; without a value it is a tombstone. */
export type GroupRecord =
  | {
      readonly kind: 'offset-commit'
      readonly groupId: string
      readonly topic: string
      readonly partition: number
      readonly value: CommittedOffset | null
    }
  | { readonly kind: 'group-metadata'; readonly groupId: string; readonly value: RecordedGroup | null }
  | ConsumerGroupRecord

export function offsetTombstone(groupId: string, topic: string, partition: number): GroupRecord {
  return { kind: 'offset-commit', groupId, topic, partition, value: null }
}

export function groupTombstone(groupId: string): GroupRecord {
  return { kind: 'group-metadata', groupId, value: null }
}
