import { OffsetFetch } from '../../../src/protocol/apis/offset-fetch.ts'
import { ErrorCode, errorName } from '../../../src/protocol/errors.ts'
import { CallLost, type SimulatedClient } from '../../../src/sim/network/simulated-client.ts'
import type { Seed } from '../../../src/sim/seed.ts'
import type { CommittingGroup, Membership } from './committing-group.ts'
import type { ConsumedOffsets } from './consumed-offsets.ts'
import { splitName } from './consumer-protocol.ts'
import { type ReadRecord, readFrom } from './log-reader.ts'
import type { MemberWork } from './member-work.ts'
import { nameOfLabel, type TopicModel } from './topic-model.ts'
import type { ModelTransaction, TransactionModel } from './transaction-model.ts'
import { TransactionalProducer } from './transactional-producer.ts'
import { drawVersion, type World } from './world.ts'

export interface GroupCopierOptions {
  readonly name: string
  readonly transactionalId: string
  readonly world: World
  readonly group: CommittingGroup
  readonly consumed: ConsumedOffsets
  readonly output: TopicModel
  readonly transactions: TransactionModel
  readonly seed: Seed
}

/** Records of one partition, and where whoever reads it goes on behind them. */
interface Portion {
  readonly label: string
  readonly partition: string
  readonly records: readonly ReadRecord[]
  readonly nextOffset: number
}

const waiting = new Set<number>([
  ErrorCode.COORDINATOR_LOAD_IN_PROGRESS,
  ErrorCode.COORDINATOR_NOT_AVAILABLE,
  ErrorCode.NOT_COORDINATOR,
  ErrorCode.UNSTABLE_OFFSET_COMMIT,
  // A heartbeat brings the new epoch, or generation.
  ErrorCode.STALE_MEMBER_EPOCH,
  ErrorCode.ILLEGAL_GENERATION,
])

/** From this version on a member says who it is when it asks for offsets. */
const fencedFetchVersion = 9

/**
 * Reads what its group gives it, and writes it and how far it came in one transaction. The transactional id is its own
 * and says nothing of the partitions: a zombie is known by what it says of itself with its offsets (KIP-447).
 */
export class GroupCopier implements MemberWork {
  readonly name: string
  readonly client: SimulatedClient
  readonly #world: World
  readonly #group: CommittingGroup
  readonly #consumed: ConsumedOffsets
  readonly #output: TopicModel
  readonly #transactions: TransactionModel
  readonly #seed: Seed
  readonly #producer: TransactionalProducer
  readonly #fetchVersion: number
  /** By partition: where it goes on, unless it was given the partition anew. */
  readonly #positions = new Map<string, number>()
  /** How often it was given something: what a step finds out says nothing of what came while it was under way. */
  #gained = 0
  #isInitialized = false
  #isBusy = false
  #transaction: ModelTransaction | undefined
  #count = 0
  #pauseMs = 0

  constructor(options: GroupCopierOptions) {
    this.name = options.name
    this.#world = options.world
    this.#group = options.group
    this.#consumed = options.consumed
    this.#output = options.output
    this.#transactions = options.transactions
    this.#seed = options.seed
    this.client = options.world.client(`${options.name}-copier`)
    this.#fetchVersion = drawVersion(options.seed, OffsetFetch, 7, 9)
    this.#producer = new TransactionalProducer({ ...options, client: this.client })
  }

  /** It does nothing for a while, in the middle of a transaction. */
  pause(ms: number): void {
    this.#pauseMs = ms
  }

  /** Killed. */
  die(): void {
    this.client.die()
    this.#transaction?.lose()
  }

  gains(label: string): void {
    this.#gained++
    this.#positions.delete(nameOfLabel(label))
  }

