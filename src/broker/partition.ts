import type {
  AppendAccepted,
  AppendOutcome,
  AppendRejected,
  LeaderAppendOptions,
  PartitionLog,
} from '../log/partition-log.ts'
import type { VerificationGuard } from '../log/transaction-verification.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { type LeaderTerm, PartitionReplication } from '../replication/partition-replication.ts'
import type { Deadlines } from '../timers/deadlines.ts'

/** Told what becomes of a partition, while it is watched. */
export interface PartitionWatcher {
  /** More of the log may be read. */
  advanced(): void
  /** It is led here no more: deleted, given up, or its directory failed. Comes once, and last. */
  ended(): void
}

interface CommitWaiter {
  /** Satisfied when the high watermark is at least this. */
  readonly requiredOffset: number
  settle(errorCode: number): void
}

/**
 * A partition that has a replica here: its log, its replication state, and who waits for either. Kafka's `Partition`.
 *
 * The log tells when its end moves, the replication machine says what is committed by that, and the log learns the
 * high watermark before anyone is woken.
 */
export class Partition {
  #log: PartitionLog
  readonly #replication: PartitionReplication
  readonly #watchers = new Set<PartitionWatcher>()
  #commitWaiters: CommitWaiter[] = []
  /** Where appends begin that `flush.messages` may bring to the disk: nothing of them is committed until then. */
  readonly #unflushed = new Set<{ readonly fromOffset: number }>()
  /** What a request gets from now on; 0 while the partition is led here. */
  #endedWith: number = ErrorCode.NOT_LEADER_OR_FOLLOWER

