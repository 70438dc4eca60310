import { Heartbeat } from '../../../src/protocol/apis/heartbeat.ts'
import { JoinGroup } from '../../../src/protocol/apis/join-group.ts'
import { LeaveGroup } from '../../../src/protocol/apis/leave-group.ts'
import { SyncGroup } from '../../../src/protocol/apis/sync-group.ts'
import { ErrorCode, errorName } from '../../../src/protocol/errors.ts'
import type { ResponseOf } from '../../../src/protocol/schema/api.ts'
import { CallLost, type SimulatedClient } from '../../../src/sim/network/simulated-client.ts'
import type { Seed } from '../../../src/sim/seed.ts'
import type { CommittingGroup, Membership } from './committing-group.ts'
import { assignmentBytes, readAssignment, subscribedTopics, subscriptionBytes } from './consumer-protocol.ts'
import type { MemberWork } from './member-work.ts'
import { commitOffset, fetchOffsets, type OffsetVersions } from './offset-calls.ts'
import type { TopicModel } from './topic-model.ts'
import { drawVersion, type World } from './world.ts'

/** A group as its members of the classic protocol tell of it. */
export interface ClassicGroup extends CommittingGroup {
  /** It may become a consumer group, and those have no place for what a leader would add to an assignment. */
  readonly isMigrating: boolean
  /** A leader shares out these partitions. */
  sharesOut(mark: string, partitions: readonly string[]): void
  /** A member was given its part of a generation's assignment. */
  assigned(member: Membership, mark: string, partitions: readonly string[]): void
  /** Of groups that look at who has what at any time: a member joins (again), and has nothing until it is assigned. */
  joins?(member: Membership): void
  admitted?(member: Membership, rebalanceTimeoutMs: number, sentMs: number): void
  /** A heartbeat that left at `sentMs` was answered, with nothing new. */
  isAlive?(member: Membership, sentMs: number): void
  /** It leaves, or was told that it has nothing any more. */
  hasNothing?(member: Membership): void
}

export interface ClassicMemberOptions {
  readonly name: string
  readonly world: World
  readonly group: ClassicGroup
  readonly topics: TopicModel
  readonly seed: Seed
  /** Null for a dynamic member. */
  readonly instanceId: string | null
  readonly work?: MemberWork
}

interface Versions extends OffsetVersions {
  readonly join: number
  readonly sync: number
  readonly heartbeat: number
  readonly leave: number
}

/** What sends a member back to joining. */
const rejoins = new Set<number>([
  ErrorCode.REBALANCE_IN_PROGRESS,
  ErrorCode.ILLEGAL_GENERATION,
  ErrorCode.UNKNOWN_MEMBER_ID,
  ErrorCode.FENCED_INSTANCE_ID,
])

/** What is asked again after a while. */
const retriables = new Set<number>([
  ErrorCode.COORDINATOR_LOAD_IN_PROGRESS,
  ErrorCode.COORDINATOR_NOT_AVAILABLE,
  ErrorCode.NOT_COORDINATOR,
])

/** A consumer of the classic protocol: joins, syncs, heartbeats, commits, pauses, leaves and comes back. */
export class ClassicMember {
  readonly name: string
  readonly client: SimulatedClient
  readonly instanceId: string | null
  readonly group: ClassicGroup
  memberId = ''
  generation = -1
  partitions: readonly string[] = []
  /** Whether it has an assignment and was told of nothing since. */
  isSettled = false
  /** Another process has taken its instance id, which ends it. */
  isFenced = false
  readonly #otherThread: SimulatedClient
  #joinedMs = 0
  #admittedMs = 0
  #pauseMs = 0
  #leaves = false
  readonly #world: World
  readonly #topics: TopicModel
  readonly #seed: Seed
  readonly #versions: Versions
  readonly #memberWork: MemberWork | undefined
  readonly #sessionTimeoutMs: number
  readonly #rebalanceTimeoutMs: number
  #marks = 0
  #partitionsKnown = 0

