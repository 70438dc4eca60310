import type { Seed } from '../../../src/sim/seed.ts'
import type { Admin } from './admin.ts'
import { ClassicMember } from './classic-member.ts'
import { CommittedReader } from './committed-reader.ts'
import { ConsumedOffsets } from './consumed-offsets.ts'
import { ConsumerGroupModel } from './consumer-group-model.ts'
import { ConsumerMember } from './consumer-member.ts'
import { GroupCopier } from './group-copier.ts'
import { GroupModel } from './group-model.ts'
import { IdempotentProducer } from './idempotent-producer.ts'
import { MigratingGroupModel } from './migrating-group-model.ts'
import { Newcomers } from './newcomers.ts'
import type { Picture, Scene } from './scene.ts'
import { stableOffset } from './stable-offset.ts'
import { TopicKeeper } from './topic-keeper.ts'
import { TopicModel } from './topic-model.ts'
import { TransactionChecks } from './transaction-checks.ts'
import { TransactionModel } from './transaction-model.ts'
import { TransactionalWriter } from './transactional-writer.ts'
import type { World } from './world.ts'

const groupId = 'rpw'
const inputTopic = 'raw'
const outputTopic = 'done'
const workersMax = 4

/** A member of the group, and what it does as one. */
interface Worker {
  readonly member: ClassicMember | ConsumerMember
  readonly copier: GroupCopier
  readonly transactionalId: string
}

type Membership = ConstructorParameters<typeof ClassicMember>[0]
type Joining = (options: Omit<Membership, 'group' | 'world' | 'topics'>) => Worker['member']

/** Records that come into a topic are copied to another exactly once by a group whose members come and go (KIP-447). */
export class ReadProcessWriteScene implements Scene {
  readonly #world: World
  readonly #admin: Admin
  readonly #seed: Seed
  readonly #keeper: TopicKeeper
  readonly #input: TopicModel
  readonly #output = new TopicModel()
  readonly #transactions = new TransactionModel()
  readonly #checks: TransactionChecks
  readonly #consumed: ConsumedOffsets
  readonly #group: GroupModel | ConsumerGroupModel
  readonly #join: Joining
  readonly #readers: CommittedReader[] = []
  #producer: IdempotentProducer | undefined
  #writer: TransactionalWriter | undefined
  #workers: Worker[] = []
  /** They go on, and do not know yet that somebody has their place. */
  readonly #zombies: Worker[] = []
  #names = 0
  readonly #newcomers = new Newcomers()

  constructor(world: World, admin: Admin) {
    this.#world = world
    this.#admin = admin
    const seed = world.seed.fork('read-process-write')
    this.#seed = seed
    this.#keeper = new TopicKeeper(world, admin, seed.fork('topics'))
    this.#input = this.#keeper.topics
    this.#checks = new TransactionChecks({ world, admin, transactions: this.#transactions, seed })
    this.#consumed = new ConsumedOffsets(world)
    const common = { world, topics: this.#input }
    switch (seed.pick(['classic', 'consumer', 'either'])) {
      case 'classic': {
        const group = new GroupModel(groupId, world)
        this.#group = group
        this.#join = options => new ClassicMember({ ...common, ...options, group })
        break
      }
      case 'consumer': {
        const group = new ConsumerGroupModel(groupId, world)
        this.#group = group
        this.#join = options => new ConsumerMember({ ...common, ...options, group })
        break
      }
      default: {
        const group = new MigratingGroupModel(groupId, world)
        this.#group = group
        this.#join = options =>
          seed.chance(0.5)
            ? new ClassicMember({ ...common, ...options, group })
            : new ConsumerMember({ ...common, ...options, group })
      }
    }
  }

  async begin(): Promise<void> {
    const seed = this.#seed
    const configs = this.#world.isCompacting ? { 'cleanup.policy': 'compact' } : {}
    const [inputs, outputs] = [seed.between(2, 4), seed.between(1, 2)]
    await this.#admin.createTopic(inputTopic, inputs, configs)
    await this.#keeper.make(inputTopic, inputs)
    await this.#admin.createTopic(outputTopic, outputs, configs)
    this.#output.grow(outputTopic, outputs)
    await this.#admin.findCoordinator(groupId, 0)
    await this.#admin.findCoordinator(groupId, 1)
    const world = this.#world
    const topics = this.#input
    const transactions = this.#transactions
    const producer = new IdempotentProducer({ name: 'feeder', world, topics, seed: seed.fork('feeder') })
    this.#producer = producer
    world.spawn(producer.run())
    if (seed.chance(0.5)) {
      const common = { name: 'feeding-writer', transactionalId: 'feeding-writer', world, topics, transactions }
      this.#writer = new TransactionalWriter({ ...common, seed: seed.fork('feeding-writer') })
      world.spawn(this.#writer.run())
    }
    for (const partition of this.#partitions) {
      const reader = new CommittedReader({ partition, world, transactions, seed: seed.fork(partition) })
      this.#readers.push(reader)
      world.spawn(reader.run())
    }
    for (let count = seed.between(1, 3); count > 0; count--) this.#add()
  }

  get #partitions(): string[] {
    return [...this.#input.partitions, ...this.#output.partitions]
  }

  #add(earlier: { instanceId?: string | null; transactionalId?: string } = {}): void {
    const name = `w${this.#names++}`
    const seed = this.#seed.fork(name)
    const { instanceId = seed.chance(0.4) ? `i-${name}` : null, transactionalId = `copies-of-${name}` } = earlier
    const copier = new GroupCopier({
      name,
      transactionalId,
      world: this.#world,
      group: this.#group,
      consumed: this.#consumed,
      output: this.#output,
      transactions: this.#transactions,
      seed: seed.fork('copier'),
    })
    const member = this.#join({ name, instanceId, seed, work: copier })
    this.#workers.push({ member, copier, transactionalId })
    this.#world.spawn(member.run())
  }

  change(): void {
    const seed = this.#seed
    this.#workers = this.#workers.filter(({ member }) => member.isAlive)
    const worker = this.#workers.length === 0 ? undefined : seed.pick(this.#workers)
    switch (seed.weighted({ add: 3, kill: 2, leave: 2, pause: 3, stall: 4, restart: 2, replace: 1, grow: 1 })) {
      case 'add':
        if (this.#workers.length < workersMax) this.#add()
        return
      case 'kill':
        if (worker !== undefined && this.#workers.length > 1) this.#remove(worker)
        return
      case 'leave':
        worker?.member.leave()
        return
      case 'pause':
        worker?.member.pause(seed.between(2000, 15_000))
        return
      case 'stall':
        // Longer than its session, shorter than many a transaction may take.
        worker?.copier.pause(seed.between(5000, 18_000))
        return
      case 'restart':
        if (worker === undefined) return
        this.#remove(worker)
        this.#add({
          instanceId: worker.member.instanceId,
          ...(seed.chance(0.5) ? { transactionalId: worker.transactionalId } : {}),
        })
        return
      case 'replace': {
        // Nothing but its group can fence the earlier one: the new one has another transactional id.
        const earlier = this.#workers.find(({ member }) => member.instanceId !== null)
        if (earlier === undefined) return
        this.#workers = this.#workers.filter(each => each !== earlier)
        this.#zombies.push(earlier)
        this.#add({ instanceId: earlier.member.instanceId })
        return
      }
      case 'grow':
        this.#keeper.grow()
    }
  }

  #remove(worker: Worker): void {
    this.#kill(worker)
    this.#workers = this.#workers.filter(each => each !== worker)
  }

