import type { ClassicGroup } from './classic-member.ts'
import type { Membership } from './committing-group.ts'
import type { OffsetRegister } from './offset-register.ts'
import { OffsetRegisters } from './offset-registers.ts'
import type { World } from './world.ts'

interface Incarnation {
  readonly memberId: string
  readonly joinedMs: number
  readonly answeredMs: number
}

interface Generation {
  /** Drawn by the leader for the assignment as a whole. */
  readonly mark: string
  readonly owners: Map<string, string>
}

/** What is known of a group from outside: by what its members were told. */
export class GroupModel implements ClassicGroup {
  readonly groupId: string
  readonly isMigrating = false
  readonly #world: World
  readonly #generations = new Map<number, Generation>()
  /** The generation each assignment was seen in. */
  readonly #marks = new Map<string, number>()
  /** By instance id: who has it for certain. */
  readonly #instances = new Map<string, Incarnation>()
  readonly #registers: OffsetRegisters
  latestGeneration = -1
  /** By mark: what a leader has shared out. */
  readonly #shared = new Map<string, readonly string[]>()

  constructor(groupId: string, world: World) {
    this.groupId = groupId
    this.#world = world
    this.#registers = new OffsetRegisters(groupId, world)
  }

  register(topic: string, partition: number): OffsetRegister {
    return this.#registers.of(topic, partition)
  }

  /** A leader shares out these partitions. */
  sharesOut(mark: string, partitions: readonly string[]): void {
    this.#shared.set(mark, partitions)
  }

  /** What the members of the latest generation own together. */
  get sharedOut(): readonly string[] {
    return this.#shared.get(this.#generations.get(this.latestGeneration)?.mark ?? '') ?? []
  }

  /** A member was given its part of a generation's assignment. */
  assigned(member: Membership, mark: string, partitions: readonly string[]): void {
    const { checker } = this.#world
    let generation = this.#generations.get(member.generation)
    if (generation === undefined) {
      generation = { mark, owners: new Map() }
      this.#generations.set(member.generation, generation)
    }
    checker.check(
      'all members of a generation are given what its leader assigned',
      generation.mark === mark,
      () => `${member.memberId} of ${this.groupId}, generation ${member.generation}: ${mark}, not ${generation.mark}`,
    )
    const earlier = this.#marks.get(mark)
    checker.check(
      'all members of a generation are given what its leader assigned',
      mark === '' || earlier === undefined || earlier === member.generation,
      () => `${this.groupId} gives out ${mark} in generations ${earlier} and ${member.generation}`,
    )
    this.#marks.set(mark, member.generation)
    const self = member.instanceId ?? member.memberId
    for (const partition of partitions) {
      const owner = generation.owners.get(partition)
      checker.check(
        'a partition has one owner in a generation',
        owner === undefined || owner === self,
        () => `${partition} is ${owner}'s and ${self}'s in generation ${member.generation} of ${this.groupId}`,
      )
      generation.owners.set(partition, self)
    }
    if (member.instanceId !== null) this.#holds(member.instanceId, member)
    if (member.generation <= this.latestGeneration) return
    this.latestGeneration = member.generation
    this.#registers.generationBegan(member.generation)
  }

  /** Where two answers crossed, nobody can say who came last. */
  #holds(instanceId: string, { memberId, joinedMs }: Membership): void {
    const { nowMs } = this.#world
    const known = this.#instances.get(instanceId)
    if (known?.memberId === memberId) return
    if (known === undefined || joinedMs > known.answeredMs) {
      this.#instances.set(instanceId, { memberId, joinedMs, answeredMs: nowMs })
    } else if (nowMs > known.joinedMs) this.#instances.delete(instanceId)
  }

  expectCommit(member: Membership): () => void {
    const { checker } = this.#world
    const generationBefore = this.latestGeneration
    const instance = member.instanceId === null ? undefined : this.#instances.get(member.instanceId)
    return () => {
      checker.check(
        'nothing is taken from a member of an earlier generation',
        member.generation >= generationBefore,
        () => `${this.groupId} took a commit of generation ${member.generation} in ${generationBefore}`,
      )
      // Where its own join crossed that of the other, it may be the one that came last.
      if (instance === undefined || instance.joinedMs <= member.admittedMs) return
      checker.check(
        'nothing is taken from a static member that was replaced',
        instance.memberId === member.memberId,
        () => `${this.groupId} took a commit of ${member.memberId}, which ${instance.memberId} has replaced`,
      )
    }
  }

  lostUntilMs(member: Membership): number {
    return member.generation < this.latestGeneration ? this.#world.nowMs : this.#world.lostUntilMs
  }

  fetched(topic: string, partition: number, offset: number, sentMs: number): void {
    this.#registers.fetched(topic, partition, offset, sentMs)
  }
}
