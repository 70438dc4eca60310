import { assert } from '../../assertion.ts'

/** What must survive a restart: Kafka's `quorum-state`. −1 stands for nobody. */
export interface ElectionState {
  readonly leaderId: number
  readonly leaderEpoch: number
  readonly votedId: number
}

export type RaftEvent =
  /** First of all. `state` is what was persisted last; the log ends at `logEndOffset`, its last epoch is `logEndEpoch`. */
  | {
      readonly type: 'started'
      readonly state: ElectionState | undefined
      readonly logEndOffset: number
      readonly logEndEpoch: number
    }
  /** The last `persist` is on stable storage. */
  | { readonly type: 'persisted'; readonly state: ElectionState }
  /** The log is on stable storage up to `endOffset`. */
  | { readonly type: 'flushed'; readonly endOffset: number }
  | { readonly type: 'shutdown' }

/** Carried out in this order by the driver. An effect that needs another to be durable first comes with a later event. */
export interface RaftEffects {
  /** To be written and synced; then `persisted` is due. Nothing that follows from it is said before. */
  readonly persist?: ElectionState
  /** Lead `epoch`: append its LeaderChange batch, the first of the epoch. */
  readonly lead?: { readonly epoch: number }
  /** Everything below is committed. */
  readonly highWatermark?: number
}

type RaftState =
  | { readonly name: 'unattached'; readonly epoch: number }
  | { readonly name: 'candidate'; readonly epoch: number }
  | { readonly name: 'elected'; readonly epoch: number }
  | { readonly name: 'leader'; readonly epoch: number; readonly epochStartOffset: number }
  | { readonly name: 'resigned'; readonly epoch: number }

const nothing: RaftEffects = {}

/**
 * KRaft's election and commit rules for a quorum of one voter.
 *
 *   unattached ── started ──► candidate ── vote persisted ──► elected ── leadership persisted ──► leader ── shutdown ──► resigned
 *
 * Its own vote is a majority, but only from stable storage: a node that forgot having led an epoch would lead it twice.
 * A restart therefore always begins a new epoch, above every epoch that was persisted or stands in the log.
 * A batch is committed once it is on stable storage and the epoch's own first batch is (Raft §5.4.2).
 */
export class Raft {
  readonly #nodeId: number
  #state: RaftState = { name: 'unattached', epoch: 0 }
  #logEndOffset = 0
  #highWatermark = -1

  constructor(nodeId: number) {
    this.#nodeId = nodeId
  }

  get epoch(): number {
    return this.#state.epoch
  }

  /** −1 where none is known. */
  get leaderId(): number {
    return this.#state.name === 'leader' ? this.#nodeId : -1
  }

  /** −1 while unknown. */
  get highWatermark(): number {
    return this.#highWatermark
  }

  step(event: RaftEvent): RaftEffects {
    switch (event.type) {
      case 'started': {
        assert(this.#state.name === 'unattached', 'raft is started twice')
        const epoch = Math.max(event.state?.leaderEpoch ?? 0, event.logEndEpoch, 0) + 1
        this.#state = { name: 'candidate', epoch }
        this.#logEndOffset = event.logEndOffset
        return { persist: { leaderId: -1, leaderEpoch: epoch, votedId: this.#nodeId } }
      }
      case 'persisted':
        return this.#persisted(event.state)
      case 'flushed':
        return this.#flushed(event.endOffset)
      case 'shutdown':
        this.#state = { name: 'resigned', epoch: this.#state.epoch }
        return nothing
    }
  }

  #persisted(state: ElectionState): RaftEffects {
    assert(state.leaderEpoch === this.#state.epoch, 'an election state of another epoch was persisted')
    const { epoch } = this.#state
    switch (this.#state.name) {
      case 'candidate':
        assert(state.votedId === this.#nodeId, 'the vote was not persisted')
        this.#state = { name: 'elected', epoch }
        return { persist: { leaderId: this.#nodeId, leaderEpoch: epoch, votedId: -1 } }
      case 'elected':
        assert(state.leaderId === this.#nodeId, 'the leadership was not persisted')
        this.#state = { name: 'leader', epoch, epochStartOffset: this.#logEndOffset }
        return { lead: { epoch } }
      default:
        return nothing
    }
  }

  #flushed(endOffset: number): RaftEffects {
    if (this.#state.name !== 'leader' || endOffset <= this.#state.epochStartOffset) return nothing
    if (endOffset <= this.#highWatermark) return nothing
    this.#highWatermark = endOffset
    return { highWatermark: endOffset }
  }
}