  #kill({ member, copier }: Worker): void {
    member.die()
    copier.die()
  }

  settle(): void {
    this.#producer?.stop()
    this.#writer?.stop()
    for (const zombie of this.#zombies.splice(0)) this.#kill(zombie)
  }

  async unsettled(): Promise<string | undefined> {
    if (this.#keeper.isBusy) return 'topics are being changed'
    // Whoever is left may have been replaced; and somebody who was not there makes a group look at topics that grew.
    if (this.#newcomers.isDue(this.#world.nowMs)) this.#add({ instanceId: null })
    if (this.#producer?.isStopped === false) return 'the feeder still sends'
    if (this.#writer?.isStopped === false) return 'the feeding writer does not come to its end'
    const unstable = await this.#checks.unstable(this.#partitions)
    if (unstable !== undefined) return unstable
    for (const partition of this.#input.partitions) {
      const offset = await stableOffset(this.#world, this.#admin.client, groupId, partition)
      const left = await this.#checks.readAll(partition, 'committed', offset)
      if (left.length > 0) return `${groupId} has read ${partition} to ${offset}, and ${left.length} records are left`
    }
    return undefined
  }

  stop(): void {
    for (const worker of this.#workers) this.#kill(worker)
    for (const reader of this.#readers) reader.client.die()
  }

  async picture(): Promise<Picture> {
    const lines = [
      ...(await this.#checks.contents(this.#partitions)),
      ...(await this.#checks.consumedTo(groupId, this.#input.partitions)),
    ]
    return { text: lines.join('\n'), detailed: new Set() }
  }

  async verify(): Promise<void> {
    const checks = this.#checks
    const inputs = this.#input.partitions
    const committed = await checks.committed(this.#partitions)
    await checks.checkAbortedLists(committed)
    checks.checkTransactions(committed)
    checks.checkReaders(this.#readers, committed)
    if (this.#producer !== undefined) checks.checkProducers([this.#producer], inputs, committed)
    await checks.checkCopies(groupId, inputs, this.#output.partitions, committed)
    this.#checkAllCopied(committed)
  }

  /** Not only what was consumed: everything was. */
  #checkAllCopied(
    committed: ReadonlyMap<string, readonly { readonly offset: number; readonly value: string }[]>,
  ): void {
    const incoming = this.#input.partitions.flatMap(partition =>
      committed.get(partition)!.map(({ offset }) => `${partition}@${offset}`),
    )
    const outgoing = this.#output.partitions.flatMap(partition =>
      committed.get(partition)!.map(({ value }) => value.slice(value.indexOf(':') + 1)),
    )
    this.#world.checker.check(
      'what comes in goes out once',
      incoming.toSorted().join(' ') === outgoing.toSorted().join(' '),
      () => `in came ${incoming.join(' ')}; out went ${outgoing.join(' ')}`,
    )
  }
}
