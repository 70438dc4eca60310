import { setTimeout as delay } from 'node:timers/promises'
import { RawConnection } from '../../support/raw-connection.ts'
import type { Json, JsonObject } from '../../support/reference-codec.ts'
import { seededRandom, subscription } from '../support/group-harness.ts'

const topicName = 'shared'
const partitionCount = 7
const anchor = 'anchor'

interface Exchange {
  readonly api: string
  readonly version: number
  readonly body: JsonObject
}

/** One broker, asked in terms of names: topic ids are each broker's own. */
class Side {
  readonly #connection: RawConnection
  readonly #topicId: string

  private constructor(connection: RawConnection, topicId: string) {
    this.#connection = connection
    this.#topicId = topicId
  }

  static async open(port: number, topicId: string): Promise<Side> {
    return new Side(await RawConnection.open(port), topicId)
  }

  async ask({ api, version, body }: Exchange): Promise<Json> {
    const said = JSON.parse(JSON.stringify(body).replaceAll('{topicId}', this.#topicId)) as JsonObject
    const answer = await this.#connection.request(api, version, said)
    if (typeof answer === 'string') return answer
    return inOrder(JSON.parse(JSON.stringify(answer.body).replaceAll(this.#topicId, '{topicId}')) as Json)
  }

  close(): void {
    this.#connection.close()
  }
}

/** Lists that are sets to Kafka in the order of their values. */
function inOrder(value: Json): Json {
  if (Array.isArray(value)) {
    return value.map(inOrder).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  }
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, inOrder(item)]))
}

/** Makes the topic of all sessions, and waits until group coordinator and topic are ready; yields the topic's id. */
export async function prepareTopic(port: number): Promise<string> {
  const connection = await RawConnection.open(port)
  const ask = async (api: string, version: number, body: JsonObject): Promise<JsonObject> => {
    const answer = await connection.request(api, version, body)
    return typeof answer === 'string' ? {} : answer.body
  }
  const topic = { name: topicName, numPartitions: partitionCount, replicationFactor: 1, assignments: [], configs: [] }
  const made = await ask('CreateTopics', 7, { topics: [topic], timeoutMs: 10_000 })
  const [{ topicId }] = made['topics'] as [{ topicId: string }]
  for (;;) {
    await ask('FindCoordinator', 6, { keyType: 0, coordinatorKeys: ['anyone'] })
    const told = await ask('Heartbeat', 4, { groupId: 'anyone', generationId: 1, memberId: 'anyone' })
    if (told['errorCode'] === 25) break
    await delay(50)
  }
  connection.close()
  return topicId
}

interface Known {
  epoch: number
  owned: readonly number[]
}

/**
 * Says the same, at random, to two brokers, and yields the first thing they answer differently. What is said follows
 * from what the first one answered, right or wrong at random: epochs that are not, partitions that are not owned.
 */
export class RandomConsumerSession {
  readonly transcript: string[] = []
  readonly #groupId: string
  readonly #choose: (count: number) => number
  readonly #known = new Map<string, Known>()
  readonly #sides: readonly [Side, Side]

  private constructor(seed: number, sides: readonly [Side, Side]) {
    const random = seededRandom(seed)
    this.#groupId = `random-${seed}`
    this.#choose = count => random.uint32() % count
    this.#sides = sides
  }

  static async play(
    seed: number,
    steps: number,
    brokers: readonly (readonly [port: number, topicId: string])[],
  ): Promise<readonly [expected: unknown, actual: unknown, transcript: readonly string[]] | undefined> {
    const [kafka, ottla] = await Promise.all(brokers.map(([port, topicId]) => Side.open(port, topicId)))
    const session = new RandomConsumerSession(seed, [kafka!, ottla!])
    try {
      return await session.#play(steps)
    } finally {
      kafka!.close()
      ottla!.close()
    }
  }

  async #play(steps: number): Promise<readonly [unknown, unknown, readonly string[]] | undefined> {
    for (let step = 0; step < steps; step++) {
      const memberId = this.#choose(4) === 0 ? anchor : `member-${this.#choose(5)}`
      const exchange = this.#isIn(anchor) ? this.#anything(memberId) : this.#enter(anchor)
      for (const one of [exchange, this.#described()]) {
        const [expected, actual] = await Promise.all(this.#sides.map(side => side.ask(one)))
        this.transcript.push(`${JSON.stringify(one)} -> ${JSON.stringify(expected)}`)
        if (JSON.stringify(expected) !== JSON.stringify(actual)) return [expected, actual, this.transcript]
        this.#hear(one, expected as JsonObject)
      }
    }
    return undefined
  }

  #isIn(memberId: string): boolean {
    return this.#known.has(memberId)
  }

  /** The anchor speaks the consumer protocol and stays: else the group would become classic, and requests be parked. */
  #anything(memberId: string): Exchange {
    const isAnchor = memberId === anchor
    switch (this.#choose(isAnchor ? 6 : 16)) {
      case 0:
        return this.#enter(memberId)
      case 1:
      case 2:
      case 3:
      case 4:
      case 5:
        return this.#beat(memberId)
      case 6:
        return this.#heartbeat(memberId, this.#choose(2) === 0 ? -1 : -2, {})
      case 7:
      case 8:
        return this.#join(memberId)
      case 9:
      case 10:
        return this.#sync(memberId)
      case 11:
        return this.#classicHeartbeat(memberId)
      case 12:
        return this.#leave(memberId)
      case 13:
        return this.#commit(memberId)
      case 14:
        return this.#fetch(memberId)
      default:
        return this.#beat(memberId)
    }
  }

  #instanceOf(memberId: string): string | null {
    return this.#choose(8) === 0 ? 'nobody' : this.#placeOf(memberId)
  }

