import type { Instant } from '../../coordinator/instant.ts'
import { ShardDeadline, type ShardDeadlines } from '../../coordinator/shard-deadlines.ts'
import type { GroupRecord } from '../group-record.ts'
import type { GroupResult } from '../group-result.ts'

/** What a member may run out of. */
export type Patience =
  /** It was not heard of. */
  | 'session'
  /** It did not give up partitions. */
  | 'revocation'
  /** Of the classic protocol: it was told to join again and did not. */
  | 'join'
  /** Of the classic protocol: it joined and did not ask for its assignment. */
  | 'sync'

export interface RunOut {
  readonly groupId: string
  readonly memberId: string
  readonly patience: Patience
  /** With `revocation`: the member epoch it was to leave. */
  readonly memberEpoch: number
}

/** A deadline of a member that is made once and set many times. */
interface MemberTimer {
  readonly deadline: ShardDeadline<GroupRecord>
  memberEpoch: number
}

type TimersOfMember = { [Name in Patience]?: MemberTimer }

/**
 * The deadlines of the members of consumer groups. They are kept by name, not with the member: one may be set before
 * the record that makes the member is replayed, and may outlive it, when it finds nobody and does nothing.
 */
export class MemberTimers {
  readonly #deadlines: ShardDeadlines<GroupRecord>
  readonly #ranOut: (what: RunOut, now: Instant) => GroupResult
  readonly #groups = new Map<string, Map<string, TimersOfMember>>()

  constructor(deadlines: ShardDeadlines<GroupRecord>, ranOut: (what: RunOut, now: Instant) => GroupResult) {
    this.#deadlines = deadlines
    this.#ranOut = ranOut
  }

  /** How many groups have a timer that runs: none is kept of members that are gone. */
  get groupCount(): number {
    return this.#groups.size
  }

  set(groupId: string, memberId: string, patience: Patience, dueMs: number, memberEpoch = -1): void {
    const timer = this.#timer(groupId, memberId, patience)
    timer.memberEpoch = memberEpoch
    this.#deadlines.schedule(timer.deadline, dueMs)
  }

  setIfUnset(groupId: string, memberId: string, patience: Patience, dueMs: number, memberEpoch = -1): void {
    if (!this.isSet(groupId, memberId, patience)) this.set(groupId, memberId, patience, dueMs, memberEpoch)
  }

  isSet(groupId: string, memberId: string, patience: Patience): boolean {
    return this.#groups.get(groupId)?.get(memberId)?.[patience]?.deadline.isScheduled === true
  }

  cancel(groupId: string, memberId: string, patience: Patience): void {
    const timer = this.#groups.get(groupId)?.get(memberId)?.[patience]
    if (timer === undefined) return
    this.#deadlines.cancel(timer.deadline)
    this.#forget(groupId, memberId, patience)
  }

  cancelMember(groupId: string, memberId: string): void {
    const members = this.#groups.get(groupId)
    const timers = members?.get(memberId)
    if (members === undefined || timers === undefined) return
    for (const timer of Object.values(timers)) this.#deadlines.cancel(timer.deadline)
    members.delete(memberId)
    if (members.size === 0) this.#groups.delete(groupId)
  }

  cancelGroup(groupId: string): void {
    for (const memberId of [...(this.#groups.get(groupId)?.keys() ?? [])]) this.cancelMember(groupId, memberId)
  }

  #timer(groupId: string, memberId: string, patience: Patience): MemberTimer {
    let members = this.#groups.get(groupId)
    if (members === undefined) {
      members = new Map()
      this.#groups.set(groupId, members)
    }
    let timers = members.get(memberId)
    if (timers === undefined) {
      timers = {}
      members.set(memberId, timers)
    }
    const known = timers[patience]
    if (known !== undefined) return known
    const timer: MemberTimer = {
      deadline: new ShardDeadline(now => {
        this.#forget(groupId, memberId, patience)
        return this.#ranOut({ groupId, memberId, patience, memberEpoch: timer.memberEpoch }, now)
      }),
      memberEpoch: -1,
    }
    timers[patience] = timer
    return timer
  }

  #forget(groupId: string, memberId: string, patience: Patience): void {
    const members = this.#groups.get(groupId)
    const timers = members?.get(memberId)
    if (members === undefined || timers === undefined) return
    delete timers[patience]
    if (Object.keys(timers).length > 0) return
    members.delete(memberId)
    if (members.size === 0) this.#groups.delete(groupId)
  }
}
