import type { ShardDeadline } from '../../coordinator/shard-deadlines.ts'
import type { GroupRecord } from '../group-record.ts'
import type { JoinGroupAnswer, SyncGroupAnswer, SyncGroupResponse } from './answers.ts'

/** One way of assigning partitions that a member knows, with what the leader must be told about the member. */
export interface GroupProtocol {
  readonly name: string
  readonly metadata: Uint8Array
}

export interface ClassicGroupMemberOptions {
  readonly memberId: string
  /** Set for a static member (KIP-345): it keeps its place in the group across restarts. */
  readonly groupInstanceId: string | null
  readonly clientId: string
  readonly clientHost: string
  readonly rebalanceTimeoutMs: number
  readonly sessionTimeoutMs: number
  readonly protocolType: string
  /** In the member's order of preference. */
  readonly protocols: readonly GroupProtocol[]
  readonly assignment?: Uint8Array
}

export const emptyAssignment = new Uint8Array(0)

/** One member of a classic group. At most one JoinGroup and one SyncGroup of it are parked here. */
export class ClassicGroupMember {
  readonly memberId: string
  readonly groupInstanceId: string | null
  readonly clientId: string
  readonly clientHost: string
  readonly protocolType: string
  rebalanceTimeoutMs: number
  sessionTimeoutMs: number
  protocols: readonly GroupProtocol[]
  assignment: Uint8Array
  /** It was added by a JoinGroup that is not answered yet: nobody could send its heartbeats. */
  isNew = false
  /** Ends its session. */
  readonly session: ShardDeadline<GroupRecord>
  awaitingJoin: JoinGroupAnswer | null = null
  #awaitingSync: SyncGroupAnswer | null = null

  constructor(options: ClassicGroupMemberOptions, session: ShardDeadline<GroupRecord>) {
    this.memberId = options.memberId
    this.groupInstanceId = options.groupInstanceId
    this.clientId = options.clientId
    this.clientHost = options.clientHost
    this.protocolType = options.protocolType
    this.rebalanceTimeoutMs = options.rebalanceTimeoutMs
    this.sessionTimeoutMs = options.sessionTimeoutMs
    this.protocols = options.protocols
    this.assignment = options.assignment ?? emptyAssignment
    this.session = session
  }

  get isAwaitingJoin(): boolean {
    return this.awaitingJoin !== null
  }

  /** A member with a parked request cannot send heartbeats and needs none, unless it is new: its client may be gone. */
  get hasSatisfiedHeartbeat(): boolean {
    return !this.isNew && (this.isAwaitingJoin || this.#awaitingSync !== null)
  }

  awaitSync(answer: SyncGroupAnswer): void {
    this.#awaitingSync = answer
  }

  /** Whether a SyncGroup was parked. */
  answerSync(response: SyncGroupResponse): boolean {
    const answer = this.#awaitingSync
    this.#awaitingSync = null
    answer?.(response)
    return answer !== null
  }

  supports(protocolName: string): boolean {
    return this.protocols.some(protocol => protocol.name === protocolName)
  }

  metadata(protocolName: string): Uint8Array | undefined {
    return this.protocols.find(protocol => protocol.name === protocolName)?.metadata
  }

  /** Whether it would join with exactly what it already said: same names, same metadata, same order. */
  matches(protocols: readonly GroupProtocol[]): boolean {
    return (
      protocols.length === this.protocols.length &&
      protocols.every((protocol, index) => {
        const mine = this.protocols[index]!
        return mine.name === protocol.name && areEqual(mine.metadata, protocol.metadata)
      })
    )
  }
}

function areEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false
  return true
}
