import type { Seed } from '../../../src/sim/seed.ts'
import type { Admin } from './admin.ts'
import { ClassicMember } from './classic-member.ts'
import { GroupModel } from './group-model.ts'
import { fetchOffsets } from './offset-calls.ts'
import type { Picture, Scene } from './scene.ts'
import { TopicKeeper } from './topic-keeper.ts'
import type { TopicModel } from './topic-model.ts'
import type { World } from './world.ts'

const membersMax = 5

/** Some classic groups on a few topics, whose members come and go. */
export class GroupScene implements Scene {
  readonly #world: World
  readonly #admin: Admin
  readonly #seed: Seed
  readonly #keeper: TopicKeeper
  readonly #topics: TopicModel
  readonly #groups: GroupModel[] = []
  #members: ClassicMember[] = []
  /** Earlier selves of static members that do not know yet that they are replaced. */
  readonly #replaced: ClassicMember[] = []
  #names = 0

  constructor(world: World, admin: Admin) {
    this.#world = world
    this.#admin = admin
    this.#seed = world.seed.fork('groups')
    this.#keeper = new TopicKeeper(world, admin, this.#seed.fork('topics'))
    this.#topics = this.#keeper.topics
  }

  async begin(): Promise<void> {
    for (const topic of ['t', 'u'].slice(0, this.#seed.between(1, 2))) {
      await this.#keeper.make(topic, this.#seed.between(1, 4))
    }
    for (const groupId of ['g', 'h'].slice(0, this.#seed.between(1, 2))) {
      await this.#admin.findCoordinator(groupId, 0)
      const group = new GroupModel(groupId, this.#world)
      this.#groups.push(group)
      for (let count = this.#seed.between(1, 3); count > 0; count--) this.#add(group)
    }
  }

  #add(group: GroupModel, instanceId?: string): void {
    const name = `${group.groupId}${this.#names++}`
    const member = new ClassicMember({
      name,
      group,
      world: this.#world,
      topics: this.#topics,
      seed: this.#seed.fork(name),
      instanceId: instanceId ?? (this.#seed.chance(0.35) ? `i-${name}` : null),
    })
    this.#members.push(member)
    this.#world.spawn(member.run())
  }

  change(): void {
    const seed = this.#seed
    const group = seed.pick(this.#groups)
    const members = this.#members.filter(each => each.group === group && each.isAlive)
    const member = members.length === 0 ? undefined : seed.pick(members)
    switch (seed.weighted({ add: 3, kill: 2, leave: 2, pause: 3, restart: 2, replace: 1, grow: 1, replaceTopic: 1 })) {
      case 'add':
        if (members.length < membersMax) this.#add(group)
        return
      case 'kill':
        if (member !== undefined && members.length > 1) this.#remove(member)
        return
      case 'leave':
        member?.leave()
        return
      case 'pause':
        member?.pause(seed.between(2000, 15_000))
        return
      case 'restart':
        if (member === undefined) return
        this.#remove(member)
        this.#add(group, member.instanceId ?? undefined)
        return
      case 'replace': {
        // Its earlier self goes on, and does not know yet.
        const earlier = members.find(each => each.instanceId !== null)
        if (earlier === undefined) return
        this.#members = this.#members.filter(each => each !== earlier)
        this.#replaced.push(earlier)
        this.#add(group, earlier.instanceId!)
        return
      }
      case 'grow':
        this.#keeper.grow()
        return
      case 'replaceTopic':
        this.#keeper.replace(this.#groups)
    }
  }

  #remove(member: ClassicMember): void {
    member.die()
    this.#members = this.#members.filter(each => each !== member)
  }

  /** Who was replaced does not come back any more. */
  settle(): void {
    for (const member of this.#replaced.splice(0)) member.die()
  }

  async unsettled(): Promise<string | undefined> {
    if (this.#keeper.isBusy) return 'topics are being changed'
    for (const group of this.#groups) {
      const members = this.#members.filter(each => each.group === group && each.isAlive)
      const described = await this.#admin.describeGroup(group.groupId)
      const ids = sorted(described.members.map(({ memberId }) => memberId))
      const owned = sorted(members.flatMap(({ partitions }) => partitions))
      const isTogether =
        described.groupState === 'Stable' &&
        members.every(({ isSettled, isAwake }) => isSettled && isAwake) &&
        ids === sorted(members.map(({ memberId }) => memberId)) &&
        owned === sorted(group.sharedOut)
      if (members.length === 0 || isTogether) continue
      const clients = members.map(each => `${each.memberId}${each.isSettled ? '' : ' (unsettled)'}`)
      return `${group.groupId} is ${described.groupState} with ${ids}; its clients are ${clients.join(', ')} and own ${owned}`
    }
    return undefined
  }

  stop(): void {
    for (const member of [...this.#members, ...this.#replaced]) member.die()
  }

  async verify(): Promise<void> {}

  async picture(like?: Picture): Promise<Picture> {
    const groups: string[] = []
    const stableGroups = new Set<string>()
    for (const group of this.#groups) {
      const { groupId } = group
      const { groupState, protocolType, protocolData, members } = await this.#admin.describeGroup(groupId)
      if (groupState === 'Stable') stableGroups.add(groupId)
      const described = members
        .map(({ memberId, groupInstanceId, clientId, memberAssignment, memberMetadata }) =>
          [memberId, groupInstanceId, clientId, ...[memberAssignment, memberMetadata].map(hex)].join(' '),
        )
        .toSorted()
      const offsets = await this.#admin.retry(() =>
        fetchOffsets(this.#world, this.#admin.client, group, this.#topics.partitions, { fetch: 8 }),
      )
      // What no record knows of a rebalance under way is lost with the broker.
      const recorded = (like?.detailed ?? stableGroups).has(groupId)
        ? { protocolType, protocolData, described }
        : undefined
      groups.push(JSON.stringify({ offsets: [...offsets].toSorted(), ...recorded }))
    }
    return { text: groups.join('\n'), detailed: stableGroups }
  }
}

function sorted(texts: readonly string[]): string {
  return texts.toSorted().join(' ')
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
