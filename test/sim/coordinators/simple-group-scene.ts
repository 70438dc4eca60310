import { DeleteGroups } from '../../../src/protocol/apis/delete-groups.ts'
import { OffsetDelete } from '../../../src/protocol/apis/offset-delete.ts'
import { ErrorCode, errorName } from '../../../src/protocol/errors.ts'
import { CallLost, type SimulatedClient } from '../../../src/sim/network/simulated-client.ts'
import type { Seed } from '../../../src/sim/seed.ts'
import type { Admin } from './admin.ts'
import { splitName } from './consumer-protocol.ts'
import { GroupModel } from './group-model.ts'
import { commitOffset, fetchOffsets } from './offset-calls.ts'
import type { OffsetWrite } from './offset-register.ts'
import type { Picture, Scene } from './scene.ts'
import { TopicKeeper } from './topic-keeper.ts'
import type { TopicModel } from './topic-model.ts'
import type { World } from './world.ts'

const groupId = 's'
const nothingCommitted = -1
/** Of an administrator, who is no member. */
const nobody = { memberId: '', instanceId: null, generation: -1, joinedMs: 0, admittedMs: 0 }

const versions = { commit: 8, fetch: 8 }

/** What leaves open whether something was deleted. */
const doubtful = new Set<number>([ErrorCode.NOT_COORDINATOR, ErrorCode.COORDINATOR_NOT_AVAILABLE])

/** A group without members: somebody commits offsets under its name, deletes some, and the group as a whole. */
export class SimpleGroupScene implements Scene {
  readonly #world: World
  readonly #admin: Admin
  readonly #seed: Seed
  readonly #client: SimulatedClient
  readonly #group: GroupModel
  readonly #keeper: TopicKeeper
  readonly #topics: TopicModel
  #isStopping = false
  #isStopped = false

  constructor(world: World, admin: Admin) {
    this.#world = world
    this.#admin = admin
    this.#seed = world.seed.fork('simple')
    this.#client = world.client('simple')
    this.#keeper = new TopicKeeper(world, admin, this.#seed.fork('topics'))
    this.#topics = this.#keeper.topics
    this.#group = new GroupModel(groupId, world)
  }

  async begin(): Promise<void> {
    await this.#keeper.make('x', 2)
    await this.#admin.findCoordinator(groupId, 0)
    this.#world.spawn(this.#run())
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) {
      await this.#client.sleep(this.#seed.between(20, 900))
      if (this.#topics.partitions.length === 0) {
        await this.#fetch()
        continue
      }
      const partition = this.#seed.pick(this.#topics.partitions)
      switch (this.#seed.weighted({ commit: 8, fetch: 4, deleteOffset: 1, deleteGroup: 1 })) {
        case 'commit':
          await commitOffset(this.#world, this.#client, this.#group, partition, nobody, versions, this.#topics)
          break
        case 'fetch':
          await this.#fetch()
          break
        case 'deleteOffset':
          await this.#deleteOffset(partition)
          break
        case 'deleteGroup':
          await this.#deleteGroup()
      }
    }
    this.#isStopped = true
  }

  async #fetch(): Promise<void> {
    try {
      await fetchOffsets(this.#world, this.#client, this.#group, this.#topics.partitions, { fetch: 8 })
    } catch (error) {
      if (!(error instanceof CallLost)) throw error
    }
  }

  async #deleteOffset(name: string): Promise<void> {
    const [topic, partition] = splitName(name)
    await this.#delete([name], async () => {
      const response = await this.#world.operate(this.#client, OffsetDelete, 0, {
        groupId,
        topics: [{ name: topic, partitions: [{ partitionIndex: partition }] }],
      })
      return response.errorCode === 0 ? response.topics[0]!.partitions[0]!.errorCode : response.errorCode
    })
  }

  async #deleteGroup(): Promise<void> {
    await this.#delete(this.#topics.partitions, async () => {
      const { results } = await this.#world.operate(this.#client, DeleteGroups, 2, { groupsNames: [groupId] })
      return results[0]!.errorCode
    })
  }

  async #delete(names: readonly string[], attempt: () => Promise<number>): Promise<void> {
    const sentMs = this.#world.nowMs
    const writes = names.map(name => {
      const register = this.#group.register(...splitName(name))
      return { register, write: register.begin(this.#world.nowMs, nobody.generation, nothingCommitted) }
    })
    const settle = (outcome: (each: { register: (typeof writes)[number]['register']; write: OffsetWrite }) => void) =>
      writes.forEach(outcome)
    try {
      const errorCode = await attempt()
      if (errorCode === ErrorCode.NONE) settle(each => each.register.acknowledged(each.write, this.#world.nowMs))
      else if (doubtful.has(errorCode)) settle(each => each.register.lost(each.write, this.#world.nowMs))
      else {
        const wasMissing = names.some(name => this.#topics.wasMissing(splitName(name)[0], sentMs))
        const isExpected =
          errorCode === ErrorCode.GROUP_ID_NOT_FOUND ||
          errorCode === ErrorCode.COORDINATOR_LOAD_IN_PROGRESS ||
          (errorCode === ErrorCode.UNKNOWN_TOPIC_OR_PARTITION && wasMissing)
        this.#world.checker.check(
          'a client is answered what the protocol allows',
          isExpected,
          () => `a deletion in ${groupId} is answered ${errorName(errorCode)}`,
        )
        settle(each => each.register.refused(each.write))
      }
    } catch (error) {
      if (!(error instanceof CallLost)) throw error
      const { wasSent } = error
      settle(each => {
        if (wasSent) each.register.lost(each.write, this.#world.lostUntilMs)
        else each.register.refused(each.write)
      })
    }
  }

  change(): void {
    if (this.#seed.chance(0.2)) this.#client.disconnect()
    if (this.#seed.chance(0.05)) this.#keeper.replace([this.#group])
  }

  settle(): void {
    this.#isStopping = true
  }

  async unsettled(): Promise<string | undefined> {
    if (this.#keeper.isBusy) return 'topics are being changed'
    return this.#isStopped ? undefined : 'whoever looks after a simple group waits for an answer'
  }

  stop(): void {
    this.#client.die()
  }

  async picture(): Promise<Picture> {
    const offsets = await this.#admin.retry(() =>
      fetchOffsets(this.#world, this.#admin.client, this.#group, this.#topics.partitions, { fetch: 8 }),
    )
    return { text: JSON.stringify([...offsets].toSorted()), detailed: new Set() }
  }

  async verify(): Promise<void> {}
}
