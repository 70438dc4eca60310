import type { OffsetRegister } from './offset-register.ts'

/** Who a member says it is when it commits: by generation, or by member epoch. */
export interface Membership {
  readonly memberId: string
  /** Null for a dynamic member. */
  readonly instanceId: string | null
  readonly generation: number
  /** When the request left that its member id was given for. */
  readonly joinedMs: number
  /** When the answer came that gave it. */
  readonly admittedMs: number
}

/** A group as far as its offsets go. */
export interface CommittingGroup {
  readonly groupId: string
  register(topic: string, partition: number): OffsetRegister
  /** What has to hold if a commit of `partition` is acknowledged; to be called before it is sent. */
  expectCommit(member: Membership, partition: string): () => void
  /** When a request of this member that was lost now has had its effect, or never has one. */
  lostUntilMs(member: Membership): number
  /** What an OffsetFetch has brought. */
  fetched(topic: string, partition: number, offset: number, sentMs: number): void
}
