import assert from 'node:assert/strict'
import type { ConsumerGroupHeartbeat } from '../../../../src/protocol/apis/consumer-group-heartbeat.ts'
import type { LeaveGroup } from '../../../../src/protocol/apis/leave-group.ts'
import type { OffsetCommit } from '../../../../src/protocol/apis/offset-commit.ts'
import type { OffsetFetch } from '../../../../src/protocol/apis/offset-fetch.ts'
import type { SyncGroup } from '../../../../src/protocol/apis/sync-group.ts'
import { ConsumerProtocolAssignment } from '../../../../src/protocol/consumer-protocol/consumer-protocol-assignment.ts'
import { ErrorCode } from '../../../../src/protocol/errors.ts'
import type { RequestOf, ResponseOf } from '../../../../src/protocol/schema/api.ts'
import { CommittedOffsets } from './committed-offsets.ts'
import type { GroupListener } from './wire-tap.ts'

/** A member of the new protocol, as its coordinator must see it. */
interface Held {
  /** What it was assigned last. */
  assigned: ReadonlySet<number>
  /** That, and what it has yet to give back. */
  held: Set<number>
  heardMs: number
}

/** Who has been silent for so long may have been dropped: sessions last eight seconds (`target.ts`). */
const silenceMs = 7_000

/** What members may do that is no fault of their coordinator. */
export interface Habits {
  /** They may read, and so commit, again what they have committed. */
  readonly repeats?: boolean
  /** They commit after a rebalance what they had read before it, having been told already where to go on. */
  readonly commitsLate?: boolean
}

/**
 * Who owns which partition of the group's one topic, from what passes between members and coordinator. Faults are
 * gathered, for the test to find: a partition with two owners in one generation, or assigned to one member before
 * another has given it back; a commit that is accepted of a generation that is over; a committed offset that goes back,
 * and one that is not the one that was committed.
 */
export class Ownership implements GroupListener {
  readonly faults: string[] = []
  readonly #groupId: string
  readonly #habits: Habits
  readonly #generations = new Map<number, Map<string, readonly number[]>>()
  /** Who has left its classic group. */
  readonly #left = new Set<string>()
  readonly #members = new Map<string, Held>()
  /** How far each partition was committed. */
  readonly #committed = new CommittedOffsets()
  /** `member partition offset` of each. */
  readonly #committedBy = new Set<string>()
  /** By partition, the offsets committed by members that did not own it: some clients do, and coordinators let them. */
  readonly #strays = new Map<number, number[]>()

  constructor(groupId: string, habits: Habits = {}) {
    this.#groupId = groupId
    this.#habits = habits
  }

  /** Whether so many members share so many partitions, with nothing left to hand over. */
  isSettled(members: number, partitions: number): boolean {
    const shares = this.#members.size > 0 ? this.#sharesOfMembers() : this.#sharesOfLastGeneration()
    if (shares === undefined || shares.length !== members) return false
    const owned = shares.flat().sort((one, other) => one - other)
    return owned.length === partitions && owned.every((partition, index) => partition === index)
  }

  committedOffset(partition: number): number {
    return this.#committed.lastOf(partition)
  }

  /** Whether a member was told to go on from this offset. */
  wasTold(partition: number, offset: number): boolean {
    return this.#committed.wasTold(partition, offset)
  }

  /** Whether this member's commit of this offset was accepted. */
  hasCommitted(memberId: string, partition: number, offset: number): boolean {
    return this.#committedBy.has(`${memberId} ${partition} ${offset}`)
  }

  /** Whether records between these offsets were committed by a member that had handed the partition over. */
  hasStrayCommit(partition: number, after: number, until: number): boolean {
    return this.#strays.get(partition)?.some(offset => offset > after && offset <= until) ?? false
  }