  constructor(localReplicaId: number, log: PartitionLog) {
    this.#log = log
    this.#replication = new PartitionReplication(localReplicaId, log.highWatermark)
    log.listener = { logEndOffsetMoved: () => this.#logEndMoved() }
  }

  /** Another one from the turn on in which the partition has moved to another directory. */
  get log(): PartitionLog {
    return this.#log
  }

  /** `log` has taken over what the one before held, and its listener. */
  moved(log: PartitionLog): void {
    this.#log = log
    this.#logEndMoved()
  }

  /** -1 where it is not led here. */
  get leaderEpoch(): number {
    return this.#replication.leaderEpoch
  }

  /** Records below it may not be committed yet although the leader before had committed them. */
  get isHighWatermarkBehindEpochStart(): boolean {
    return this.#replication.epochStartOffset > this.#replication.highWatermark
  }

  get highWatermark(): number {
    return this.#replication.highWatermark
  }

  /** Why nothing can be read or written: NOT_LEADER_OR_FOLLOWER, KAFKA_STORAGE_ERROR, UNKNOWN_TOPIC_OR_PARTITION; or 0. */
  get errorCode(): number {
    // Whatever metadata makes of the failure afterwards: the client is to know that it was the disk.
    const isGone = this.#endedWith === ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    return this.log.isOffline && !isGone ? ErrorCode.KAFKA_STORAGE_ERROR : this.#endedWith
  }

  /** As `errorCode`, for a client that says which leader epoch it knows (-1: none). */
  errorCodeAt(currentLeaderEpoch: number): number {
    const errorCode = this.errorCode
    if (errorCode !== 0 || currentLeaderEpoch === -1 || currentLeaderEpoch === this.leaderEpoch) return errorCode
    return currentLeaderEpoch < this.leaderEpoch ? ErrorCode.FENCED_LEADER_EPOCH : ErrorCode.UNKNOWN_LEADER_EPOCH
  }

  /** Why an append with acks=all would be refused now; 0 if it would not be. */
  get appendErrorCode(): number {
    if (this.errorCode !== 0) return this.errorCode
    return this.#replication.hasEnoughReplicas ? 0 : ErrorCode.NOT_ENOUGH_REPLICAS
  }

  becameLeader(term: LeaderTerm): void {
    const isNewEpoch = term.leaderEpoch !== this.leaderEpoch
    const startOffset = this.log.nextOffset
    this.#endedWith = 0
    if (isNewEpoch) this.log.assignEpochStartOffset(term.leaderEpoch, startOffset)
    this.#settleAdvance(this.#replication.becameLeader(term, this.log.logEndOffset))
  }

  /** Another broker leads, the directory failed, or the topic is gone: `errorCode` says which to those who wait. */
  ended(errorCode: number): void {
    if (this.#endedWith !== 0) return
    this.#endedWith = errorCode
    this.#replication.resigned()
    const waiters = this.#commitWaiters
    this.#commitWaiters = []
    for (const waiter of waiters) waiter.settle(errorCode)
    const watchers = [...this.#watchers]
    this.#watchers.clear()
    for (const watcher of watchers) watcher.ended()
  }

  watch(watcher: PartitionWatcher): void {
    this.#watchers.add(watcher)
  }

  unwatch(watcher: PartitionWatcher): void {
    this.#watchers.delete(watcher)
  }

  /** Appends what a producer sent; where all replicas have to have it, not without enough of them. */
  produce(
    records: Uint8Array,
    needsAllReplicas: boolean,
    verificationGuard?: VerificationGuard,
  ): AppendOutcome | Promise<AppendOutcome> {
    const refusal = this.#refusal(needsAllReplicas)
    if (refusal !== undefined) return refusal
    return this.#onceFlushed(() => this.log.produce(records, { leaderEpoch: this.leaderEpoch, verificationGuard }))
  }

  /** Appends this node's own records, as acks=all. */
  appendAsLeader(
    records: Uint8Array,
    options: Omit<LeaderAppendOptions, 'leaderEpoch'>,
  ): AppendAccepted | AppendRejected {
    const refusal = this.#refusal(true)
    if (refusal !== undefined) return refusal
    return this.#onceFlushed(() => this.log.appendAsLeader(records, { ...options, leaderEpoch: this.leaderEpoch }))
  }

  /** Whether every in-sync replica has the records below `offset`. */
  isCommitted(offset: number): boolean {
    return this.#replication.highWatermark >= offset
  }

  /** 0 once the records below `offset` are committed; REQUEST_TIMED_OUT, or the error with which the partition ends. */
  whenCommitted(offset: number, timeoutMs: number, deadlines: Deadlines): Promise<number> {
    return new Promise(resolve => {
      const deadline = deadlines.after(timeoutMs, () => {
        this.#commitWaiters = this.#commitWaiters.filter(other => other !== waiter)
        resolve(ErrorCode.REQUEST_TIMED_OUT)
      })
      const waiter = {
        requiredOffset: offset,
        settle(errorCode: number) {
          deadline.cancel()
          resolve(errorCode)
        },
      }
      this.#commitWaiters.push(waiter)
    })
  }

  /**
   * Kafka flushes for `flush.messages` within the append, before the high watermark moves: here the append goes on
   * meanwhile, and what it brings is not committed until it is flushed.
   */
  #onceFlushed<Outcome extends AppendOutcome | Promise<AppendOutcome>>(append: () => Outcome): Outcome {
    if (this.log.config.flushMessages >= Number.MAX_SAFE_INTEGER) return append()
    const hold = { fromOffset: this.log.nextOffset }
    this.#unflushed.add(hold)
    const release = () => {
      this.#unflushed.delete(hold)
      this.#logEndMoved()
    }
    const decided = (outcome: AppendOutcome) => {
      // What fails to be written or flushed takes its directory offline, and is never committed.
      if ('written' in outcome && outcome.written !== undefined) outcome.written.then(release, () => undefined)
      else release()
    }
    const outcome = append()
    if (outcome instanceof Promise) outcome.then(decided, release)
    else decided(outcome)
    return outcome
  }

  #logEndMoved(): void {
    let endOffset = this.log.logEndOffset
    for (const { fromOffset } of this.#unflushed) endOffset = Math.min(endOffset, fromOffset)
    this.#settleAdvance(this.#replication.appended(endOffset))
  }

  #refusal(needsAllReplicas: boolean): AppendRejected | undefined {
    const errorCode = needsAllReplicas ? this.appendErrorCode : this.errorCode
    if (errorCode === 0) return undefined
    const knowsLogStart = errorCode === ErrorCode.NOT_ENOUGH_REPLICAS
    return {
      errorCode,
      errorMessage: '',
      isReported: false,
      recordErrors: [],
      logStartOffset: knowsLogStart ? this.log.logStartOffset : -1,
    }
  }

  #settleAdvance(advanced: boolean): void {
    if (!advanced) return
    const highWatermark = this.#replication.highWatermark
    this.log.updateHighWatermark(highWatermark)
    if (this.#commitWaiters.length > 0) {
      const settled = this.#commitWaiters.filter(waiter => waiter.requiredOffset <= highWatermark)
      this.#commitWaiters = this.#commitWaiters.filter(waiter => waiter.requiredOffset > highWatermark)
      const errorCode = this.#replication.hasEnoughReplicas ? 0 : ErrorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND
      for (const waiter of settled) waiter.settle(errorCode)
    }
    for (const watcher of this.#watchers) watcher.advanced()
  }
}
