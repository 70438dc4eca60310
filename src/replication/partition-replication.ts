/**
 * One partition as its leader sees it: who is in sync, and up to where every one of them has the records.
 *
 * | event           | not leading          | leading                                                   |
 * |-----------------|----------------------|-----------------------------------------------------------|
 * | `becameLeader`  | leads in the epoch   | a newer epoch: followers' offsets are forgotten           |
 * |                 |                      | the same epoch: replicas and ISR change                   |
 * | `resigned`      | –                    | nothing is committed any more, the high watermark stays   |
 * | `appended`      | a bug                | the log grew                                              |
 * | `fetched`       | ignored              | a follower has everything below the offset it asks for    |
 *
 * The high watermark never goes back while the partition lives.
 */

/** A partition's state in the metadata log, as far as replication goes. */
export interface LeaderTerm {
  readonly leaderEpoch: number
  readonly replicas: readonly number[]
  readonly isr: readonly number[]
  /** `min.insync.replicas`; more than there are replicas counts as all of them, as in Kafka. */
  readonly minInSyncReplicas: number
}

export class PartitionReplication {
  readonly #localReplicaId: number
  readonly #followerEndOffsets = new Map<number, number>()
  #term: LeaderTerm | undefined
  #epochStartOffset = -1
  #logEndOffset = 0
  #highWatermark: number

  /** `highWatermark` is what was known of it when the log was opened. */
  constructor(localReplicaId: number, highWatermark: number) {
    this.#localReplicaId = localReplicaId
    this.#highWatermark = highWatermark
  }

  get isLeader(): boolean {
    return this.#term !== undefined
  }

  /** -1 where the partition is not led here. */
  get leaderEpoch(): number {
    return this.#term?.leaderEpoch ?? -1
  }

  /** Where the log ended when this leader epoch began. */
  get epochStartOffset(): number {
    return this.#epochStartOffset
  }

  /** Every offset below it is on all in-sync replicas. */
  get highWatermark(): number {
    return this.#highWatermark
  }

  /** Whether acks=all can be granted now: NOT_ENOUGH_REPLICAS otherwise. */
  get hasEnoughReplicas(): boolean {
    const term = this.#term
    return term !== undefined && term.isr.length >= Math.min(term.minInSyncReplicas, term.replicas.length)
  }

  /** Returns whether the high watermark advanced. */
  becameLeader(term: LeaderTerm, logEndOffset: number): boolean {
    if (term.leaderEpoch !== this.leaderEpoch) {
      this.#followerEndOffsets.clear()
      this.#epochStartOffset = logEndOffset
    }
    this.#term = term
    this.#logEndOffset = logEndOffset
    return this.#advance()
  }

  resigned(): void {
    this.#term = undefined
    this.#followerEndOffsets.clear()
  }

  /** The records below `logEndOffset` are in the local log. Returns whether the high watermark advanced. */
  appended(logEndOffset: number): boolean {
    this.#logEndOffset = logEndOffset
    return this.#advance()
  }

  /** Returns whether the high watermark advanced. */
  fetched(replicaId: number, fetchOffset: number): boolean {
    if (this.#term?.replicas.includes(replicaId) !== true || replicaId === this.#localReplicaId) return false
    this.#followerEndOffsets.set(replicaId, fetchOffset)
    return this.#advance()
  }

  #advance(): boolean {
    // KIP-966: what fewer than min.insync.replicas hold is not committed, so that an eligible leader has all of it.
    if (this.#term === undefined || !this.hasEnoughReplicas) return false
    let committed = this.#logEndOffset
    for (const replicaId of this.#term.isr) {
      if (replicaId === this.#localReplicaId) continue
      committed = Math.min(committed, this.#followerEndOffsets.get(replicaId) ?? -1)
    }
    if (committed <= this.#highWatermark) return false
    this.#highWatermark = committed
    return true
  }
}
