import type { Uuid } from '../../protocol/uuid.ts'

/** No broker leads the partition (`LeaderConstants.NO_LEADER`). */
export const NO_LEADER = -1

/** KIP-704: a leader elected from outside the in-sync replicas recovers before it may extend the ISR. */
export const LeaderRecoveryState = { RECOVERED: 0, RECOVERING: 1 } as const
export type LeaderRecoveryState = (typeof LeaderRecoveryState)[keyof typeof LeaderRecoveryState]

/** One partition as the metadata log has it: an immutable value, replaced whole by each change. */
export interface PartitionRegistration {
  /** Broker ids in preference order: the first is the preferred leader. */
  readonly replicas: readonly number[]
  /** The log directory of each replica, by the replica's position in `replicas` (KIP-858). */
  readonly directories: readonly Uuid[]
  readonly isr: readonly number[]
  readonly removingReplicas: readonly number[]
  readonly addingReplicas: readonly number[]
  /** KIP-966: replicas outside the ISR that are still known to hold every committed record. */
  readonly eligibleLeaderReplicas: readonly number[]
  readonly lastKnownEligibleLeaderReplicas: readonly number[]
  /** Broker id, or `NO_LEADER`. */
  readonly leader: number
  readonly leaderRecoveryState: LeaderRecoveryState
  readonly leaderEpoch: number
  readonly partitionEpoch: number
}
