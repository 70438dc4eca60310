import { ConsumerGroupHeartbeat } from '../../../src/protocol/apis/consumer-group-heartbeat.ts'
import { ErrorCode, errorName } from '../../../src/protocol/errors.ts'
import type { ResponseOf } from '../../../src/protocol/schema/api.ts'
import { randomUuid } from '../../../src/protocol/uuid.ts'
import { CallLost, type SimulatedClient } from '../../../src/sim/network/simulated-client.ts'
import type { Seed } from '../../../src/sim/seed.ts'
import type { ConsumerGroupModel } from './consumer-group-model.ts'
import { splitName } from './consumer-protocol.ts'
import type { MemberWork } from './member-work.ts'
import { commitOffset, fetchOffsets } from './offset-calls.ts'
import type { TopicModel } from './topic-model.ts'
import type { World } from './world.ts'

export interface ConsumerMemberOptions {
  readonly name: string
  readonly world: World
  readonly group: ConsumerGroupModel
  readonly topics: TopicModel
  readonly seed: Seed
  /** Null for a dynamic member. */
  readonly instanceId: string | null
  readonly work?: MemberWork
}

/** What it is to own; while it does not know a topic's name it asks to be told all again. */
interface Told {
  readonly labels: ReadonlySet<string>
  readonly isComplete: boolean
}

type Heartbeat = ResponseOf<typeof ConsumerGroupHeartbeat>

/** At the latest. */
const heartbeatIntervalMs = 1000
const joiningEpoch = 0
const leavingEpoch = -1
const leavingStaticEpoch = -2

/** The latest versions that name topics. */
const offsetVersions = { commit: 9, fetch: 9 }

const retriables = new Set<number>([
  ErrorCode.COORDINATOR_LOAD_IN_PROGRESS,
  ErrorCode.COORDINATOR_NOT_AVAILABLE,
  ErrorCode.NOT_COORDINATOR,
  // Whoever has its instance id is still thought to be alive.
  ErrorCode.UNRELEASED_INSTANCE_ID,
])

/** It is a member no more, and drops what it has. */
const fencings = new Set<number>([ErrorCode.FENCED_MEMBER_EPOCH, ErrorCode.UNKNOWN_MEMBER_ID])

/** A consumer of the protocol of KIP-848: heartbeats, lets go of what it is asked to, and commits what it owns. */
export class ConsumerMember {
  readonly name: string
  readonly client: SimulatedClient
  readonly group: ConsumerGroupModel
  readonly instanceId: string | null
  readonly memberId: string
  memberEpoch = joiningEpoch
  isSettled = false
  isFenced = false
  readonly #world: World
  readonly #topics: TopicModel
  readonly #seed: Seed
  readonly #rebalanceTimeoutMs: number
  readonly #memberWork: MemberWork | undefined
  readonly #owned = new Set<string>()
  /** What it was told to own, when that is another thing. */
  #target: ReadonlySet<string> | undefined
  /** The next heartbeat says everything: nobody knows what of the last one has arrived. */
  #saysAll = true
  #saysOwned = false
  #joinedMs = 0
  #sentMs = 0
  #pauseMs = 0
  #leaves = false

  constructor(options: ConsumerMemberOptions) {
    this.name = options.name
    this.group = options.group
    this.instanceId = options.instanceId
    this.#world = options.world
    this.#topics = options.topics
    this.#seed = options.seed
    this.#memberWork = options.work
    this.client = options.world.client(options.name)
    this.memberId = randomUuid(length => options.seed.bytes(length))
    this.#rebalanceTimeoutMs = options.seed.between(8000, 15_000)
  }

  get owned(): ReadonlySet<string> {
    return this.#owned
  }

  get isAlive(): boolean {
    return this.client.isAlive
  }

  /** Not about to be silent for a while. */
  get isAwake(): boolean {
    return this.#pauseMs === 0
  }

  pause(ms: number): void {
    this.#pauseMs = ms
  }

  leave(): void {
    this.#leaves = true
  }

