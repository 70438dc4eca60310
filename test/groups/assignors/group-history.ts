import { javaHashMapOrder } from '../../../src/coordinator/java-string-hash.ts'
import type {
  GroupAssignment,
  GroupSpec,
  MemberSpec,
  SubscribedTopicDescriber,
  SubscriptionType,
  TopicPartitions,
} from '../../../src/groups/assignors/assignor.ts'
import { type Uuid, uuidFromBytes } from '../../../src/protocol/uuid.ts'
import type { Seed } from '../../../src/sim/seed.ts'

export interface HistoryOptions {
  readonly membersMax: number
  readonly topicsMax: number
  readonly partitionsMax: number
  readonly subscriptionType: SubscriptionType
}

type Member = Omit<MemberSpec, 'assignment'>

/** A consumer group through which members come and go, and whose topics come, grow and go. */
export class GroupHistory implements SubscribedTopicDescriber {
  readonly #seed: Seed
  readonly #options: HistoryOptions
  readonly #members = new Map<string, Member>()
  readonly #topics = new Map<Uuid, number>()
  #assignment: GroupAssignment = new Map()

  constructor(seed: Seed, options: HistoryOptions) {
    this.#seed = seed
    this.#options = options
    for (let count = seed.between(1, options.topicsMax); count > 0; count--) this.#addTopic()
    for (let count = seed.between(1, options.membersMax); count > 0; count--) this.#addMember()
  }

  get topics(): ReadonlyMap<Uuid, number> {
    return this.#topics
  }

  partitionCount(topicId: Uuid): number {
    return this.#topics.get(topicId) ?? -1
  }

  racksOfPartition(): ReadonlySet<string> {
    return new Set()
  }

  /** What the assignor is told now. */
  get group(): GroupSpec {
    const { subscriptionType } = this.#options
    const members = new Map<string, MemberSpec>()
    const assigned = new Set<string>()
    for (const memberId of javaHashMapOrder([...this.#members.keys()])) {
      const assignment: TopicPartitions = this.#assignment.get(memberId) ?? new Map()
      members.set(memberId, { ...this.#members.get(memberId)!, assignment })
      for (const [topicId, partitions] of assignment) {
        for (const partition of partitions) assigned.add(`${topicId}-${partition}`)
      }
    }
    return {
      members,
      subscriptionType,
      isPartitionAssigned: (topicId, partition) => assigned.has(`${topicId}-${partition}`),
      isPartitionAssignable: () => true,
    }
  }

  assigned(assignment: GroupAssignment): void {
    this.#assignment = assignment
  }

  /** Something happens to the group. */
  change(): void {
    for (let count = this.#seed.between(1, 3); count > 0; count--) {
      const change = this.#seed.weighted({ join: 8, leave: 8, replace: 3, subscribe: 4, grow: 3, create: 2, delete: 1 })
      switch (change) {
        case 'join':
          if (this.#members.size < this.#options.membersMax) this.#addMember()
          break
        case 'leave':
          if (this.#members.size > 1) this.#members.delete(this.#seed.pick([...this.#members.keys()]))
          break
        case 'replace':
          this.#replaceMember()
          break
        case 'subscribe':
          this.#subscribe()
          break
        case 'grow': {
          const topicId = this.#seed.pick([...this.#topics.keys()])
          this.#topics.set(topicId, this.#topics.get(topicId)! + this.#seed.between(1, 9))
          break
        }
        case 'create':
          if (this.#topics.size < this.#options.topicsMax) this.#addTopic()
          break
        case 'delete':
          this.#deleteTopic()
      }
    }
  }

  #addTopic(): void {
    this.#topics.set(this.#uuid(), this.#seed.between(1, this.#options.partitionsMax))
  }

  #deleteTopic(): void {
    if (this.#topics.size === 1) return
    const topicId = this.#seed.pick([...this.#topics.keys()])
    this.#topics.delete(topicId)
    for (const [memberId, member] of this.#members) {
      const subscribedTopicIds = new Set([...member.subscribedTopicIds].filter(id => id !== topicId))
      this.#members.set(memberId, { ...member, subscribedTopicIds })
    }
  }

  #addMember(): void {
    const instanceId = this.#seed.chance(0.3) ? `instance-${this.#seed.uint32() % 1000}` : null
    const isTaken = [...this.#members.values()].some(member => member.instanceId === instanceId)
    this.#members.set(this.#uuid(), {
      rackId: null,
      instanceId: isTaken ? null : instanceId,
      subscribedTopicIds: this.#subscription(),
    })
  }

  /** A static member comes back under another member id, and is given what its predecessor had. */
  #replaceMember(): void {
    const known = [...this.#members].find(([, { instanceId }]) => instanceId !== null)
    if (known === undefined) return
    const [previousId, member] = known
    const memberId = this.#uuid()
    this.#members.delete(previousId)
    this.#members.set(memberId, member)
    const assignment = this.#assignment.get(previousId)
    if (assignment !== undefined) this.#assignment = new Map([...this.#assignment, [memberId, assignment]])
  }

  #subscribe(): void {
    const subscribedTopicIds = this.#randomTopics()
    for (const [memberId, member] of this.#members) {
      if (this.#options.subscriptionType === 'heterogeneous' && this.#seed.chance(0.7)) continue
      const chosen = this.#options.subscriptionType === 'homogeneous' ? subscribedTopicIds : this.#randomTopics()
      this.#members.set(memberId, { ...member, subscribedTopicIds: chosen })
    }
  }

  #subscription(): ReadonlySet<Uuid> {
    const [first] = this.#members.values()
    const isSame = this.#options.subscriptionType === 'homogeneous' && first !== undefined
    return isSame ? first.subscribedTopicIds : this.#randomTopics()
  }

  #randomTopics(): Set<Uuid> {
    const some = this.#seed.fraction()
    return new Set([...this.#topics.keys()].filter(() => this.#seed.fraction() <= some + 0.2))
  }

  #uuid(): Uuid {
    return uuidFromBytes(this.#seed.bytes(16))
  }
}
