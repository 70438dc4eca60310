import assert from 'node:assert/strict'
import type { JoinGroupResponse, SyncGroupResponse } from '../../../src/groups/classic/answers.ts'
import type { ConsumerGroup } from '../../../src/groups/consumer/consumer-group.ts'
import type { GroupCoordinatorShard } from '../../../src/groups/group-coordinator-shard.ts'
import type { Group } from '../../../src/groups/group-table.ts'
import { readAssignment, writeAssignment } from '../../../src/groups/migration/embedded-protocol.ts'
import { ErrorCode } from '../../../src/protocol/errors.ts'
import { ConsumerHarness, type Told } from './consumer-harness.ts'
import { Parked, seededRandom, subscription } from './group-harness.ts'
import { idOf } from './test-topics.ts'

type Owned = Readonly<Record<string, readonly number[]>>

interface ClientOptions {
  readonly name: string
  readonly instanceId: string | null
}

/** A member as its client sees it: what it may work on, and what it will say next. */
abstract class Client {
  readonly name: string
  readonly instanceId: string | null
  isIn = false
  memberId = ''
  epoch = 0
  owned: Owned = {}

  constructor({ name, instanceId }: ClientOptions) {
    this.name = name
    this.instanceId = instanceId
  }

  abstract enter(harness: ConsumerHarness): void
  /** One thing that a client does in its time; with `isLost` it does not hear the answer. */
  abstract proceed(harness: ConsumerHarness, isLost: boolean): void
  abstract leave(harness: ConsumerHarness): void

  /** It is told, or finds out, that it is no member any more: whatever it worked on is not its own. */
  forget(): void {
    this.isIn = false
    this.owned = {}
    this.epoch = 0
  }

  get partitions(): string[] {
    return Object.entries(this.owned).flatMap(([topic, partitions]) => partitions.map(index => `${topic}-${index}`))
  }
}

class ConsumerClient extends Client {
  readonly #topics: readonly string[] | null
  readonly #regex: string | null
  #incarnation = 0
  /** Whoever is fenced comes back as the same member; one that is not known any more as another. */
  #isKnown = false

  constructor(options: ClientOptions, topics: readonly string[] | null, regex: string | null) {
    super(options)
    this.#topics = topics
    this.#regex = regex
  }

  enter(harness: ConsumerHarness): void {
    if (!this.#isKnown) this.memberId = `${this.name}${++this.#incarnation}`
    this.owned = {}
    const { instanceId } = this
    const said = {
      subscribedTopicNames: this.#topics as string[] | null,
      subscribedTopicRegex: this.#regex,
      instanceId,
    }
    this.#hear(harness.enter(this.memberId, said), false)
  }

  proceed(harness: ConsumerHarness, isLost: boolean): void {
    if (!this.isIn) this.enter(harness)
    else this.#hear(harness.beat(this.memberId, this.epoch, { owned: this.owned, instanceId: this.instanceId }), isLost)
  }

  leave(harness: ConsumerHarness): void {
    const epoch = this.instanceId !== null && this.epoch % 2 === 0 ? -2 : -1
    this.owned = {}
    if (this.isIn) harness.beat(this.memberId, epoch, { instanceId: this.instanceId })
    this.#isKnown = false
    this.forget()
  }

  #hear(told: Told, isLost: boolean): void {
    if (isLost) return
    this.#isKnown = told.errorCode === ErrorCode.NONE || told.errorCode === ErrorCode.FENCED_MEMBER_EPOCH
    if (told.errorCode !== ErrorCode.NONE) {
      this.forget()
      return
    }
    this.isIn = true
    assert.ok(told.memberEpoch >= this.epoch, `${this.memberId} went back from ${this.epoch} to ${told.memberEpoch}`)
    this.epoch = told.memberEpoch
    if (told.assigned !== null) this.owned = told.assigned
  }
}

/** Eager: whatever it owns it gives up before it joins again. */
class ClassicClient extends Client {
  readonly #topics: readonly string[]
  #joining: Parked<JoinGroupResponse> | null = null
  #syncing: Parked<SyncGroupResponse> | null = null

  constructor(options: ClientOptions, topics: readonly string[]) {
    super(options)
    this.#topics = topics
  }