  /** Killed. */
  die(): void {
    this.client.die()
  }

  async run(): Promise<void> {
    const seed = this.#seed
    while (!this.isFenced) {
      try {
        await this.#maybePause()
        await this.#once()
      } catch (error) {
        if (!(error instanceof CallLost)) throw error
        this.#saysAll = true
      }
      await this.client.sleep(seed.between(100, 1200))
      if (!this.#world.isCalm && seed.chance(0.01)) this.client.disconnect()
    }
    this.#drop()
    this.die()
  }

  /** When it wakes up it may go on with what it did before it hears that it is a member no more. */
  async #maybePause(): Promise<void> {
    if (this.#pauseMs === 0) return
    await this.client.sleep(this.#pauseMs)
    this.#pauseMs = 0
    if (this.memberEpoch > joiningEpoch && this.#seed.chance(0.6)) await this.#commit()
  }

  async #once(): Promise<void> {
    if (this.#leaves && this.memberEpoch > joiningEpoch) return await this.#leave()
    const isDue = this.#world.nowMs > this.#sentMs + heartbeatIntervalMs
    if (this.memberEpoch > joiningEpoch && this.#target === undefined && !isDue && this.#seed.chance(0.5)) {
      return await this.#commit()
    }
    this.#reconcile()
    await this.#heartbeat()
  }

  async #heartbeat(): Promise<void> {
    const isJoining = this.memberEpoch === joiningEpoch
    const sentMs = this.#world.nowMs
    this.#sentMs = sentMs
    if (isJoining) {
      this.#joinedMs = sentMs
      this.group.joined(this.memberId, this.instanceId, this.#rebalanceTimeoutMs)
    }
    this.group.sends(this.memberId)
    const saysAll = isJoining || this.#saysAll
    const saysOwned = saysAll || this.#saysOwned
    this.#saysAll = false
    this.#saysOwned = false
    // One that says nothing is no operation.
    if (saysOwned) this.#world.operationCount++
    const response = await this.client.call(ConsumerGroupHeartbeat, 1, {
      groupId: this.group.groupId,
      memberId: this.memberId,
      memberEpoch: this.memberEpoch,
      instanceId: saysAll ? this.instanceId : null,
      rebalanceTimeoutMs: saysAll ? this.#rebalanceTimeoutMs : -1,
      subscribedTopicNames: saysAll ? this.#topics.names : null,
      topicPartitions: saysOwned ? this.#ownedByTopic() : null,
    })
    if (response.errorCode === ErrorCode.NONE) this.#heard(response, sentMs)
    else this.#refused('ConsumerGroupHeartbeat', response.errorCode)
  }

  #heard({ memberEpoch, assignment }: Heartbeat, sentMs: number): void {
    this.memberEpoch = memberEpoch
    const told = assignment === null ? undefined : this.#named(assignment)
    this.group.heard(this.memberId, sentMs, this.#isAskedBack(told?.labels ?? this.#target), memberEpoch)
    if (told !== undefined) this.#told(told)
    this.isSettled = this.#target === undefined && !this.#saysOwned
  }

  #told({ labels, isComplete }: Told): void {
    if (!isComplete) {
      this.#saysAll = true
      return
    }
    this.#target = labels
    for (const partition of labels) {
      if (!this.#owned.has(partition)) this.#gain(partition)
    }
  }

  #named({ topicPartitions }: NonNullable<Heartbeat['assignment']>): Told {
    const labels = new Set<string>()
    let isComplete = true
    for (const { topicId, partitions } of topicPartitions) {
      const topic = this.#topics.labelOf(topicId)
      if (topic === undefined) isComplete = false
      else for (const index of partitions) labels.add(`${topic}-${index}`)
    }
    return { labels, isComplete }
  }

  #isAskedBack(target: ReadonlySet<string> | undefined): boolean {
    return target !== undefined && [...this.#owned].some(partition => !target.has(partition))
  }

  /** It was told that it may have it: nobody else does. */
  #gain(partition: string): void {
    this.group.gains(this.memberId, this.memberEpoch, partition)
    this.#owned.add(partition)
    this.#memberWork?.gains(partition)
    this.#saysOwned = true
  }

  /** Lets go of what is asked back, and says so with the next heartbeat. */
  #reconcile(): void {
    const target = this.#target
    if (target === undefined || this.#seed.chance(0.3)) return
    const revoked = [...this.#owned].filter(partition => !target.has(partition))
    for (const partition of revoked) this.#owned.delete(partition)
    this.group.letsGo(this.memberId, revoked)
    this.#target = undefined
    this.#saysOwned = true
  }

  #ownedByTopic() {
    const byTopic = new Map<string, number[]>()
    for (const name of this.#owned) {
      const [topic, partition] = splitName(name)
      byTopic.set(topic, [...(byTopic.get(topic) ?? []), partition])
    }
    return Array.from(byTopic, ([topic, partitions]) => ({ topicId: this.#topics.idOf(topic), partitions }))
  }

  async #commit(): Promise<void> {
    if (this.#owned.size === 0) return
    const { memberId, instanceId, memberEpoch: generation } = this
    const membership = { memberId, instanceId, generation, joinedMs: this.#joinedMs, admittedMs: this.#joinedMs }
    if (this.#memberWork !== undefined) {
      const step = this.#memberWork.step(membership, [...this.#owned])
      // Or on a thread of its own, while this one hears of new epochs.
      if (this.#seed.chance(0.4)) return
      const errorCode = await step
      // In a transaction an epoch that has moved on is called a wrong generation.
      if (errorCode !== ErrorCode.NONE && errorCode !== ErrorCode.ILLEGAL_GENERATION) {
        this.#refused('a step', errorCode)
      }
      return
    }
    const partition = this.#seed.pick([...this.#owned])
    if (this.#seed.chance(0.1)) {
      await fetchOffsets(this.#world, this.client, this.group, [partition], offsetVersions)
      return
    }
    const errorCode = await commitOffset(
      this.#world,
      this.client,
      this.group,
      partition,
      membership,
      offsetVersions,
      this.#topics,
    )
    // Its epoch has moved on meanwhile, which the next heartbeat tells.
    if (errorCode !== ErrorCode.NONE && errorCode !== ErrorCode.STALE_MEMBER_EPOCH) {
      this.#refused('OffsetCommit', errorCode)
    }
  }

  async #leave(): Promise<void> {
    this.#leaves = false
    const memberEpoch = this.instanceId !== null && this.#seed.chance(0.5) ? leavingStaticEpoch : leavingEpoch
    this.#drop()
    await this.#world.operate(this.client, ConsumerGroupHeartbeat, 1, {
      groupId: this.group.groupId,
      memberId: this.memberId,
      memberEpoch,
      instanceId: this.instanceId,
    })
    await this.client.sleep(this.#seed.between(0, 5000))
  }

  #drop(): void {
    this.group.goes(this.memberId)
    this.#owned.clear()
    this.#target = undefined
    this.#saysAll = true
    this.memberEpoch = joiningEpoch
    this.isSettled = false
  }

  #refused(what: string, errorCode: number): void {
    this.#saysAll = true
    this.isSettled = false
    // Of a group that is a classic one again; and of one that is none yet, but has never come to a protocol.
    const isLate = this.group.isMigrating && errorCode === ErrorCode.GROUP_ID_NOT_FOUND
    const isEarly = this.group.isMigrating && errorCode === ErrorCode.UNKNOWN_SERVER_ERROR
    if (isEarly && this.memberEpoch === joiningEpoch) return
    if (fencings.has(errorCode) || isLate) {
      this.#drop()
      return
    }
    if (errorCode === ErrorCode.FENCED_INSTANCE_ID) {
      this.isFenced = true
      return
    }
    this.#world.checker.check(
      'a client is answered what the protocol allows',
      retriables.has(errorCode),
      () => `${what} of ${this.name} is answered ${errorName(errorCode)}`,
    )
  }
}
