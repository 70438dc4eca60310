import { handlerEntries } from '../../../src/broker/handlers.ts'
import type { Seed } from '../../../src/sim/seed.ts'
import type { Admin } from './admin.ts'
import { ConsumerGroupModel } from './consumer-group-model.ts'
import { ConsumerMember } from './consumer-member.ts'
import { fetchOffsets } from './offset-calls.ts'
import type { Picture, Scene } from './scene.ts'
import { TopicKeeper } from './topic-keeper.ts'
import type { TopicModel } from './topic-model.ts'
import type { World } from './world.ts'

const membersMax = 5
const consumerGroupHeartbeatKey = 68
const servesConsumerGroups = handlerEntries.some(({ key }) => key === consumerGroupHeartbeatKey)

/** A group of the consumer protocol whose members come and go. */
export class ConsumerScene implements Scene {
  readonly #world: World
  readonly #admin: Admin
  readonly #seed: Seed
  readonly #keeper: TopicKeeper
  readonly #topics: TopicModel
  readonly #group: ConsumerGroupModel
  #members: ConsumerMember[] = []
  readonly #replaced: ConsumerMember[] = []
  #names = 0

  constructor(world: World, admin: Admin) {
    this.#world = world
    this.#admin = admin
    this.#seed = world.seed.fork('consumers')
    this.#keeper = new TopicKeeper(world, admin, this.#seed.fork('topics'))
    this.#topics = this.#keeper.topics
    this.#group = new ConsumerGroupModel('k', world)
  }

  async begin(): Promise<void> {
    if (!servesConsumerGroups) return
    for (const topic of ['v', 'w'].slice(0, this.#seed.between(1, 2))) {
      await this.#keeper.make(topic, this.#seed.between(1, 4))
    }
    await this.#admin.findCoordinator(this.#group.groupId, 0)
    for (let count = this.#seed.between(1, 3); count > 0; count--) this.#add()
  }

  #add(instanceId?: string): void {
    const name = `k${this.#names++}`
    const member = new ConsumerMember({
      name,
      world: this.#world,
      group: this.#group,
      topics: this.#topics,
      seed: this.#seed.fork(name),
      instanceId: instanceId ?? (this.#seed.chance(0.35) ? `i-${name}` : null),
    })
    this.#members.push(member)
    this.#world.spawn(member.run())
  }

  change(): void {
    if (!servesConsumerGroups) return
    const seed = this.#seed
    this.#members = this.#members.filter(({ isAlive }) => isAlive)
    const member = this.#members.length === 0 ? undefined : seed.pick(this.#members)
    switch (seed.weighted({ add: 3, kill: 2, leave: 2, pause: 3, restart: 2, replace: 1, grow: 1, replaceTopic: 1 })) {
      case 'add':
        if (this.#members.length < membersMax) this.#add()
        return
      case 'kill':
        if (member !== undefined && this.#members.length > 1) this.#remove(member)
        return
      case 'leave':
        member?.leave()
        return
      case 'pause':
        member?.pause(seed.between(2000, 20_000))
        return
      case 'restart':
        if (member === undefined) return
        this.#remove(member)
        this.#add(member.instanceId ?? undefined)
        return
      case 'replace': {
        const earlier = this.#members.find(each => each.instanceId !== null)
        if (earlier === undefined) return
        this.#members = this.#members.filter(each => each !== earlier)
        this.#replaced.push(earlier)
        this.#add(earlier.instanceId!)
        return
      }
      case 'grow':
        this.#keeper.grow()
        return
      case 'replaceTopic':
        this.#keeper.replace([this.#group])
    }
  }

  #remove(member: ConsumerMember): void {
    member.die()
    this.#members = this.#members.filter(each => each !== member)
  }

  settle(): void {
    for (const member of this.#replaced.splice(0)) member.die()
  }

  async unsettled(): Promise<string | undefined> {
    if (this.#keeper.isBusy) return 'topics are being changed'
    const members = this.#members.filter(({ isAlive }) => isAlive)
    if (members.length === 0) return undefined
    const described = await this.#admin.describeConsumerGroup(this.#group.groupId)
    const ids = sorted(described.members.map(({ memberId }) => memberId))
    const owned = sorted(members.flatMap(({ owned: partitions }) => [...partitions]))
    const isTogether =
      described.groupState === 'Stable' &&
      members.every(({ isSettled, isAwake }) => isSettled && isAwake) &&
      described.members.every(({ memberEpoch }) => memberEpoch === described.groupEpoch) &&
      ids === sorted(members.map(({ memberId }) => memberId)) &&
      owned === sorted(this.#topics.labels)
    if (isTogether) return undefined
    const clients = members.map(each => `${each.memberId}@${each.memberEpoch}${each.isSettled ? '' : ' (unsettled)'}`)
    return `${this.#group.groupId} is ${described.groupState} in epoch ${described.groupEpoch} with ${ids}; its clients are ${clients.join(', ')} and own ${owned}`
  }

  stop(): void {
    for (const member of [...this.#members, ...this.#replaced]) member.die()
  }

  async picture(): Promise<Picture> {
    if (!servesConsumerGroups) return { text: '', detailed: new Set() }
    const { groupState, groupEpoch, assignmentEpoch, assignorName, members } = await this.#admin.describeConsumerGroup(
      this.#group.groupId,
    )
    const offsets = await this.#admin.retry(() =>
      fetchOffsets(this.#world, this.#admin.client, this.#group, this.#topics.partitions, { fetch: 8 }),
    )
    const described = members
      .map(({ assignment, targetAssignment, ...member }) =>
        JSON.stringify({ ...member, assignment: textOf(assignment), target: textOf(targetAssignment) }),
      )
      .toSorted()
    const group = { groupState, groupEpoch, assignmentEpoch, assignorName, described }
    return { text: JSON.stringify({ ...group, offsets: [...offsets].toSorted() }), detailed: new Set() }
  }

  async verify(): Promise<void> {}
}

function textOf({
  topicPartitions,
}: {
  readonly topicPartitions: readonly { readonly topicName: string; readonly partitions: readonly number[] }[]
}): string {
  return sorted(
    topicPartitions.flatMap(({ topicName, partitions }) => partitions.map(index => `${topicName}-${index}`)),
  )
}

function sorted(texts: readonly string[]): string {
  return texts.toSorted().join(' ')
}