  get lastGeneration(): number {
    return Math.max(-1, ...this.#generations.keys())
  }

  synced(request: RequestOf<typeof SyncGroup>, response: ResponseOf<typeof SyncGroup>): void {
    if (request.groupId !== this.#groupId || response.errorCode !== ErrorCode.NONE) return
    const { generationId } = request
    // A static member that comes back has another id in the same generation.
    const memberId = request.groupInstanceId ?? request.memberId
    const partitions = partitionsOf(response.assignment)
    const members = this.#generations.get(generationId) ?? new Map<string, readonly number[]>()
    this.#generations.set(generationId, members)
    for (const [other, owned] of members) {
      if (other === memberId) continue
      for (const partition of owned) {
        if (partitions.includes(partition)) this.#fault(`${partition} has two owners in generation ${generationId}`)
      }
    }
    members.set(memberId, partitions)
  }

  /** A generation that a member has left is about to end, however many members have joined instead. */
  leaveSent(request: RequestOf<typeof LeaveGroup>): void {
    if (request.groupId !== this.#groupId) return
    for (const { memberId } of [request, ...request.members]) this.#left.add(memberId)
  }

  heartbeatSent(request: RequestOf<typeof ConsumerGroupHeartbeat>): void {
    if (request.groupId !== this.#groupId) return
    const { memberId, memberEpoch, topicPartitions } = request
    if (memberEpoch < 0) this.#members.delete(memberId)
    const member = this.#members.get(memberId)
    if (member === undefined) return
    member.heardMs = performance.now()
    if (topicPartitions === null) return
    const owned = new Set(topicPartitions.flatMap(({ partitions }) => partitions))
    const kept = [...member.held].filter(partition => owned.has(partition))
    member.held = new Set([...member.assigned, ...kept])
  }

  heartbeatAnswered(
    request: RequestOf<typeof ConsumerGroupHeartbeat>,
    response: ResponseOf<typeof ConsumerGroupHeartbeat>,
  ): void {
    if (request.groupId !== this.#groupId) return
    const memberId = response.memberId ?? request.memberId
    if (response.errorCode !== ErrorCode.NONE) {
      const isGone = ([ErrorCode.FENCED_MEMBER_EPOCH, ErrorCode.UNKNOWN_MEMBER_ID] as number[]).includes(
        response.errorCode,
      )
      if (isGone) this.#members.delete(memberId)
      return
    }
    if (request.memberEpoch === 0) {
      this.#members.set(memberId, { assigned: new Set(), held: new Set(), heardMs: performance.now() })
    }
    const member = this.#members.get(memberId)
    // Without one this answers a heartbeat that was under way when the member left.
    if (member === undefined || response.assignment === null) return
    member.assigned = new Set(response.assignment.topicPartitions.flatMap(({ partitions }) => partitions))
    for (const [other, { held }] of this.#membersHeard()) {
      if (other === memberId) continue
      for (const partition of member.assigned) {
        if (!held.has(partition)) continue
        this.#fault(`${partition} was assigned to ${memberId} in epoch ${response.memberEpoch} while ${other} holds it`)
      }
    }
    member.held = new Set([...member.held, ...member.assigned])
  }

  /** Answers what is to hear of the outcome. */
  commitSent(
    request: RequestOf<typeof OffsetCommit>,
  ): ((response: ResponseOf<typeof OffsetCommit>) => void) | undefined {
    if (request.groupId !== this.#groupId) return undefined
    const generation = request.generationIdOrMemberEpoch
    // Epochs of the new protocol are each member's own.
    const isOver = this.#generations.size > 0 && generation >= 0 && generation < this.lastGeneration
    const commits = request.topics
      .flatMap(({ partitions }) => partitions)
      .map(({ partitionIndex: partition, committedOffset }) => {
        const offset = Number(committedOffset)
        return { partition, offset, answered: this.#committed.commit(partition, offset) }
      })
    return response => {
      const outcomes = response.topics.flatMap(({ partitions }) => partitions)
      for (const { partition, offset, answered } of commits) {
        const before = this.committedOffset(partition)
        const outcome = outcomes.find(({ partitionIndex }) => partitionIndex === partition)
        answered(outcome?.errorCode === ErrorCode.NONE)
        if (outcome?.errorCode !== ErrorCode.NONE) continue
        if (isOver) this.#fault(`${partition}: a commit of generation ${generation} was accepted, which is over`)
        this.#committedBy.add(`${request.memberId} ${partition} ${offset}`)
        if (!this.#owns(request, partition)) {
          this.#strays.set(partition, [...(this.#strays.get(partition) ?? []), offset])
        } else if (offset < before && !this.#mayGoBack(partition, offset)) {
          this.#fault(`${partition}: the committed offset went back from ${before} to ${offset}`)
        }
      }
    }
  }

  /** Answers what is to hear of the answer. */
  fetchSent(request: RequestOf<typeof OffsetFetch>): ((response: ResponseOf<typeof OffsetFetch>) => void) | undefined {
    const groups = [request, ...request.groups]
    if (groups.every(({ groupId }) => groupId !== this.#groupId)) return undefined
    const answered = this.#committed.fetch()
    return response => {
      const group = response.groups.find(({ groupId }) => groupId === this.#groupId) ?? response
      const partitions = [...group.topics].flatMap<{
        readonly partitionIndex: number
        readonly committedOffset: bigint
        readonly errorCode: number
      }>(({ partitions }) => partitions)
      const told = partitions.filter(({ errorCode }) => errorCode === ErrorCode.NONE)
      const lies = answered(
        group.errorCode === ErrorCode.NONE
          ? told.map(({ partitionIndex, committedOffset }) => [partitionIndex, Number(committedOffset)])
          : [],
      )
      for (const lie of lies) this.#fault(lie)
    }
  }

  assertNoFaults(): void {
    assert.deepEqual(this.faults, [])
  }

  #mayGoBack(partition: number, offset: number): boolean {
    const { repeats, commitsLate } = this.#habits
    return repeats === true || (commitsLate === true && this.#committed.lastTold(partition) < offset)
  }

  #owns(request: RequestOf<typeof OffsetCommit>, partition: number): boolean {
    const member = this.#members.get(request.memberId)
    if (member !== undefined) return member.held.has(partition)
    const generation = this.#generations.get(request.generationIdOrMemberEpoch)
    return generation?.get(request.groupInstanceId ?? request.memberId)?.includes(partition) ?? false
  }

  #membersHeard(): readonly (readonly [memberId: string, Held])[] {
    const sinceMs = performance.now() - silenceMs
    return [...this.#members].filter(([, { heardMs }]) => heardMs > sinceMs)
  }

  #sharesOfLastGeneration(): number[][] | undefined {
    const last = this.#generations.get(this.lastGeneration)
    if (last === undefined || [...last.keys()].some(memberId => this.#left.has(memberId))) return undefined
    return Array.from(last.values(), partitions => [...partitions])
  }

  #sharesOfMembers(): number[][] | undefined {
    const members = this.#membersHeard().map(([, member]) => member)
    const isHandingOver = members.some(({ assigned, held }) => held.size > assigned.size)
    return isHandingOver ? undefined : members.map(({ assigned }) => [...assigned])
  }

  #fault(what: string): void {
    this.faults.push(`partition ${what}`)
  }
}

/** An assignment in the format of the consumer protocol, which begins with its version. */
function partitionsOf(assignment: Uint8Array): number[] {
  if (assignment.length < 2) return []
  const version = Math.min(new DataView(assignment.buffer, assignment.byteOffset).getInt16(0), 3)
  const { assignedPartitions } = ConsumerProtocolAssignment.decode(assignment.subarray(2), version)
  return assignedPartitions.flatMap(({ partitions }) => partitions)
}
