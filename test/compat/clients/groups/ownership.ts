import assert from 'node:assert/strict'
import type { ConsumerGroupHeartbeat } from '../../../../src/protocol/apis/consumer-group-heartbeat.ts'
import type { OffsetCommit } from '../../../../src/protocol/apis/offset-commit.ts'
import type { SyncGroup } from '../../../../src/protocol/apis/sync-group.ts'
import { ConsumerProtocolAssignment } from '../../../../src/protocol/consumer-protocol/consumer-protocol-assignment.ts'
import { ErrorCode } from '../../../../src/protocol/errors.ts'
import type { RequestOf, ResponseOf } from '../../../../src/protocol/schema/api.ts'
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

/**
 * Who owns which partition of the group's one topic, from what passes between members and coordinator. Faults are
 * gathered, for the test to find: a partition with two owners in one generation, or assigned to one member before
 * another has given it back, and a committed offset that goes back.
 */
export class Ownership implements GroupListener {
  readonly faults: string[] = []
  readonly #groupId: string
  readonly #repeats: boolean
  readonly #generations = new Map<number, Map<string, readonly number[]>>()
  readonly #members = new Map<string, Held>()
  /** By partition, and by `member partition`: how far offsets were committed. */
  readonly #committed = new Map<number, number>()
  readonly #committedBy = new Set<string>()
  /** By partition, the offsets committed by members that did not own it: some clients do, and coordinators let them. */
  readonly #strays = new Map<number, number[]>()

  /** `repeats`: whether members may read, and so commit, again what they have committed. */
  constructor(groupId: string, repeats: boolean) {
    this.#groupId = groupId
    this.#repeats = repeats
  }

  /** Whether so many members share so many partitions, with nothing left to hand over. */
  isSettled(members: number, partitions: number): boolean {
    const shares = this.#members.size > 0 ? this.#sharesOfMembers() : this.#sharesOfLastGeneration()
    if (shares === undefined || shares.length !== members) return false
    const owned = shares.flat().sort((one, other) => one - other)
    return owned.length === partitions && owned.every((partition, index) => partition === index)
  }

  committedOffset(partition: number): number {
    return this.#committed.get(partition) ?? 0
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

  committed(request: RequestOf<typeof OffsetCommit>, response: ResponseOf<typeof OffsetCommit>): void {
    if (request.groupId !== this.#groupId) return
    const outcomes = response.topics.flatMap(({ partitions }) => partitions)
    for (const { partitionIndex, committedOffset } of request.topics.flatMap(({ partitions }) => partitions)) {
      const outcome = outcomes.find(partition => partition.partitionIndex === partitionIndex)
      if (outcome?.errorCode !== ErrorCode.NONE) continue
      const offset = Number(committedOffset)
      const before = this.committedOffset(partitionIndex)
      if (!this.#owns(request, partitionIndex)) {
        this.#strays.set(partitionIndex, [...(this.#strays.get(partitionIndex) ?? []), offset])
      } else if (offset < before && !this.#repeats) {
        this.#fault(`${partitionIndex}: the committed offset went back from ${before} to ${offset}`)
      }
      this.#committed.set(partitionIndex, offset)
      this.#committedBy.add(`${request.memberId} ${partitionIndex} ${offset}`)
    }
  }

  assertNoFaults(): void {
    assert.deepEqual(this.faults, [])
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
    return last === undefined ? undefined : Array.from(last.values(), partitions => [...partitions])
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
