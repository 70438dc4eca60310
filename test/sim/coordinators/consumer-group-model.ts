import type { CommittingGroup, Membership } from './committing-group.ts'
import type { OffsetRegister } from './offset-register.ts'
import { OffsetRegisters } from './offset-registers.ts'
import type { World } from './world.ts'

/** Below the members' rebalance timeouts: whoever is asked to let go and is not heard of loses its session first. */
export const consumerSessionTimeoutMs = 6000

/** A member as it sees itself. */
export interface Owner {
  readonly instanceId: string | null
  /** With when it was given them. */
  readonly partitions: Map<string, number>
  /** As `partitions`, with those that it let go. */
  readonly givenMs: Map<string, number>
  /** When the last heartbeat left that was answered. */
  provenMs: number
  /** When the first heartbeat left whose answer never came, since the last one that was answered. */
  unansweredMs: number
  /** When the heartbeat left from which on partitions may be asked back: a later one may be the first to be told. */
  askedBackMs: number
  /** It let go of what was asked back; the coordinator may not have heard it yet, and still counts. */
  hasLetGo: boolean
  readonly rebalanceTimeoutMs: number
  /** The latest epoch, or generation, that it was told. */
  epoch: number
  /** When it was first told that it is a member. */
  admittedMs: number
  /** When it left, as far as it goes, or was told that it is a member no more. */
  goneMs: number
}

/** A group of the consumer protocol, seen from outside: by what its members were told (KIP-848). */
export class ConsumerGroupModel implements CommittingGroup {
  readonly groupId: string
  readonly isMigrating: boolean = false
  protected readonly world: World
  readonly #registers: OffsetRegisters
  /** By member id: every process has its own. */
  readonly #owners = new Map<string, Owner>()
  readonly #epochs = new Map<string, string>()

  constructor(groupId: string, world: World) {
    this.groupId = groupId
    this.world = world
    this.#registers = new OffsetRegisters(groupId, world)
  }

