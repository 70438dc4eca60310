import type { Uuid } from '../protocol/uuid.ts'
import { partitionRecordVersion } from './feature-levels.ts'
import {
  LeaderRecoveryState,
  NO_LEADER,
  NO_LEADER_CHANGE,
  NO_RECOVERY_STATE_CHANGE,
  type PartitionRegistration,
} from './image/partition.ts'
import { type MetadataRecord, metadataRecord } from './metadata-record.ts'

export interface PartitionChangeOptions {
  readonly topicId: Uuid
  readonly partitionId: number
  readonly partition: PartitionRegistration
  /** The in-sync replicas that are to be; the leader elected may change them once more. */
  readonly targetIsr: readonly number[]
  /** Where the replicas are to lie; as they do where it is left out. */
  readonly targetDirectories?: readonly Uuid[]
  /** Whether a broker may lead: active, or about to be. */
  readonly isAcceptableLeader: (brokerId: number) => boolean
  /** `unclean.leader.election.enable` */
  readonly allowUncleanElection: boolean
  readonly isElrEnabled: boolean
  /** `min.insync.replicas`, at most the number of replicas. */
  readonly minInsyncReplicas: number
  /** A broker that came back without proof of a clean stop: what it had not flushed may be lost. */
  readonly uncleanShutdownReplica?: number
  readonly metadataVersion: number
}

interface Election {
  readonly leader: number
  readonly isr: readonly number[]
  readonly eligibleLeaderReplicas: readonly number[]
  readonly isUnclean: boolean
}

/**
 * The record that brings one partition to its new ISR and elects a leader where it must; undefined where nothing
 * changes. Kafka's PartitionChangeBuilder, without reassignment.
 *
 * A leader is, in this order: the present one while it is in the ISR; a replica in the ISR; with an empty ISR, an
 * eligible leader replica (KIP-966); with neither, the last known leader; any replica, if unclean elections are
 * allowed. The last two may have lost records: the leader then starts alone, as RECOVERING (KIP-704).
 */
export function partitionChange(options: PartitionChangeOptions): MetadataRecord | undefined {
  const { partition, isElrEnabled } = options
  const election = elect(options, eligibleReplicas(options))
  const leaderChanges = election.leader !== partition.leader
  const isr = sameIds(election.isr, partition.isr) || (election.isr.length === 0 && !isElrEnabled) ? null : election.isr
  const eligible = isElrEnabled ? election.eligibleLeaderReplicas : []
  const becomesRecovering =
    election.isUnclean && leaderChanges && partition.leaderRecoveryState !== LeaderRecoveryState.RECOVERING
  const change = {
    partitionId: options.partitionId,
    topicId: options.topicId,
    isr,
    leader: leaderChanges ? election.leader : NO_LEADER_CHANGE,
    replicas: null,
    removingReplicas: null,
    addingReplicas: null,
    leaderRecoveryState: becomesRecovering ? LeaderRecoveryState.RECOVERING : NO_RECOVERY_STATE_CHANGE,
    directories: changedDirectories(options),
    eligibleLeaderReplicas: sameIds(eligible, partition.eligibleLeaderReplicas) ? null : eligible,
    lastKnownElr: isElrEnabled && leaderChanges ? lastKnownLeader(partition, election.leader) : null,
  }
  const isNoChange =
    !leaderChanges &&
    change.isr === null &&
    change.directories === null &&
    change.eligibleLeaderReplicas === null &&
    change.lastKnownElr === null
  if (isNoChange) return undefined
  return metadataRecord('PartitionChangeRecord', partitionRecordVersion(options.metadataVersion), change)
}

/** The replicas outside the target ISR that are known to hold every committed record. */
function eligibleReplicas(options: PartitionChangeOptions): readonly number[] {
  const { partition, targetIsr, isElrEnabled, minInsyncReplicas, uncleanShutdownReplica } = options
  // Where the feature has been turned off, those from before may still be elected, and are forgotten then.
  if (!isElrEnabled) return partition.eligibleLeaderReplicas
  // An ISR of min.insync.replicas has every committed record, and needs nobody else.
  if (targetIsr.length >= minInsyncReplicas) return []
  const candidates = new Set([...partition.eligibleLeaderReplicas, ...partition.isr])
  return [...candidates]
    .filter(replica => !targetIsr.includes(replica) && replica !== uncleanShutdownReplica)
    .sort((a, b) => a - b)
}

function elect(options: PartitionChangeOptions, eligible: readonly number[]): Election {
  const { partition, targetIsr, isAcceptableLeader, isElrEnabled } = options
  const isValid = (replica: number) =>
    (targetIsr.includes(replica) || (targetIsr.length === 0 && eligible.includes(replica))) &&
    isAcceptableLeader(replica)
  const clean = isValid(partition.leader) ? partition.leader : partition.replicas.find(isValid)
  if (clean !== undefined) {
    if (clean === partition.leader || !eligible.includes(clean)) {
      return { leader: clean, isr: targetIsr, eligibleLeaderReplicas: eligible, isUnclean: false }
    }
    const others = eligible.filter(replica => replica !== clean)
    return { leader: clean, isr: [clean], eligibleLeaderReplicas: others, isUnclean: false }
  }
  const lastKnown = partition.lastKnownEligibleLeaderReplicas
  const nobodyEligible = isElrEnabled && targetIsr.length === 0 && eligible.length === 0
  const unclean =
    nobodyEligible && lastKnown.length === 1 && isAcceptableLeader(lastKnown[0] as number)
      ? lastKnown[0]
      : options.allowUncleanElection
        ? partition.replicas.find(isAcceptableLeader)
        : undefined
  if (unclean !== undefined) return { leader: unclean, isr: [unclean], eligibleLeaderReplicas: [], isUnclean: true }
  return { leader: NO_LEADER, isr: targetIsr, eligibleLeaderReplicas: eligible, isUnclean: false }
}

/** Kept while a partition has no leader, from the moment it loses it, and dropped with the next leader. */
function lastKnownLeader(partition: PartitionRegistration, leader: number): readonly number[] | null {
  const known = partition.lastKnownEligibleLeaderReplicas
  if (leader === NO_LEADER) return known.length === 0 ? [partition.leader] : null
  return known.length > 0 ? [] : null
}

function changedDirectories({ partition, targetDirectories }: PartitionChangeOptions): readonly Uuid[] | null {
  if (targetDirectories === undefined || sameIds(targetDirectories, partition.directories)) return null
  return targetDirectories
}

function sameIds<Id>(a: readonly Id[], b: readonly Id[]): boolean {
  return a.length === b.length && a.every((id, index) => id === b[index])
}
