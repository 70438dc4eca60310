import type { GroupProtocol } from '../classic/classic-group-member.ts'
import { areEqualPartitions, type EpochedPartitions, noPartitions } from './epoched-partitions.ts'
import { joiningEpoch, leftEpoch, MemberState } from './member-state.ts'

/** What a member is known by while it still speaks the classic protocol. */
export interface ClassicMemberMetadata {
  readonly sessionTimeoutMs: number
  /** In the member's order of preference. */
  readonly supportedProtocols: readonly GroupProtocol[]
}

/** One member of a consumer group: an immutable value, put together from two records. */
export interface ConsumerGroupMember {
  readonly memberId: string
  /** Set for a static member. */
  readonly instanceId: string | null
  readonly rackId: string | null
  readonly rebalanceTimeoutMs: number
  readonly clientId: string
  readonly clientHost: string
  readonly subscribedTopicNames: ReadonlySet<string>
  /** Null or empty: none. */
  readonly subscribedTopicRegex: string | null
  readonly serverAssignorName: string | null
  /** Set while it speaks the classic protocol. */
  readonly classic: ClassicMemberMetadata | null

  readonly memberEpoch: number
  /** The one before: its answer may have been lost. */
  readonly previousMemberEpoch: number
  readonly state: MemberState
  readonly assignedPartitions: EpochedPartitions
  /** What it is to give up and has not. */
  readonly partitionsPendingRevocation: EpochedPartitions
}

export function newMember(memberId: string): ConsumerGroupMember {
  return {
    memberId,
    instanceId: null,
    rackId: null,
    rebalanceTimeoutMs: -1,
    clientId: '',
    clientHost: '',
    subscribedTopicNames: new Set(),
    subscribedTopicRegex: '',
    serverAssignorName: null,
    classic: null,
    memberEpoch: joiningEpoch,
    previousMemberEpoch: leftEpoch,
    state: MemberState.STABLE,
    assignedPartitions: noPartitions,
    partitionsPendingRevocation: noPartitions,
  }
}

export function isReconciledTo(member: ConsumerGroupMember, assignmentEpoch: number): boolean {
  return member.state === MemberState.STABLE && member.memberEpoch === assignmentEpoch
}

/** `null` where it subscribes by none. */
export function regexOf(member: ConsumerGroupMember | null): string | null {
  const regex = member?.subscribedTopicRegex ?? null
  return regex === '' ? null : regex
}

/** The protocol it is told to have been chosen: a classic member of a consumer group has its own first choice. */
export function chosenProtocol(classic: ClassicMemberMetadata): GroupProtocol | undefined {
  return classic.supportedProtocols[0]
}

export function areEqualMembers(a: ConsumerGroupMember, b: ConsumerGroupMember): boolean {
  return hasSameMetadata(a, b) && hasSameAssignment(a, b)
}

/** Whether the record of who it is and what it subscribes to says the same. */
function hasSameMetadata(a: ConsumerGroupMember, b: ConsumerGroupMember): boolean {
  return (
    a.memberId === b.memberId &&
    a.instanceId === b.instanceId &&
    a.rackId === b.rackId &&
    a.rebalanceTimeoutMs === b.rebalanceTimeoutMs &&
    a.clientId === b.clientId &&
    a.clientHost === b.clientHost &&
    a.subscribedTopicRegex === b.subscribedTopicRegex &&
    a.serverAssignorName === b.serverAssignorName &&
    areEqualSets(a.subscribedTopicNames, b.subscribedTopicNames) &&
    areEqualClassic(a.classic, b.classic)
  )
}

function hasSameAssignment(a: ConsumerGroupMember, b: ConsumerGroupMember): boolean {
  return (
    a.memberEpoch === b.memberEpoch &&
    a.previousMemberEpoch === b.previousMemberEpoch &&
    a.state === b.state &&
    areEqualPartitions(a.assignedPartitions, b.assignedPartitions) &&
    areEqualPartitions(a.partitionsPendingRevocation, b.partitionsPendingRevocation)
  )
}

export function areEqualSets(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  if (a === b) return true
  if (a.size !== b.size) return false
  for (const value of a) if (!b.has(value)) return false
  return true
}

function areEqualClassic(a: ClassicMemberMetadata | null, b: ClassicMemberMetadata | null): boolean {
  if (a === b) return true
  if (a === null || b === null || a.sessionTimeoutMs !== b.sessionTimeoutMs) return false
  if (a.supportedProtocols.length !== b.supportedProtocols.length) return false
  return a.supportedProtocols.every((protocol, index) => {
    const other = b.supportedProtocols[index]!
    return protocol.name === other.name && areEqualBytes(protocol.metadata, other.metadata)
  })
}

function areEqualBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index])
}