  constructor(options: ClassicMemberOptions) {
    const { name, world, group, topics, seed, instanceId } = options
    this.name = name
    this.group = group
    this.instanceId = instanceId
    this.#world = world
    this.#topics = topics
    this.#seed = seed
    this.#memberWork = options.work
    this.client = world.client(name)
    this.#otherThread = world.client(`${name}-thread`)
    this.#sessionTimeoutMs = seed.between(6000, 9000)
    this.#rebalanceTimeoutMs = seed.between(8000, 15_000)
    const isStatic = instanceId !== null
    this.#versions = {
      join: drawVersion(seed, JoinGroup, isStatic ? 5 : 0),
      sync: drawVersion(seed, SyncGroup, isStatic ? 3 : 0),
      heartbeat: drawVersion(seed, Heartbeat, isStatic ? 3 : 0),
      leave: drawVersion(seed, LeaveGroup, isStatic ? 3 : 0),
      ...drawOffsetVersions(seed, isStatic),
    }
  }

  get isAlive(): boolean {
    return this.client.isAlive
  }

  /** Not about to be silent for a while. */
  get isAwake(): boolean {
    return this.#pauseMs === 0
  }

  /** Nothing is heard of it for a while, as in a long collection of garbage. */
  pause(ms: number): void {
    this.#pauseMs = ms
  }

  /** Killed. */
  die(): void {
    this.client.die()
    this.#otherThread.die()
  }

  leave(): void {
    this.#leaves = true
  }

  async run(): Promise<void> {
    while (!this.isFenced) {
      try {
        if (await this.#join()) await this.#work()
      } catch (error) {
        if (!(error instanceof CallLost)) throw error
        await this.client.sleep(this.#seed.between(50, 1000))
      }
    }
    this.die()
  }

  get #membership(): Membership {
    return {
      memberId: this.memberId,
      instanceId: this.instanceId,
      generation: this.generation,
      joinedMs: this.#joinedMs,
      admittedMs: this.#admittedMs,
    }
  }

  async #join(): Promise<boolean> {
    this.isSettled = false
    const sentMs = this.#world.nowMs
    if (this.#memberWork === undefined && this.partitions.length > 0 && this.#seed.chance(0.4))
      this.#world.spawn(this.#commitLate())
    this.group.joins?.(this.#membership)
    const response = await this.#world.operate(
      this.client,
      JoinGroup,
      this.#versions.join,
      {
        groupId: this.group.groupId,
        sessionTimeoutMs: this.#sessionTimeoutMs,
        rebalanceTimeoutMs: this.#rebalanceTimeoutMs,
        memberId: this.memberId,
        groupInstanceId: this.instanceId,
        protocolType: 'consumer',
        protocols: ['range', 'roundrobin'].map(name => ({ name, metadata: subscriptionBytes(this.#topics.names) })),
      },
      this.#rebalanceTimeoutMs + 5000,
    )
    const { errorCode } = response
    if (errorCode === ErrorCode.NONE) {
      if (this.memberId !== response.memberId) {
        this.#joinedMs = sentMs
        this.#admittedMs = this.#world.nowMs
      }
      this.memberId = response.memberId
      this.generation = response.generationId
      // Those were of the generation before.
      this.partitions = []
      this.group.admitted?.(this.#membership, this.#rebalanceTimeoutMs, sentMs)
      return await this.#sync(response)
    }
    this.partitions = []
    if (errorCode === ErrorCode.MEMBER_ID_REQUIRED) this.memberId = response.memberId
    else await this.#refused('JoinGroup', errorCode)
    return false
  }

  async #sync(joined: ResponseOf<typeof JoinGroup>): Promise<boolean> {
    await this.#maybePause()
    const isLeader = joined.leader === this.memberId && joined.members.length > 0 && !joined.skipAssignment
    const response = await this.#world.operate(
      this.client,
      SyncGroup,
      this.#versions.sync,
      {
        groupId: this.group.groupId,
        generationId: this.generation,
        memberId: this.memberId,
        groupInstanceId: this.instanceId,
        protocolType: 'consumer',
        protocolName: joined.protocolName,
        assignments: isLeader ? this.#assign(joined.members) : [],
      },
      this.#rebalanceTimeoutMs + 5000,
    )
    if (response.errorCode !== ErrorCode.NONE) {
      await this.#refused('SyncGroup', response.errorCode)
      return false
    }
    const { mark, partitions } = readAssignment(response.assignment)
    this.partitions = partitions
    for (const partition of partitions) this.#memberWork?.gains(partition)
    this.group.assigned(this.#membership, mark, partitions)
    return true
  }

  #assign(members: ResponseOf<typeof JoinGroup>['members']): { memberId: string; assignment: Uint8Array }[] {
    const mark = this.group.isMigrating ? '' : `${this.name}/${this.#marks++}`
    this.#partitionsKnown = this.#topics.partitions.length
    const names = this.#topics.partitions.filter(name =>
      members.some(({ metadata }) => subscribedTopics(metadata).some(topic => name.startsWith(`${topic}-`))),
    )
    this.group.sharesOut(mark, names)
    return members.map(({ memberId }, index) => ({
      memberId,
      assignment: assignmentBytes(
        names.filter((_, at) => at % members.length === index),
        mark,
      ),
    }))
  }

  /** Until it has to join again. */
  async #work(): Promise<void> {
    this.isSettled = true
    const seed = this.#seed
    await this.#fetch()
    for (;;) {
      await this.client.sleep(seed.between(100, 1500))
      await this.#maybePause()
      if (this.#leaves) return await this.#leave()
      if (this.#partitionsKnown > 0 && this.#partitionsKnown < this.#topics.partitions.length) {
        this.#partitionsKnown = 0
        return
      }
      const errorCode = seed.chance(0.6) ? await this.#commit() : await this.#heartbeat()
      if (errorCode !== ErrorCode.NONE) {
        await this.#refused('a member', errorCode)
        if (rejoins.has(errorCode)) return
      }
      if (seed.chance(0.05)) await this.#fetch()
      if (!this.#world.isCalm && seed.chance(0.01)) this.client.disconnect()
    }
  }

  /**
   * Another thread commits what it had read while this one joins again; it takes its time, and a connection of its own.
   */
  async #commitLate(): Promise<void> {
    const membership = this.#membership
    const partition = this.#seed.pick(this.partitions)
    await this.#otherThread.sleep(this.#seed.between(0, 12_000))
    await commitOffset(this.#world, this.#otherThread, this.group, partition, membership, this.#versions, this.#topics)
  }

  async #maybePause(): Promise<void> {
    if (this.#pauseMs > 0) await this.client.sleep(this.#pauseMs)
    this.#pauseMs = 0
  }

  async #fetch(): Promise<void> {
    if (this.#memberWork !== undefined) return
    await fetchOffsets(this.#world, this.client, this.group, this.partitions, this.#versions)
  }

  /** What was lost is neither good nor bad news. */
  async #heartbeat(): Promise<number> {
    const sentMs = this.#world.nowMs
    try {
      const { errorCode } = await this.client.call(Heartbeat, this.#versions.heartbeat, {
        groupId: this.group.groupId,
        generationId: this.generation,
        memberId: this.memberId,
        groupInstanceId: this.instanceId,
      })
      if (errorCode === ErrorCode.NONE) this.group.isAlive?.(this.#membership, sentMs)
      return errorCode
    } catch (error) {
      if (!(error instanceof CallLost)) throw error
      return ErrorCode.NONE
    }
  }

  async #commit(): Promise<number> {
    if (this.partitions.length === 0) return await this.#heartbeat()
    const step = this.#memberWork?.step(this.#membership, this.partitions)
    if (step !== undefined && this.#seed.chance(0.6)) return await step
    // Or on a thread of its own, for whatever generation this one was told of meanwhile.
    if (step !== undefined) return await this.#heartbeat()
    const partition = this.#seed.pick(this.partitions)
    return await commitOffset(
      this.#world,
      this.client,
      this.group,
      partition,
      this.#membership,
      this.#versions,
      this.#topics,
    )
  }

  async #leave(): Promise<void> {
    this.#leaves = false
    this.isSettled = false
    const { memberId, instanceId } = this
    const { groupId } = this.group
    this.group.hasNothing?.(this.#membership)
    const version = this.#versions.leave
    const members = [{ memberId, groupInstanceId: instanceId }]
    const answer = await this.#world.operate(
      this.client,
      LeaveGroup,
      version,
      version < 3 ? { groupId, memberId } : { groupId, members },
    )
    if (answer.members[0]?.errorCode === ErrorCode.FENCED_INSTANCE_ID) this.isFenced = true
    this.memberId = ''
    await this.client.sleep(this.#seed.between(0, 5000))
  }

  async #refused(what: string, errorCode: number): Promise<void> {
    this.#world.checker.check(
      'a client is answered what the protocol allows',
      rejoins.has(errorCode) || retriables.has(errorCode),
      () => `${what} of ${this.name} is answered ${errorName(errorCode)}`,
    )
    if (retriables.has(errorCode)) return await this.client.sleep(this.#seed.between(50, 400))
    this.isSettled = false
    this.group.hasNothing?.(this.#membership)
    if (errorCode === ErrorCode.UNKNOWN_MEMBER_ID) this.memberId = ''
    if (errorCode === ErrorCode.FENCED_INSTANCE_ID) this.isFenced = true
    await this.client.sleep(this.#seed.between(1, 50))
  }
}

function drawOffsetVersions(seed: Seed, isStatic: boolean): OffsetVersions {
  // From version 10 on both go by topic id.
  return { commit: drawVersion(seed, { key: 8 }, isStatic ? 7 : 2, 9), fetch: drawVersion(seed, { key: 9 }, 1, 9) }
}
