import type { Seed } from '../../../src/sim/seed.ts'
import type { Admin } from './admin.ts'
import type { CommittingGroup } from './committing-group.ts'
import { splitName } from './consumer-protocol.ts'
import { TopicModel } from './topic-model.ts'
import type { World } from './world.ts'

const countMax = 6
const nothingCommitted = -1
/** Whoever deletes a topic is no member. */
const noGeneration = -1

/** Makes the topics that groups read, grows them, and replaces them by others of the same name: one after the other. */
export class TopicKeeper {
  readonly topics = new TopicModel()
  readonly #world: World
  readonly #admin: Admin
  readonly #seed: Seed
  /**
   * Topics of which a broker that ended need not have come to the offsets. Nobody does later, when another topic has the
   * name, and who asks by name may be given them, as by Kafka.
   */
  readonly #lingering = new Set<string>()
  #work: Promise<void> = Promise.resolve()
  #waiting = 0

  constructor(world: World, admin: Admin, seed: Seed) {
    this.#world = world
    this.#admin = admin
    this.#seed = seed
  }

  /** Something is to be changed still. */
  get isBusy(): boolean {
    return this.#waiting > 0
  }

  async make(topic: string, count: number): Promise<void> {
    await this.#admin.createTopic(topic, count)
    this.topics.make(topic, count, await this.#admin.topicId(topic), this.#world.nowMs)
  }

  grow(): void {
    const topic = this.#seed.pick(this.topics.names)
    this.#queue(async () => {
      const count = this.topics.count(topic) + 1
      if (count > countMax) return
      await this.#admin.growTopic(topic, count)
      this.topics.grow(topic, count)
    })
  }

  /** The topic is deleted, and what the groups committed for it with it; a new one gets its name. */
  replace(groups: readonly CommittingGroup[]): void {
    const topic = this.#seed.pick(this.topics.names)
    const pauseMs = this.#seed.pick([0, 0, 300, 4000])
    const countMin = this.#seed.between(1, 3)
    this.#queue(async () => {
      const count = Math.max(this.topics.count(topic), countMin)
      const registers = groups.flatMap(group =>
        this.topics.partitions
          .map(splitName)
          .filter(([name]) => name === topic)
          .map(at => group.register(...at)),
      )
      const deletions = registers.map(register => ({
        register,
        write: register.begin(this.#world.nowMs, noGeneration, nothingCommitted),
      }))
      this.topics.remove(topic)
      const { process } = this.#world.broker
      const isDone = await this.#admin.deleteTopic(topic)
      // A coordinator that was still loading comes to it when it has.
      for (const { groupId } of groups) await this.#admin.awaitCoordinator(groupId)
      const isCertain = isDone && process === this.#world.broker.process
      if (!isCertain) this.#lingering.add(topic)
      for (const { register, write } of deletions) {
        if (this.#lingering.has(topic)) register.lost(write, this.#world.nowMs)
        else register.acknowledged(write, this.#world.nowMs)
      }
      await this.#world.sleep(pauseMs)
      await this.make(topic, count)
    })
  }

  #queue(change: () => Promise<void>): void {
    this.#waiting++
    this.#work = this.#work.then(change).finally(() => this.#waiting--)
    this.#world.spawn(this.#work)
  }
}
