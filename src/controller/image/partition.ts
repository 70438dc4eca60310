import { DirectoryId, type Uuid } from '../../protocol/uuid.ts'
import { partitionRecordVersion } from '../feature-levels.ts'
import { type MetadataMessage, type MetadataRecord, metadataRecord } from '../metadata-record.ts'

/** No broker leads the partition (`LeaderConstants.NO_LEADER`). */
export const NO_LEADER = -1
/** In a PartitionChangeRecord: the leader stays, and with it the leader epoch. */
export const NO_LEADER_CHANGE = -2

/** KIP-704: a leader elected from outside the in-sync replicas recovers before it may extend the ISR. */
export const LeaderRecoveryState = { RECOVERED: 0, RECOVERING: 1 } as const
export type LeaderRecoveryState = (typeof LeaderRecoveryState)[keyof typeof LeaderRecoveryState]
/** In a PartitionChangeRecord. */
export const NO_RECOVERY_STATE_CHANGE = -1

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

/** Where the broker's replica lies; undefined where it has none. */
export function directoryOf({ replicas, directories }: PartitionRegistration, brokerId: number): Uuid | undefined {
  return directories[replicas.indexOf(brokerId)]
}

export function partitionFromRecord(record: MetadataMessage<'PartitionRecord'>): PartitionRegistration {
  return {
    replicas: record.replicas,
    // Records from before directory assignment have none.
    directories: record.directories.length > 0 ? record.directories : record.replicas.map(() => DirectoryId.MIGRATING),
    isr: record.isr,
    removingReplicas: record.removingReplicas,
    addingReplicas: record.addingReplicas,
    eligibleLeaderReplicas: record.eligibleLeaderReplicas ?? [],
    lastKnownEligibleLeaderReplicas: record.lastKnownElr ?? [],
    leader: record.leader,
    leaderRecoveryState: record.leaderRecoveryState as LeaderRecoveryState,
    leaderEpoch: record.leaderEpoch,
    partitionEpoch: record.partitionEpoch,
  }
}

/** The leader epoch rises iff the record names a leader, even the same one; the partition epoch rises always. */
export function applyPartitionChange(
  partition: PartitionRegistration,
  change: MetadataMessage<'PartitionChangeRecord'>,
): PartitionRegistration {
  const leaderStays = change.leader === NO_LEADER_CHANGE
  return {
    replicas: change.replicas ?? partition.replicas,
    directories: change.directories ?? partition.directories,
    isr: change.isr ?? partition.isr,
    removingReplicas: change.removingReplicas ?? partition.removingReplicas,
    addingReplicas: change.addingReplicas ?? partition.addingReplicas,
    eligibleLeaderReplicas: change.eligibleLeaderReplicas ?? partition.eligibleLeaderReplicas,
    lastKnownEligibleLeaderReplicas: change.lastKnownElr ?? partition.lastKnownEligibleLeaderReplicas,
    leader: leaderStays ? partition.leader : change.leader,
    leaderRecoveryState:
      change.leaderRecoveryState === NO_RECOVERY_STATE_CHANGE
        ? partition.leaderRecoveryState
        : (change.leaderRecoveryState as LeaderRecoveryState),
    leaderEpoch: leaderStays ? partition.leaderEpoch : partition.leaderEpoch + 1,
    partitionEpoch: partition.partitionEpoch + 1,
  }
}

export function withoutEligibleLeaderReplicas(partition: PartitionRegistration): PartitionRegistration {
  return {
    ...partition,
    eligibleLeaderReplicas: [],
    lastKnownEligibleLeaderReplicas: [],
    partitionEpoch: partition.partitionEpoch + 1,
  }
}

export function partitionToRecord(
  partition: PartitionRegistration,
  topicId: Uuid,
  partitionId: number,
  metadataVersion: number,
): MetadataRecord {
  const version = partitionRecordVersion(metadataVersion)
  return metadataRecord('PartitionRecord', version, {
    partitionId,
    topicId,
    replicas: partition.replicas,
    isr: partition.isr,
    removingReplicas: partition.removingReplicas,
    addingReplicas: partition.addingReplicas,
    leader: partition.leader,
    leaderRecoveryState: partition.leaderRecoveryState,
    leaderEpoch: partition.leaderEpoch,
    partitionEpoch: partition.partitionEpoch,
    directories: version >= 1 ? partition.directories : [],
    eligibleLeaderReplicas: version >= 2 ? nullIfEmpty(partition.eligibleLeaderReplicas) : null,
    lastKnownElr: version >= 2 ? nullIfEmpty(partition.lastKnownEligibleLeaderReplicas) : null,
  })
}

function nullIfEmpty(ids: readonly number[]): readonly number[] | null {
  return ids.length === 0 ? null : ids
}