  /** Two ids share an instance: one replaces the other. A member keeps its own: Kafka forgets no old ones. */
  #placeOf(memberId: string): string | null {
    return ['member-3', 'member-4'].includes(memberId) ? 'place' : null
  }

  #epochOf(memberId: string): number {
    const epoch = this.#known.get(memberId)?.epoch ?? 1
    return this.#choose(6) === 0 ? epoch + this.#choose(4) - 2 : epoch
  }

  #partitions(): number[] {
    return Array.from({ length: partitionCount }, (_, index) => index).filter(() => this.#choose(2) === 0)
  }

  #heartbeat(memberId: string, memberEpoch: number, said: JsonObject): Exchange {
    const instanceId = memberEpoch === 0 || memberId === anchor ? this.#placeOf(memberId) : this.#instanceOf(memberId)
    const body = { groupId: this.#groupId, memberId, memberEpoch, instanceId, ...said }
    return { api: 'ConsumerGroupHeartbeat', version: this.#choose(2), body }
  }

  #enter(memberId: string): Exchange {
    // Not to nothing: see `unchangedMetadata`.
    const subscribedTopicNames = [[topicName], [topicName], ['none', topicName], ['none']][this.#choose(4)]!
    const serverAssignor = [null, 'uniform', 'range'][this.#choose(3)]!
    const said = { rebalanceTimeoutMs: 300_000, topicPartitions: [], subscribedTopicNames, serverAssignor }
    return this.#heartbeat(memberId, 0, said)
  }

  #beat(memberId: string): Exchange {
    const said: Record<string, Json> = {}
    const owned = this.#choose(8) === 0 ? this.#partitions() : (this.#known.get(memberId)?.owned ?? [])
    if (this.#choose(5) > 0) said['topicPartitions'] = [{ topicId: '{topicId}', partitions: [...owned] }]
    if (this.#choose(8) === 0) said['subscribedTopicNames'] = [[topicName], ['none'], []][this.#choose(3)]!
    if (this.#choose(12) === 0) said['rebalanceTimeoutMs'] = 200_000 + this.#choose(3)
    if (this.#choose(12) === 0) said['rackId'] = `rack-${this.#choose(2)}`
    if (this.#choose(12) === 0) said['serverAssignor'] = ['uniform', 'range'][this.#choose(2)]!
    return this.#heartbeat(memberId, this.#epochOf(memberId), said)
  }

  #join(memberId: string): Exchange {
    const groupInstanceId = this.#placeOf(memberId)
    const topics = [[topicName], ['none']][this.#choose(2)]!
    const metadata = Buffer.from(subscription(...topics)).toString('hex')
    const names = [['range'], ['range', 'other'], ['other']][this.#choose(3)]!
    const body = {
      ...{ groupId: this.#groupId, memberId, groupInstanceId, protocolType: 'consumer' },
      ...{ sessionTimeoutMs: 300_000, rebalanceTimeoutMs: 300_000 },
      protocols: names.map(name => ({ name, metadata })),
    }
    return { api: 'JoinGroup', version: 5 + this.#choose(5), body }
  }

  #sync(memberId: string): Exchange {
    const groupInstanceId = this.#instanceOf(memberId)
    const body = {
      ...{ groupId: this.#groupId, memberId, groupInstanceId, generationId: this.#epochOf(memberId), assignments: [] },
      ...{ protocolType: 'consumer', protocolName: this.#choose(4) === 0 ? 'other' : 'range' },
    }
    return { api: 'SyncGroup', version: 3 + this.#choose(3), body }
  }

  #classicHeartbeat(memberId: string): Exchange {
    const groupInstanceId = this.#instanceOf(memberId)
    const body = { groupId: this.#groupId, memberId, groupInstanceId, generationId: this.#epochOf(memberId) }
    return { api: 'Heartbeat', version: 4, body }
  }

  #leave(memberId: string): Exchange {
    const members = [{ memberId, groupInstanceId: this.#instanceOf(memberId) }]
    if (this.#choose(3) === 0) members.push({ memberId: 'member-0', groupInstanceId: null })
    return { api: 'LeaveGroup', version: 4, body: { groupId: this.#groupId, members } }
  }

  #commit(memberId: string): Exchange {
    const partitions = this.#partitions().map(partitionIndex => ({
      partitionIndex,
      committedOffset: this.#choose(100),
      committedMetadata: 'm',
    }))
    const body = {
      ...{ groupId: this.#groupId, memberId, generationIdOrMemberEpoch: this.#epochOf(memberId) },
      topics: [{ name: topicName, topicId: '{topicId}', partitions }],
    }
    return { api: 'OffsetCommit', version: 8 + this.#choose(3), body }
  }

  #fetch(memberId: string): Exchange {
    const topics = this.#choose(2) === 0 ? null : [{ name: topicName, topicId: '{topicId}', partitionIndexes: [0, 1] }]
    const groups = [{ groupId: this.#groupId, memberId, memberEpoch: this.#epochOf(memberId), topics }]
    return { api: 'OffsetFetch', version: 9 + this.#choose(2), body: { groups } }
  }

  #described(): Exchange {
    return { api: 'ConsumerGroupDescribe', version: 1, body: { groupIds: [this.#groupId] } }
  }

  #hear({ api, body }: Exchange, answer: JsonObject): void {
    if (api !== 'ConsumerGroupDescribe') {
      if (api !== 'ConsumerGroupHeartbeat' || answer['errorCode'] !== 0) return
      const assignment = answer['assignment'] as { topicPartitions: { partitions: number[] }[] } | null
      const known = this.#known.get(body['memberId'] as string)
      if (known !== undefined && assignment !== null) known.owned = assignment.topicPartitions[0]?.partitions ?? []
      return
    }
    const [group] = answer['groups'] as { members: { memberId: string; memberEpoch: number }[] }[]
    const epochs = new Map(group?.members.map(({ memberId, memberEpoch }) => [memberId, memberEpoch]))
    for (const memberId of [...this.#known.keys()]) if (!epochs.has(memberId)) this.#known.delete(memberId)
    for (const [memberId, epoch] of epochs) {
      const known = this.#known.get(memberId)
      if (known === undefined) this.#known.set(memberId, { epoch, owned: [] })
      else known.epoch = epoch
    }
  }
}