  enter(harness: ConsumerHarness): void {
    this.owned = {}
    this.#syncing = null
    const options = {
      memberId: this.memberId,
      groupInstanceId: this.instanceId,
      protocols: { range: subscription(...this.#topics) },
    }
    this.#joining = harness.join('g', options)
  }

  proceed(harness: ConsumerHarness, isLost: boolean): void {
    if (this.#joining !== null) this.#joined(harness)
    else if (this.#syncing !== null) this.#synced(harness)
    else if (!this.isIn) this.enter(harness)
    else {
      const errorCode = harness.heartbeat('g', this.memberId, this.epoch, this.instanceId)
      if (isLost) return
      if (errorCode === ErrorCode.REBALANCE_IN_PROGRESS) this.enter(harness)
      else if (errorCode !== ErrorCode.NONE) this.forget()
    }
  }

  leave(harness: ConsumerHarness): void {
    this.owned = {}
    harness.leave('g', { memberId: this.memberId, groupInstanceId: this.instanceId })
    this.forget()
  }

  override forget(): void {
    super.forget()
    this.memberId = ''
    this.#joining = null
    this.#syncing = null
  }

  #joined(harness: ConsumerHarness): void {
    if (this.#joining === null || !this.#joining.isAnswered) return
    const { errorCode, memberId, generationId = -1, leader } = this.#joining.response
    this.#joining = null
    if (errorCode === ErrorCode.MEMBER_ID_REQUIRED) {
      this.memberId = memberId
      this.enter(harness)
      return
    }
    if (errorCode !== ErrorCode.NONE) {
      this.forget()
      return
    }
    this.memberId = memberId
    this.epoch = generationId
    const assignments = leader === memberId ? this.#assign(harness) : []
    const request = {
      groupId: 'g',
      memberId,
      generationId,
      groupInstanceId: this.instanceId,
      protocolType: null,
      protocolName: null,
      assignments,
    }
    const syncing = new Parked<SyncGroupResponse>()
    this.#syncing = syncing
    harness.carryOut(harness.shard.syncGroup(request, harness.now, syncing.answer))
  }

  #synced(harness: ConsumerHarness): void {
    if (this.#syncing === null || !this.#syncing.isAnswered) return
    const { errorCode, assignment } = this.#syncing.response
    this.#syncing = null
    if (errorCode === ErrorCode.REBALANCE_IN_PROGRESS) {
      this.enter(harness)
      return
    }
    if (errorCode !== ErrorCode.NONE) {
      this.forget()
      return
    }
    this.isIn = true
    const assigned = readAssignment(assignment)?.assignedPartitions ?? []
    this.owned = Object.fromEntries(assigned.map(({ topic, partitions }) => [topic, partitions]))
  }

  /** As the leader of a classic group: everybody gets every n-th partition of `foo`. */
  #assign(harness: ConsumerHarness): { memberId: string; assignment: Uint8Array }[] {
    const group = harness.shard.groups.classic('g')
    const ids = [...(group?.members.keys() ?? [])]
    const count = harness.topics.byName('foo')?.partitionCount ?? 0
    return ids.map((memberId, index) => {
      const partitions = Array.from({ length: count }, (_, partition) => partition).filter(
        p => p % ids.length === index,
      )
      const target = new Map(partitions.length === 0 ? [] : [[idOf('foo'), partitions]])
      return { memberId, assignment: writeAssignment(target, harness.topics, 0) }
    })
  }
}

const firstTopics = { foo: 6, bar: 3 }
const partitionsMax = 10

/** A random session of one group, and what must hold of it at any time. */
export class ConsumerSession {
  readonly harness: ConsumerHarness
  readonly clients: readonly Client[]
  readonly #choose: (count: number) => number
  /** As large as a topic was it will be again: it has the same id. */
  readonly #partitionCounts: Record<string, number> = { ...firstTopics, baz: 2 }

  constructor(seed: number, withClassic: boolean) {
    const random = seededRandom(seed)
    this.#choose = count => random.uint32() % count
    this.harness = new ConsumerHarness(firstTopics, { initialRebalanceDelayMs: 0 }, seed)
    this.clients = Array.from({ length: 2 + this.#choose(4) }, (_, index) => this.#newClient(index, withClassic))
  }

  #newClient(index: number, withClassic: boolean): Client {
    const isClassic = withClassic && this.#choose(2) === 0
    const options = { name: `m${index}-`, instanceId: this.#choose(3) === 0 ? `i${index}` : null }
    const topics = [['foo'], ['foo', 'bar'], ['bar', 'none'], []][this.#choose(4)]!
    if (isClassic) return new ClassicClient(options, topics)
    const regex = withClassic ? null : ([null, 'ba.*', '.*', null][this.#choose(4)] ?? null)
    return new ConsumerClient(options, regex === null ? topics : null, regex)
  }

  step(): void {
    const { harness } = this
    const client = this.clients[this.#choose(this.clients.length)]!
    switch (this.#choose(14)) {
      case 0:
        client.leave(harness)
        break
      case 1:
        harness.advance(this.#choose(60_000))
        // Whose session is over works on: it does not know. Clients notice by their own clock, answers that come late included.
        this.#dropExpired()
        break
      case 2:
        this.#changeTopics()
        break
      case 3:
        if (!this.clients.some(each => each instanceof ClassicClient)) harness.restart()
        break
      case 4:
        client.proceed(harness, true)
        break
      default:
        client.proceed(harness, false)
    }
    harness.advance(2)
    this.#checkOwners()
    if (this.#choose(5) === 0) this.checkReplay()
  }

  /** Everybody goes on until nothing changes any more. */
  settle(): void {
    for (let round = 0; round < 100; round++) {
      for (const client of this.clients) client.proceed(this.harness, false)
      // Whoever is gone without a word is missed by then.
      this.harness.advance(1_000)
      this.#checkOwners()
    }
    this.checkReplay()
  }

  /** Replaying the log yields the state as it is. */
  checkReplay(): void {
    assert.deepEqual(pictureOf(this.harness.replayed()), pictureOf(this.harness.shard))
  }

  #checkOwners(): void {
    const owners = new Map<string, string>()
    for (const client of this.clients) {
      if (this.#isOutdated(client)) continue
      for (const partition of client.partitions) {
        assert.equal(owners.get(partition), undefined, `${partition} is owned by ${client.name} as well`)
        owners.set(partition, client.name)
      }
    }
  }

  /**
   * A group that becomes classic takes over what its members should own, not what they do, and may become a consumer
   * group again before they hear of it: as in Kafka. They hear of it with their next heartbeat.
   */
  #isOutdated(client: Client): boolean {
    if (!(client instanceof ClassicClient)) return false
    return this.harness.shard.groups.consumer('g')?.member(client.memberId)?.memberEpoch !== client.epoch
  }

  #changeTopics(): void {
    const topic = ['foo', 'bar', 'baz'][this.#choose(3)]!
    const exists = this.harness.topics.byName(topic) !== undefined
    if (exists && this.#choose(2) === 0) {
      this.#partitionCounts[topic] = Math.min(this.#partitionCounts[topic]! + 1, partitionsMax)
    }
    const names = [...this.harness.topics.names()].filter(name => name !== topic)
    if (!exists || this.#choose(2) === 0) names.push(topic)
    this.harness.changeTopics(Object.fromEntries(names.map(name => [name, this.#partitionCounts[name]!])))
    for (const each of this.clients) each.owned = this.#existing(each.owned)
  }

  #existing(owned: Owned): Owned {
    return Object.fromEntries(
      Object.entries(owned).filter(([topic]) => this.harness.topics.byName(topic) !== undefined),
    )
  }

  #dropExpired(): void {
    const group = this.harness.shard.groups.get('g')
    for (const client of this.clients) {
      if (client.memberId !== '' && group?.members.has(client.memberId) !== true) client.forget()
    }
  }
}

/** Everything that records say, in a form that can be compared. */
export function pictureOf(shard: GroupCoordinatorShard): unknown {
  return Array.from(shard.groups.values(), group =>
    group.type === 'consumer' ? consumerPicture(group) : classicPicture(group),
  )
}

function consumerPicture(group: ConsumerGroup): unknown {
  const { groupId, state, groupEpoch, assignmentEpoch, metadataHash, members, target } = group
  const { classicMemberCount, subscriptions } = group
  const subscriptionType = subscriptions.type(members.size)
  const owned = [...members.values()].flatMap(member =>
    [...member.assignedPartitions, ...member.partitionsPendingRevocation].flatMap(([topicId, epochs]) =>
      [...epochs.keys()].map(partition => [topicId, partition, group.ownerEpoch(topicId, partition)]),
    ),
  )
  const topics = [...subscriptions.topics.topics()].sort()
  return {
    ...{ groupId, state, groupEpoch, assignmentEpoch, metadataHash, subscriptionType, classicMemberCount, topics },
    ...{ members: new Map(members), target: new Map(target.members), targetTimestampMs: target.timestampMs },
    ...{
      resolved: new Map(subscriptions.resolved),
      regexes: [...subscriptions.regexes].sort(),
      owned: new Set(owned.map(String)),
    },
  }
}

/** While it rebalances a classic group is not what its record says; what it is otherwise has tests of its own. */
function classicPicture({ groupId }: Group): unknown {
  return { groupId }
}
