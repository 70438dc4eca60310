import { OffsetRegister } from './offset-register.ts'
import type { World } from './world.ts'

export interface Membership {
  readonly memberId: string
  /** Null for a dynamic member. */
  readonly instanceId: string | null
  readonly generation: number
  /** When the request left that its member id was given for. */
  readonly joinedMs: number
}

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
export class GroupModel {
  readonly groupId: string
  readonly #world: World
  readonly #generations = new Map<number, Generation>()
  /** The generation each assignment was seen in. */
  readonly #marks = new Map<string, number>()
  /** By instance id: who has it for certain. */
  readonly #instances = new Map<string, Incarnation>()
  readonly #registers = new Map<string, OffsetRegister>()
  latestGeneration = -1
  /** By mark: what a leader has shared out. */
  readonly #shared = new Map<string, readonly string[]>()

  constructor(groupId: string, world: World) {
    this.groupId = groupId
    this.#world = world
  }

  register(topic: string, partition: number): OffsetRegister {
    const name = `${topic}-${partition}`
    let register = this.#registers.get(name)
    if (register === undefined) {
      register = new OffsetRegister()
      this.#registers.set(name, register)
    }
    return register
  }

  get registers(): ReadonlyMap<string, OffsetRegister> {
    return this.#registers
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
    const { checker, nowMs } = this.#world
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
    for (const register of this.#registers.values()) register.generationBegan(member.generation, nowMs)
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

  /** What has to hold if a commit is acknowledged; to be called before it is sent. */
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
      if (instance === undefined) return
      checker.check(
        'nothing is taken from a static member that was replaced',
        instance.memberId === member.memberId || member.joinedMs >= instance.answeredMs,
        () => `${this.groupId} took a commit of ${member.memberId}, which ${instance.memberId} has replaced`,
      )
    }
  }

  /** When a request of this member that was lost now has had its effect, or never has one. */
  lostUntilMs(member: Membership): number {
    return member.generation < this.latestGeneration ? this.#world.nowMs : this.#world.lostUntilMs
  }

  /** What an OffsetFetch has brought. */
  fetched(topic: string, partition: number, offset: number, sentMs: number): void {
    const register = this.register(topic, partition)
    const { checker, nowMs } = this.#world
    checker.check(
      'a committed offset is the one last acknowledged, or one in doubt',
      register.allows(offset, sentMs, nowMs),
      () =>
        `${this.groupId} ${topic}-${partition}: ${offset} was fetched (${sentMs.toFixed(1)}–${nowMs.toFixed(1)}); written were ${register}`,
    )
  }
}
