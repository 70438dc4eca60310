import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { ConsumerGroupHeartbeat } from '../../src/protocol/apis/consumer-group-heartbeat.ts'
import { FindCoordinator } from '../../src/protocol/apis/find-coordinator.ts'
import { Heartbeat } from '../../src/protocol/apis/heartbeat.ts'
import { JoinGroup } from '../../src/protocol/apis/join-group.ts'
import { SyncGroup } from '../../src/protocol/apis/sync-group.ts'
import { ErrorCode, errorName } from '../../src/protocol/errors.ts'
import type { RequestOf } from '../../src/protocol/schema/api.ts'
import { Client } from './client.ts'

/** Between those of a client, so that a rebalance is not measured by how long its members do not ask. */
const CLASSIC_HEARTBEAT_MS = 100

/** Kafka makes `__consumer_offsets`, or loads it, when it is first asked; until then nobody joins. */
export async function coordinatorReady(port: number, groupId: string): Promise<void> {
  const client = await Client.open(port)
  for (;;) {
    const { coordinators } = await client.send(FindCoordinator, 4, { keyType: 0, coordinatorKeys: [groupId] })
    if (coordinators[0]?.errorCode === ErrorCode.NONE) break
    await delay(20)
  }
  client.close()
}

/** Runs a classic group until all of its members are in one generation. */
export async function joinClassicGroup(port: number, groupId: string, count: number): Promise<ClassicMember[]> {
  const members = Array.from({ length: count }, () => new ClassicMember(groupId))
  const isStable = () =>
    members.every(({ generationId }) => generationId >= 0 && generationId === members[0]!.generationId)
  await Promise.all(members.map(member => member.run(port, isStable)))
  return members
}

/** A member of a classic group. What members are assigned is nobody's concern here. */
export class ClassicMember {
  readonly groupId: string
  memberId = ''
  generationId = -1

  constructor(groupId: string) {
    this.groupId = groupId
  }

  /** Joins, and joins again whenever the group rebalances, until `isEnough`. */
  async run(port: number, isEnough: () => boolean): Promise<void> {
    const client = await Client.open(port)
    while (!isEnough()) {
      if (this.generationId < 0) await this.#join(client)
      else if (isPassing((await client.send(Heartbeat, 4, this)).errorCode)) this.generationId = -1
      else await pause(CLASSIC_HEARTBEAT_MS, isEnough)
    }
    client.close()
  }

  async #join(client: Client): Promise<void> {
    const { groupId, memberId } = this
    const joined = await client.send(JoinGroup, 9, {
      ...{ groupId, memberId, sessionTimeoutMs: 45_000, rebalanceTimeoutMs: 300_000, protocolType: 'consumer' },
      protocols: [{ name: 'range', metadata: new Uint8Array(64) }],
    })
    this.memberId = joined.memberId
    if (isPassing(joined.errorCode)) return
    const { generationId, leader, members } = joined
    const synced = await client.send(SyncGroup, 5, {
      ...{ groupId, memberId: joined.memberId, generationId, protocolType: 'consumer', protocolName: 'range' },
      assignments:
        leader === joined.memberId
          ? members.map(member => ({ memberId: member.memberId, assignment: new Uint8Array(64) }))
          : [],
    })
    if (!isPassing(synced.errorCode)) this.generationId = generationId
  }
}

/** True where the member is to ask again. */
function isPassing(errorCode: number): boolean {
  if (errorCode === ErrorCode.NONE) return false
  const passing: readonly number[] = [
    ...[ErrorCode.MEMBER_ID_REQUIRED, ErrorCode.REBALANCE_IN_PROGRESS],
    ...[ErrorCode.COORDINATOR_LOAD_IN_PROGRESS, ErrorCode.NOT_COORDINATOR],
  ]
  if (passing.includes(errorCode)) return true
  throw new Error(`a member was refused: ${errorName(errorCode)}`)
}

type Assignment = readonly { readonly topicId: string; readonly partitions: readonly number[] }[]

/** A member of the consumer protocol that does as the Java client does: it answers an assignment at once. */
export class ConsumerMember {
  readonly memberId: string = randomUUID()
  readonly groupId: string
  readonly #topic: string
  #epoch = 0
  #owned: Assignment = []
  /** Whether the coordinator is yet to learn what is owned. */
  #hasNews = false

  constructor(groupId: string, topic: string) {
    this.groupId = groupId
    this.#topic = topic
  }

  get epoch(): number {
    return this.#epoch
  }

  get partitions(): number {
    return this.#owned.reduce((sum, { partitions }) => sum + partitions.length, 0)
  }

  /** Joins, and keeps in touch until `isEnough`, which is asked after each answer. */
  async run(port: number, isEnough: () => boolean): Promise<void> {
    const client = await Client.open(port)
    let isNew = true
    while (!isEnough()) {
      const response = await client.send(ConsumerGroupHeartbeat, 1, this.#request(isNew))
      if (isPassing(response.errorCode)) continue
      isNew = false
      this.#epoch = response.memberEpoch
      if (response.assignment !== null) {
        this.#owned = response.assignment.topicPartitions
        this.#hasNews = true
        continue
      }
      await pause(response.heartbeatIntervalMs, isEnough)
    }
    client.close()
  }

  #request(isNew: boolean): RequestOf<typeof ConsumerGroupHeartbeat> {
    const tellsOwned = isNew || this.#hasNews
    this.#hasNews = false
    return {
      ...{ groupId: this.groupId, memberId: this.memberId, memberEpoch: this.#epoch, instanceId: null, rackId: null },
      rebalanceTimeoutMs: isNew ? 300_000 : -1,
      subscribedTopicNames: isNew ? [this.#topic] : null,
      subscribedTopicRegex: null,
      serverAssignor: null,
      topicPartitions: tellsOwned ? (this.#owned as never) : null,
    }
  }
}

/** Each member asks whether all are done: it is looked at every few milliseconds, however many ask. */
export function seldom(condition: () => boolean): () => boolean {
  let isTrue = false
  let lookedMs = Number.NEGATIVE_INFINITY
  return () => {
    if (!isTrue && performance.now() - lookedMs > 5) {
      isTrue = condition()
      lookedMs = performance.now()
    }
    return isTrue
  }
}

/** Ends early once it is enough. */
async function pause(ms: number, isEnough: () => boolean): Promise<void> {
  const deadline = performance.now() + ms
  while (!isEnough() && performance.now() < deadline) await delay(20)
}
