import type { Clock, Random } from '../../ports.ts'
import type { FetchPartitions } from './fetch-partition.ts'

/** A session is safe from less valuable ones for this long after its last use. Kafka's constant. */
const evictionMs = 120_000

/** Says that a request or response belongs to no session. */
export const NO_SESSION_ID = 0

/** What a client of incremental fetches is known to want (KIP-227). */
export interface FetchSession {
  readonly id: number
  /** Followers are. */
  readonly isPrivileged: boolean
  readonly usesTopicIds: boolean
  readonly createdAtMs: number
  lastUsedAtMs: number
  /** The epoch the next request has to carry. */
  epoch: number
  readonly partitions: FetchPartitions
}

/** Kafka's `FetchMetadata.nextEpoch`: 0 asks for a session, so it is skipped when the epoch wraps. */
export function nextSessionEpoch(epoch: number): number {
  return epoch === 0x7fffffff ? 1 : epoch + 1
}

/**
 * The sessions of one broker, at most `slotsMax` (`max.incremental.fetch.session.cache.slots`). When it is full a new
 * session takes the place of one unused for two minutes, or else of a less valuable one: sessions of consumers go
 * before those of followers, small ones before large ones (KIP-227).
 */
export class FetchSessionCache {
  readonly #clock: Clock
  readonly #random: Random
  readonly #slotsMax: number
  /** Least recently used first. */
  readonly #sessions = new Map<number, FetchSession>()

  constructor(clock: Clock, random: Random, slotsMax: number) {
    this.#clock = clock
    this.#random = random
    this.#slotsMax = slotsMax
  }

  get size(): number {
    return this.#sessions.size
  }

  get(id: number): FetchSession | undefined {
    return this.#sessions.get(id)
  }

  remove(id: number): boolean {
    return this.#sessions.delete(id)
  }

  touch(session: FetchSession): void {
    session.lastUsedAtMs = this.#clock.monotonicMs()
    this.#sessions.delete(session.id)
    this.#sessions.set(session.id, session)
  }

  /** The new session's id, or `NO_SESSION_ID` if there is no room for it. */
  create(partitions: FetchPartitions, isPrivileged: boolean, usesTopicIds: boolean): number {
    const nowMs = this.#clock.monotonicMs()
    if (this.#sessions.size >= this.#slotsMax && !this.#evictFor(isPrivileged, partitions.size, nowMs)) {
      return NO_SESSION_ID
    }
    const session: FetchSession = {
      id: this.#newId(),
      isPrivileged,
      usesTopicIds,
      createdAtMs: nowMs,
      lastUsedAtMs: nowMs,
      epoch: 1,
      partitions,
    }
    this.#sessions.set(session.id, session)
    return session.id
  }

  #newId(): number {
    for (;;) {
      const id = this.#random.uint32() & 0x7fffffff
      if (id !== NO_SESSION_ID && !this.#sessions.has(id)) return id
    }
  }

  #evictFor(isPrivileged: boolean, size: number, nowMs: number): boolean {
    const stalest = this.#sessions.values().next().value
    if (stalest === undefined) return false
    if (nowMs - stalest.lastUsedAtMs > evictionMs) return this.#sessions.delete(stalest.id)
    let least: FetchSession | undefined
    for (const session of this.#sessions.values()) {
      // A newcomer must not push out what has had no time to prove useful, unless it is a follower and that is not.
      const isYoung = session.lastUsedAtMs - session.createdAtMs <= evictionMs
      if (isYoung && !(isPrivileged && !session.isPrivileged)) continue
      if (least === undefined || isLessValuable(session, least)) least = session
    }
    if (least === undefined) return false
    const isWorthIt = isPrivileged === least.isPrivileged ? size > least.partitions.size : isPrivileged
    return isWorthIt && this.#sessions.delete(least.id)
  }
}

function isLessValuable(one: FetchSession, other: FetchSession): boolean {
  if (one.isPrivileged !== other.isPrivileged) return other.isPrivileged
  if (one.partitions.size !== other.partitions.size) return one.partitions.size < other.partitions.size
  return one.id < other.id
}