  async step(member: Membership, labels: readonly string[]): Promise<number> {
    if (this.#isBusy) return ErrorCode.NONE
    this.#isBusy = true
    try {
      return await this.#step(member, labels)
    } catch (error) {
      this.#world.fail(error)
      return ErrorCode.NONE
    } finally {
      this.#isBusy = false
    }
  }

  async #step(member: Membership, labels: readonly string[]): Promise<number> {
    if (!this.#isInitialized) await this.#initialize()
    const gained = this.#gained
    const portions: Portion[] = []
    const chosen = new Set([this.#seed.pick(labels)])
    if (this.#seed.chance(0.3)) chosen.add(this.#seed.pick(labels))
    for (const label of chosen) {
      const errorCode = await this.#locate(member, nameOfLabel(label), gained)
      if (errorCode !== ErrorCode.NONE) return waiting.has(errorCode) ? ErrorCode.NONE : errorCode
      const portion = await this.#read(label, gained)
      if (portion !== undefined) portions.push(portion)
    }
    return portions.length === 0 ? ErrorCode.NONE : await this.#copy(member, portions, gained)
  }

  /** Every earlier transaction of its id has ended, or will. */
  async #initialize(): Promise<void> {
    this.#positions.clear()
    await this.#producer.initialize()
    this.#transaction = undefined
    this.#isInitialized = true
  }

  /** Finds out where to go on, unless that is known: not before all transactions that may say so have ended. */
  async #locate(member: Membership, partition: string, gained: number): Promise<number> {
    if (this.#positions.has(partition)) return ErrorCode.NONE
    const [name, index] = splitName(partition)
    const { groupId } = this.#group
    const topics = [{ name, partitionIndexes: [index] }]
    const version = this.#fetchVersion
    const self = version < fencedFetchVersion ? {} : { memberId: member.memberId, memberEpoch: member.generation }
    const sentMs = this.#world.nowMs
    try {
      const response = await this.#world.operate(this.client, OffsetFetch, version, {
        ...(version < 8 ? { groupId, topics } : { groups: [{ groupId, topics, ...self }] }),
        requireStable: true,
      })
      const [answer] = version < 8 ? [response] : response.groups
      const fetched = answer?.topics[0]?.partitions[0]
      const errorCode = answer?.errorCode || (fetched?.errorCode ?? ErrorCode.UNKNOWN_SERVER_ERROR)
      if (fetched === undefined || errorCode !== ErrorCode.NONE) return this.#refused(errorCode)
      const offset = Math.max(0, Number(fetched.committedOffset))
      this.#consumed.read(partition, offset, sentMs)
      return this.#reach(partition, offset, gained) ? ErrorCode.NONE : ErrorCode.STALE_MEMBER_EPOCH
    } catch (error) {
      if (!(error instanceof CallLost)) throw error
      return ErrorCode.COORDINATOR_NOT_AVAILABLE
    }
  }

  #refused(errorCode: number): number {
    this.#world.checker.check(
      'a client is answered what the protocol allows',
      waiting.has(errorCode) || errorCode === ErrorCode.UNKNOWN_MEMBER_ID,
      () => `OffsetFetch of ${this.name} is answered ${errorName(errorCode)}`,
    )
    return errorCode
  }

  /** Goes on from there next time, or asks where to. */
  #reach(partition: string, offset: number, gained: number): boolean {
    const isCurrent = gained === this.#gained
    if (isCurrent) this.#positions.set(partition, offset)
    else this.#positions.delete(partition)
    return isCurrent
  }

  async #read(label: string, gained: number): Promise<Portion | undefined> {
    const partition = nameOfLabel(label)
    const position = this.#positions.get(partition)
    if (position === undefined) return undefined
    const chunk = await readFrom(this.client, partition, position, 'committed')
    if (chunk === undefined) return undefined
    if (chunk.records.length === 0) {
      this.#reach(partition, chunk.nextOffset, gained)
      return undefined
    }
    // What has piled up is worked off once the faults are over.
    const records = this.#world.isCalm ? chunk.records : chunk.records.slice(0, this.#seed.between(1, 4))
    return { label, partition, records, nextOffset: records.at(-1)!.offset + 1 }
  }

  /** One transaction; what the group said to its offsets. */
  async #copy(member: Membership, portions: readonly Portion[], gained: number): Promise<number> {
    const transaction = this.#transactions.begin(`${this.name}/${this.#count++}`)
    this.#transaction = transaction
    this.#producer.begin(transaction)
    for (const { partition, records } of portions) {
      const copies = records.map(({ offset }) => `${transaction.name}:${partition}@${offset}`)
      for (const values of this.#world.isCalm ? [copies] : copies.map(copy => [copy])) {
        const target = this.#seed.pick(this.#output.partitions)
        if ((await this.#producer.send(target, values)) !== 'done') return this.#startOver()
        await this.#maybePause()
      }
    }
    const acknowledged = portions.map(({ label }) => this.#group.expectCommit(member, label))
    const offsets = new Map(portions.map(({ partition, nextOffset }) => [partition, nextOffset]))
    const { outcome, refusedWith } = await this.#producer.sendOffsets(this.#group.groupId, offsets, member)
    if (refusedWith !== ErrorCode.NONE) {
      transaction.isOfZombie = true
      await this.#end(false, portions, gained)
      return refusedWith
    }
    if (outcome !== 'done') return this.#startOver()
    for (const check of acknowledged) check()
    await this.#maybePause()
    await this.#end(this.#world.isCalm || this.#seed.chance(0.85), portions, gained)
    return ErrorCode.NONE
  }

  async #end(committed: boolean, portions: readonly Portion[], gained: number): Promise<void> {
    const hasEnded = await this.#producer.end(committed)
    this.#transaction = undefined
    if (!hasEnded) this.#startOver()
    else if (committed) {
      for (const { partition, nextOffset } of portions) {
        this.#reach(partition, nextOffset, gained)
        this.#consumed.committed(partition, nextOffset)
      }
    }
  }

  /** Nobody knows what has become of the transaction. */
  #startOver(): number {
    this.#isInitialized = false
    return ErrorCode.NONE
  }

  async #maybePause(): Promise<void> {
    const pauseMs = this.#pauseMs
    this.#pauseMs = 0
    if (pauseMs > 0) await this.client.sleep(pauseMs)
    else if (this.#seed.chance(0.3)) await this.client.sleep(this.#seed.between(0, 500))
  }
}
