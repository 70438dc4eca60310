import type { Admin } from './admin.ts'
import { ClassicMember } from './classic-member.ts'
import { ConsumerMember } from './consumer-member.ts'
import { MigratingGroupModel } from './migrating-group-model.ts'
import { Newcomers } from './newcomers.ts'
import { fetchOffsets } from './offset-calls.ts'
import type { Picture, Scene } from './scene.ts'
import { TopicKeeper } from './topic-keeper.ts'
import { nameOfLabel, type TopicModel } from './topic-model.ts'
import type { World } from './world.ts'

const membersMax = 5
const groupId = 'm'

type Protocol = 'classic' | 'consumer'
type Member = ClassicMember | ConsumerMember

/** A group that moves between the classic and the consumer protocol, as its members come and go. */
export class MigratingScene implements Scene {
  readonly #world: World
  readonly #admin: Admin
  readonly #seed: World['seed']
  readonly #keeper: TopicKeeper
  readonly #topics: TopicModel
  readonly #group: MigratingGroupModel
  readonly #hasStaticMembers: boolean
  #members: Member[] = []
  #names = 0
  readonly #newcomers = new Newcomers()
  /** Of those that come: one protocol for a while, then the other. */
  #protocol: Protocol

  constructor(world: World, admin: Admin) {
    this.#world = world
    this.#admin = admin
    this.#seed = world.seed.fork('migrating')
    this.#keeper = new TopicKeeper(world, admin, this.#seed.fork('topics'))
    this.#topics = this.#keeper.topics
    this.#hasStaticMembers = this.#seed.chance(0.5)
    this.#group = new MigratingGroupModel(groupId, world)
    this.#protocol = this.#seed.pick(['classic', 'classic', 'consumer'])
  }

  async begin(): Promise<void> {
    for (const topic of ['o', 'p'].slice(0, this.#seed.between(1, 2))) {
      await this.#keeper.make(topic, this.#seed.between(1, 4))
    }
    await this.#admin.findCoordinator(groupId, 0)
    for (let count = this.#seed.between(1, 3); count > 0; count--) this.#add(this.#protocol)
  }

  #add(protocol: Protocol, instanceId?: string | null): void {
    const name = `m${this.#names++}`
    const options = {
      name,
      world: this.#world,
      group: this.#group,
      topics: this.#topics,
      seed: this.#seed.fork(name),
      instanceId:
        instanceId === undefined ? (this.#hasStaticMembers && this.#seed.chance(0.6) ? `i-${name}` : null) : instanceId,
    }
    const member = protocol === 'classic' ? new ClassicMember(options) : new ConsumerMember(options)
    this.#members.push(member)
    this.#world.spawn(member.run())
  }

  change(): void {
    const seed = this.#seed
    this.#members = this.#members.filter(({ isAlive }) => isAlive)
    const member = this.#members.length === 0 ? undefined : seed.pick(this.#members)
    switch (seed.weighted({ turn: 2, add: 3, kill: 2, leave: 2, pause: 3, restart: 4, grow: 1 })) {
      case 'turn':
        this.#protocol = this.#protocol === 'classic' ? 'consumer' : 'classic'
        return
      case 'add':
        if (this.#members.length < membersMax) this.#add(this.#protocol)
        return
      case 'kill':
        if (member !== undefined && this.#members.length > 1) this.#remove(member)
        return
      case 'leave':
        member?.leave()
        return
      case 'pause':
        member?.pause(seed.between(2000, 15_000))
        return
      case 'restart':
        // One by one they come back with the other protocol.
        if (member === undefined) return
        this.#remove(member)
        this.#add(this.#protocol, member.instanceId)
        return
      case 'grow':
        this.#keeper.grow()
    }
  }

  #remove(member: Member): void {
    member.die()
    this.#members = this.#members.filter(each => each !== member)
  }

  settle(): void {}

  async unsettled(): Promise<string | undefined> {
    if (this.#keeper.isBusy) return 'topics are being changed'
    if (this.#newcomers.isDue(this.#world.nowMs)) this.#add(this.#protocol, null)
    const members = this.#members.filter(({ isAlive }) => isAlive)
    if (members.length === 0) return undefined
    const { state, memberIds } = await this.#admin.describeEither(groupId)
    const owned = sorted(members.flatMap(partitionsOf))
    const isTogether =
      state === 'Stable' &&
      members.every(({ isSettled, isAwake }) => isSettled && isAwake) &&
      sorted(memberIds) === sorted(members.map(({ memberId }) => memberId)) &&
      owned === sorted(this.#topics.partitions)
    if (isTogether) return undefined
    const clients = members.map(each => `${each.memberId}${each.isSettled ? '' : ' (unsettled)'}`)
    return `${groupId} is ${state} with ${sorted(memberIds)}; its clients are ${clients.join(', ')} and own ${owned}`
  }

  stop(): void {
    for (const member of this.#members) member.die()
  }

  async picture(): Promise<Picture> {
    const { text } = await this.#admin.describeEither(groupId)
    const offsets = await this.#admin.retry(() =>
      fetchOffsets(this.#world, this.#admin.client, this.#group, this.#topics.partitions, { fetch: 8 }),
    )
    return { text: JSON.stringify({ text, offsets: [...offsets].toSorted() }), detailed: new Set() }
  }

  async verify(): Promise<void> {}
}

function partitionsOf(member: Member): readonly string[] {
  return member instanceof ClassicMember ? member.partitions : Array.from(member.owned, nameOfLabel)
}

function sorted(texts: readonly string[]): string {
  return texts.toSorted().join(' ')
}
