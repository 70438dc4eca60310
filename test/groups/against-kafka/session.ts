import { setTimeout as delay } from 'node:timers/promises'
import { CreateTopics } from '../../../src/protocol/apis/create-topics.ts'
import { DeleteGroups } from '../../../src/protocol/apis/delete-groups.ts'
import { DescribeGroups } from '../../../src/protocol/apis/describe-groups.ts'
import { FindCoordinator } from '../../../src/protocol/apis/find-coordinator.ts'
import { Heartbeat } from '../../../src/protocol/apis/heartbeat.ts'
import { JoinGroup } from '../../../src/protocol/apis/join-group.ts'
import { LeaveGroup } from '../../../src/protocol/apis/leave-group.ts'
import { ListGroups } from '../../../src/protocol/apis/list-groups.ts'
import { OffsetCommit } from '../../../src/protocol/apis/offset-commit.ts'
import { OffsetDelete } from '../../../src/protocol/apis/offset-delete.ts'
import { OffsetFetch } from '../../../src/protocol/apis/offset-fetch.ts'
import { SyncGroup } from '../../../src/protocol/apis/sync-group.ts'
import type { Api } from '../../../src/protocol/schema/api.ts'
import type { EncodableOf, Shape } from '../../../src/protocol/schema/field.ts'
import { type Uuid, ZERO_UUID } from '../../../src/protocol/uuid.ts'
import { RawClient } from '../../support/raw-client.ts'
import { bytesOf, seededRandom, subscription } from '../support/group-harness.ts'

/** Long enough for either broker to do what a request leads to, once it is answered: answers to others included. */
const settleMs = 15

/** What is not answered by then is parked. */
const patienceMs = 100

const topics = ['alpha', 'beta']

/** What the player knows of one client of the group. */
interface Player {
  readonly name: string
  readonly client: RawClient
  readonly groupInstanceId: string | null
  memberId: string
  generationId: number
  isLeader: boolean
  members: readonly string[]
  /** Its connection waits for an answer. */
  isParked: boolean
}

/**
 * Plays the same random session against any broker: clients of one group that join, sync, leave, come back, commit
 * and ask for what is not theirs, one request after the other. What is answered, and when, is the transcript. Ids
 * that a broker makes up are replaced by numbers in the order they appear.
 */
export class Session {
  readonly transcript: unknown[] = []
  readonly #groupId: string
  /** By how much everything is given more time than it should need. */
  readonly #slowness: number
  readonly #choose: (count: number) => number
  readonly #players: Player[] = []
  readonly #aliases = new Map<string, string>()
  readonly #topicIds: ReadonlyMap<string, Uuid>
  #observer!: RawClient
  #answers: unknown[] = []

  private constructor(seed: number, slowness: number, topicIds: ReadonlyMap<string, Uuid>) {
    this.#groupId = `group-${seed}-${slowness}`
    this.#slowness = slowness
    const random = seededRandom(seed)
    this.#choose = count => random.uint32() % count
    this.#topicIds = topicIds
  }