  joined(key: string, instanceId: string | null, rebalanceTimeoutMs: number): void {
    this.#owners.set(key, {
      instanceId,
      partitions: new Map(),
      // What it began before it joined again may be on its way still.
      givenMs: this.#owners.get(key)?.givenMs ?? new Map(),
      provenMs: Number.NEGATIVE_INFINITY,
      unansweredMs: Number.POSITIVE_INFINITY,
      askedBackMs: Number.POSITIVE_INFINITY,
      hasLetGo: false,
      rebalanceTimeoutMs,
      epoch: 0,
      admittedMs: Number.POSITIVE_INFINITY,
      goneMs: Number.POSITIVE_INFINITY,
    })
  }

  /** It leaves, or was told that it is a member no more. */
  goes(key: string): void {
    const owner = this.#owners.get(key)
    if (owner === undefined) return
    this.letsGo(key, [...owner.partitions.keys()])
    owner.goneMs = Math.min(owner.goneMs, this.world.nowMs)
  }

  /** A heartbeat leaves. */
  sends(key: string): void {
    const owner = this.#owners.get(key)!
    owner.unansweredMs = Math.min(owner.unansweredMs, this.world.nowMs)
  }

  /**
   * A heartbeat that left at `sentMs` was answered. The rebalance timeout counts from the first heartbeat in whose
   * answer partitions are asked back, be it lost: saying again that it still owns them gains a member nothing
   * (Kafka's `GroupMetadataManager.maybeReconcile`).
   */
  heard(key: string, sentMs: number, isAskedBack: boolean, epoch = 0): void {
    const owner = this.#owners.get(key)!
    owner.epoch = epoch
    owner.admittedMs = Math.min(owner.admittedMs, this.world.nowMs)
    owner.provenMs = Math.max(owner.provenMs, sentMs)
    const earlierMs = owner.hasLetGo ? Number.POSITIVE_INFINITY : owner.askedBackMs
    owner.askedBackMs = isAskedBack ? Math.min(earlierMs, owner.unansweredMs) : Number.POSITIVE_INFINITY
    owner.unansweredMs = Number.POSITIVE_INFINITY
    owner.hasLetGo = false
  }

  /** It will say so in its next heartbeat, or is no member any more. */
  letsGo(key: string, partitions: Iterable<string>): void {
    const owner = this.#owners.get(key)
    if (owner === undefined) return
    for (const partition of partitions) owner.partitions.delete(partition)
    owner.hasLetGo = true
  }

  gains(key: string, memberEpoch: number, partition: string): void {
    this.ownsInEpoch(this.#owners.get(key)!.instanceId ?? key, memberEpoch, partition)
    this.isGiven(key, partition)
  }

  protected ownsInEpoch(identity: string, memberEpoch: number, partition: string): void {
    const name = `${partition} in epoch ${memberEpoch}`
    const earlier = this.#epochs.get(name)
    this.world.checker.check(
      'a partition has one owner in an epoch',
      earlier === undefined || earlier === identity,
      () => `${this.groupId}: ${name} is ${earlier}'s and ${identity}'s`,
    )
    this.#epochs.set(name, identity)
  }

  protected has(key: string, partition: string): void {
    const self = this.#owners.get(key)!
    self.partitions.set(partition, this.world.nowMs)
    self.givenMs.set(partition, this.world.nowMs)
  }

  protected isGiven(key: string, partition: string): void {
    const { checker, nowMs } = this.world
    const self = this.#owners.get(key)!
    const successors = this.#successorsOf(self)
    if (successors.length > 0) {
      // Or its request was long on its way, and it is the one that came last: what it commits may be taken.
      if (successors.every(({ goneMs }) => goneMs <= nowMs)) self.givenMs.set(partition, nowMs)
      return
    }
    for (const [otherKey, other] of this.#owners) {
      // A static member's place goes on to whoever has its instance id next.
      const isSame = otherKey === key || (other.instanceId !== null && other.instanceId === self.instanceId)
      if (isSame || !other.partitions.has(partition) || this.isOvertaken(other, self, partition)) continue
      checker.check(
        'a partition is given on when its owner has let it go',
        this.memberUntilMs(other) <= nowMs,
        () => `${this.groupId}: ${partition} is given to ${key}, and ${otherKey} has it`,
      )
    }
    this.has(key, partition)
  }

  /** The answer was long on its way: who has taken its place since, which it does not know yet. */
  #successorsOf(self: Owner): Owner[] {
    if (self.instanceId === null) return []
    return [...this.#owners.values()].filter(
      other =>
        other !== self &&
        other.instanceId === self.instanceId &&
        other.admittedMs > self.provenMs &&
        other.admittedMs <= this.world.nowMs,
    )
  }

  /** Until when it is a member for certain, unless it leaves. */
  protected memberUntilMs({ provenMs, askedBackMs, rebalanceTimeoutMs, goneMs }: Owner): number {
    return Math.min(provenMs + consumerSessionTimeoutMs, askedBackMs + rebalanceTimeoutMs, goneMs)
  }

  /** Whether `other` may be fenced from a partition that it has not let go. */
  protected isOvertaken(_other: Owner, _self: Owner, _partition: string): boolean {
    return false
  }

  protected get owners(): Iterable<Owner> {
    return this.#owners.values()
  }

  protected ownedBy(key: string): string[] {
    return [...(this.#owners.get(key)?.partitions.keys() ?? [])]
  }

  protected ownerOf(key: string): Owner | undefined {
    return this.#owners.get(key)
  }

  /** Another process comes in their place. */
  protected replaces(instanceId: string): void {
    for (const owner of this.#owners.values()) {
      if (owner.instanceId !== instanceId) continue
      owner.partitions.clear()
      owner.goneMs = Math.min(owner.goneMs, this.world.nowMs)
    }
  }

  register(topic: string, partition: number): OffsetRegister {
    return this.#registers.of(topic, partition)
  }

  expectCommit(member: Membership, partition: string): () => void {
    const self = member.memberId
    const sinceMs = this.#owners.get(self)?.givenMs.get(partition) ?? 0
    // Whoever was given it later has it for certain; this member has lost its session, and does not know yet.
    const later = [...this.#owners].find(
      ([key, { partitions }]) => key !== self && (partitions.get(partition) ?? -1) > sinceMs,
    )
    return () => {
      this.world.checker.check(
        'a commit is taken from the owner',
        later === undefined,
        () => `${this.groupId} took ${self}'s commit of ${partition}, which is ${later?.[0]}'s`,
      )
    }
  }

  lostUntilMs(): number {
    return this.world.lostUntilMs
  }

  fetched(topic: string, partition: number, offset: number, sentMs: number): void {
    this.#registers.fetched(topic, partition, offset, sentMs)
  }
}