  static async play(
    port: number,
    seed: number,
    steps: number,
    topicIds: ReadonlyMap<string, Uuid>,
    slowness = 1,
  ): Promise<unknown[]> {
    const session = new Session(seed, slowness, topicIds)
    session.#observer = await RawClient.connect(port)
    for (let index = 0; index < 4; index++) {
      session.#players.push({
        name: `p${index}`,
        client: await RawClient.connect(port, { clientId: `p${index}` }),
        groupInstanceId: index === 3 ? 'instance' : null,
        memberId: '',
        generationId: -1,
        isLeader: false,
        members: [],
        isParked: false,
      })
    }
    for (let step = 0; step < steps; step++) await session.#step(step)
    for (const player of session.#players) player.client.socket.destroy()
    session.#observer.socket.destroy()
    return session.transcript
  }

  async #step(step: number): Promise<void> {
    const free = this.#players.filter(player => !player.isParked)
    const player = free[this.#choose(Math.max(free.length, 1))]
    const action = this.#choose(100)
    if (player === undefined) await this.#timeOut()
    else this.#act(player, action)
    for (let waitedMs = 0; waitedMs < patienceMs * this.#slowness; waitedMs += 5) {
      if (this.#answers.length > 0) break
      await delay(5)
    }
    await delay(settleMs * this.#slowness)
    const state = await this.#describe()
    // Answers of one step may come in any order.
    const answers = this.#answers.map(answer => JSON.stringify(answer)).sort()
    this.#answers = []
    this.transcript.push({ step, answers, state })
  }

  /** Everybody waits: an administrator removes the static member, so that something happens. */
  async #timeOut(): Promise<void> {
    await this.#ask('admin', this.#observer, LeaveGroup, 5, {
      groupId: this.#groupId,
      members: [{ memberId: '', groupInstanceId: 'instance', reason: 'stuck' }],
    })
  }

  #act(player: Player, action: number): void {
    if (action < 30) this.#join(player)
    else if (action < 55) this.#sync(player)
    else if (action < 67) this.#heartbeat(player)
    else if (action < 74) this.#leave(player)
    else if (action < 86) this.#commit(player)
    else if (action < 92) this.#fetch(player)
    else if (action < 95) this.#deleteOffsets(player)
    else if (action < 97) this.#deleteGroup(player)
    else if (action < 98) this.#list(player)
    else this.#restart(player)
  }

  /** The client comes back and knows its instance id at most. */
  #restart(player: Player): void {
    player.memberId = ''
    player.generationId = -1
    player.isLeader = false
    this.#answers.push({ player: player.name, restarted: true })
  }

  #join(player: Player): void {
    const { memberId, groupInstanceId } = player
    const versions = groupInstanceId === null ? [9, 9, 9, 6, 4, 3, 0] : [9, 8, 5]
    const version = versions[this.#choose(versions.length)]!
    const names = [['range', 'sticky'], ['range', 'sticky'], ['sticky', 'range'], ['range'], ['other']]
    const protocols = names[this.#choose(8) % 5 === 4 && this.#choose(4) > 0 ? 0 : this.#choose(names.length)]!
    const metadata = subscription(topics[this.#choose(6) === 0 ? 1 : 0]!)
    player.isParked = true
    const types = ['consumer', 'consumer', 'consumer', 'consumer', 'consumer', 'connect', '']
    const request = {
      groupId: this.#groupId,
      memberId: this.#choose(12) === 0 ? 'nobody' : memberId,
      groupInstanceId,
      sessionTimeoutMs: this.#choose(20) === 0 ? 1 : 300_000,
      rebalanceTimeoutMs: version === 0 ? -1 : 300_000,
      protocolType: types[this.#choose(14) % 12] ?? 'consumer',
      protocols: protocols.map(name => ({ name, metadata })),
      reason: version >= 8 ? 'because' : null,
    }
    void this.#ask(player.name, player.client, JoinGroup, version, request).then(response => {
      player.isParked = false
      if (response === undefined) return
      const isOwn = request.memberId !== 'nobody'
      if (isOwn && response.memberId !== '') player.memberId = response.memberId
      if (response.errorCode === 25 && isOwn) player.memberId = ''
      if (response.errorCode !== 0) return
      player.generationId = response.generationId
      player.isLeader = response.leader === response.memberId
      const byAlias = (a: string, b: string): number => (this.#alias(a) < this.#alias(b) ? -1 : 1)
      player.members = response.members.map(member => member.memberId).sort(byAlias)
    })
  }

  #sync(player: Player): void {
    const { memberId, groupInstanceId } = player
    const version = groupInstanceId === null ? [5, 5, 4, 3, 0][this.#choose(5)]! : [5, 3][this.#choose(2)]!
    const protocol = this.#choose(10) === 0 ? 'sticky' : null
    const named = { protocolType: 'consumer', protocolName: protocol ?? 'range' }
    player.isParked = true
    void this.#ask(player.name, player.client, SyncGroup, version, {
      groupId: this.#groupId,
      memberId,
      generationId: this.#choose(10) === 0 ? player.generationId + 1 : player.generationId,
      groupInstanceId,
      ...(version >= 5 && this.#choose(12) !== 0 ? named : {}),
      assignments: player.isLeader
        ? player.members.slice(this.#choose(8) === 0 ? 1 : 0).map(id => ({
            memberId: id,
            assignment: bytesOf(`for ${this.#alias(id)}`),
          }))
        : [],
    }).then(() => {
      player.isParked = false
    })
  }

  #heartbeat({ name, client, memberId, generationId, groupInstanceId }: Player): void {
    void this.#ask(name, client, Heartbeat, groupInstanceId === null ? [4, 2, 0][this.#choose(3)]! : 4, {
      groupId: this.#choose(20) === 0 ? '' : this.#groupId,
      memberId,
      generationId: this.#choose(6) === 0 ? generationId - 1 : generationId,
      groupInstanceId,
    })
  }

  /** A leader leaves only when it is clear who leads after it: with several left Java's hash map decides. */
  #leave(player: Player): void {
    const { name, client, memberId, groupInstanceId } = player
    if (player.isLeader && player.members.length !== 2) {
      this.#heartbeat(player)
      return
    }
    const version = groupInstanceId === null ? [5, 4, 3, 2, 0][this.#choose(5)]! : 5
    const strange = { memberId: 'nobody', groupInstanceId: null }
    const own = { memberId: groupInstanceId !== null && this.#choose(2) === 0 ? '' : memberId, groupInstanceId }
    void this.#ask(
      name,
      client,
      LeaveGroup,
      version,
      version >= 3
        ? { groupId: this.#groupId, members: this.#choose(4) === 0 ? [own, strange] : [own] }
        : { groupId: this.#groupId, memberId },
    )
  }

  #commit({ name, client, memberId, generationId, groupInstanceId }: Player): void {
    const version = groupInstanceId === null ? [10, 9, 8, 6, 5, 2][this.#choose(6)]! : [10, 9, 7][this.#choose(3)]!
    const isAnonymous = this.#choose(5) === 0
    const asked = [topics[this.#choose(2)]!, this.#choose(6) === 0 ? 'missing' : topics[0]!]
    const wanted = asked.filter((topic, index) => asked.indexOf(topic) === index)
    void this.#ask(name, client, OffsetCommit, version, {
      groupId: this.#groupId,
      memberId: isAnonymous ? '' : memberId,
      groupInstanceId: isAnonymous || version < 7 ? null : groupInstanceId,
      generationIdOrMemberEpoch: isAnonymous ? -1 : generationId + (this.#choose(8) === 0 ? 1 : 0),
      topics: wanted.map(topic => ({
        ...this.#named(topic, version >= 10),
        partitions: [0, 1, 7].slice(0, 1 + this.#choose(3)).map(partitionIndex => ({
          partitionIndex,
          committedOffset: BigInt(this.#choose(1000)),
          committedLeaderEpoch: version >= 6 ? this.#choose(2) - 1 : -1,
          committedMetadata: [null, '', 'm', 'x'.repeat(5000)][this.#choose(8)] ?? 'm',
        })),
      })),
    })
  }

  #fetch({ name, client }: Player): void {
    const version = [10, 9, 8, 7, 5, 2, 1][this.#choose(7)]!
    const isAll = version >= 2 && this.#choose(3) === 0
    const wanted = ['alpha', 'missing', 'beta']
    const requireStable = version >= 7 && this.#choose(2) === 0
    const partitionIndexes = [0, 1, 7]
    const groupIds = [this.#groupId, 'no-such-group'].slice(0, 1 + this.#choose(2))
    const batch = groupIds.map(groupId => ({
      groupId,
      topics: isAll ? null : wanted.map(topic => ({ ...this.#named(topic, version >= 10), partitionIndexes })),
    }))
    const single = {
      groupId: this.#groupId,
      topics: isAll ? null : wanted.map(topic => ({ name: topic, partitionIndexes })),
    }
    void this.#ask(name, client, OffsetFetch, version, {
      requireStable,
      ...(version >= 8 ? { groups: batch } : single),
    })
  }

  #deleteOffsets({ name, client }: Player): void {
    const partitions = [0, 1, 7].map(partitionIndex => ({ partitionIndex }))
    void this.#ask(name, client, OffsetDelete, 0, {
      groupId: this.#choose(6) === 0 ? 'no-such-group' : this.#groupId,
      topics: ['alpha', 'beta', 'missing'].map(topic => ({ name: topic, partitions })),
    })
  }

  #deleteGroup({ name, client }: Player): void {
    const version = this.#choose(3)
    void this.#ask(name, client, DeleteGroups, version, { groupsNames: [this.#groupId, 'no-such-group'] })
  }

  #list({ name, client }: Player): void {
    const version = this.#choose(6)
    const statesFilter = version >= 4 ? [[], ['Stable'], ['empty', 'preparingrebalance ']][this.#choose(3)]! : []
    const typesFilter = version >= 5 ? [[], ['Classic'], ['consumer'], ['what']][this.#choose(4)]! : []
    void this.#ask(name, client, ListGroups, version, { statesFilter, typesFilter })
  }

  #named(topic: string, byId: boolean): { name?: string; topicId?: Uuid } {
    return byId ? { topicId: this.#topicIds.get(topic) ?? ('AAAAAAAAAAAAAAAAAAAACg' as Uuid) } : { name: topic }
  }

  async #describe(): Promise<unknown> {
    const ask = () => this.#observer.send(DescribeGroups, 6, { groups: [this.#groupId] })
    let response = await ask()
    if (response.groups[0]?.errorCode !== 0) {
      // Kafka answers MEMBER_ID_REQUIRED before the group it has just made is committed, hence described.
      await delay(patienceMs * this.#slowness)
      response = await ask()
    }
    return this.#normal(response)
  }

  async #ask<Request extends Shape, Response extends Shape>(
    player: string,
    client: RawClient,
    api: Api<Request, Response>,
    version: number,
    request: EncodableOf<Request>,
  ) {
    try {
      const response = await client.send(api, version, request)
      const asked = this.#normal(request)
      this.#answers.push({ player, asked: `${api.name} v${version}`, request: asked, answer: this.#normal(response) })
      return response
    } catch (error) {
      this.#answers.push({ player, asked: `${api.name} v${version}`, failed: String(error) })
      return undefined
    }
  }

  #alias(memberId: string): string {
    let alias = this.#aliases.get(memberId)
    if (alias === undefined) {
      // An id begins with the name of its client or instance; the same again is its next incarnation.
      const name = memberId.slice(0, memberId.search(/-[0-9a-f]{8}-/))
      const incarnation = [...this.#aliases.values()].filter(other => other.startsWith(`${name} `)).length
      alias = `${name} ${incarnation}`
      this.#aliases.set(memberId, alias)
    }
    return alias
  }

  /** Other sessions may have left groups behind. */
  #isOfOthers(item: { groupType?: string; groupId?: string }, key: string): boolean {
    return key === 'groups' && item.groupType !== undefined && item.groupId !== this.#groupId
  }

  /** Comparable: ids that were made up have numbers, lists without an order have one, bytes and bigints are text. */
  #normal(value: unknown, key = ''): unknown {
    if (typeof value === 'bigint') return `${value}n`
    if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1')
    if (Array.isArray(value)) {
      const items = value.filter(item => !this.#isOfOthers(item, key)).map(item => this.#normal(item, key))
      const isUnordered = ['members', 'groups', 'results', 'topics', 'partitions'].includes(key)
      return isUnordered ? items.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : items
    }
    if (value !== null && typeof value === 'object') {
      return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, this.#normal(item, name)]))
    }
    if (typeof value !== 'string') return value
    if (value.includes(this.#groupId)) return value.replace(this.#groupId, 'the group')
    if ((key === 'memberId' || key === 'leader') && /-[0-9a-f]{8}-/.test(value)) return this.#alias(value)
    if (key === 'topicId' && value !== ZERO_UUID) {
      return [...this.#topicIds].find(([, id]) => id === value)?.[0] ?? 'unknown topic'
    }
    return value
  }
}

/** Makes the topics and has the coordinator ready: the first question for it only leads to its topic. */
export async function prepare(port: number): Promise<ReadonlyMap<string, Uuid>> {
  const client = await RawClient.connect(port)
  const created = await client.send(CreateTopics, 7, {
    topics: topics.map(name => ({
      name,
      numPartitions: 2,
      replicationFactor: 1,
      assignments: [],
      configs: [],
    })),
    timeoutMs: 10_000,
    validateOnly: false,
  })
  const topicIds = new Map(created.topics.map(topic => [topic.name, topic.topicId]))
  for (;;) {
    const found = await client.send(FindCoordinator, 4, { keyType: 0, coordinatorKeys: ['any'] })
    if (found.coordinators[0]?.errorCode === 0) break
    await delay(50)
  }
  for (;;) {
    const listed = await client.send(ListGroups, 5, { statesFilter: [], typesFilter: [] })
    if (listed.errorCode === 0) break
    await delay(50)
  }
  await delay(500)
  client.socket.destroy()
  return topicIds
}
