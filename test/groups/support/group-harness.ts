import assert from 'node:assert/strict'
import { rangeAssignor } from '../../../src/groups/assignors/range-assignor.ts'
import { uniformAssignor } from '../../../src/groups/assignors/uniform-assignor.ts'
import type { JoinGroupRequest, JoinGroupResponse, SyncGroupResponse } from '../../../src/groups/classic/answers.ts'
import type { ClassicGroup } from '../../../src/groups/classic/classic-group.ts'
import type { GroupConfig } from '../../../src/groups/group-config.ts'
import { GroupCoordinatorShard } from '../../../src/groups/group-coordinator-shard.ts'
import type { GroupRecord } from '../../../src/groups/group-record.ts'
import { groupRecordSerde } from '../../../src/groups/group-record-serde.ts'
import type { GroupResult } from '../../../src/groups/group-result.ts'
import type { GroupTopics } from '../../../src/groups/group-topics.ts'
import type { OffsetCommitResponse } from '../../../src/groups/offsets/offset-commit.ts'
import { compileTopicPattern } from '../../../src/groups/regex/compile-topic-pattern.ts'
import type { Logger, Random } from '../../../src/ports.ts'
import { ErrorCode } from '../../../src/protocol/errors.ts'
import { type Uuid, ZERO_UUID } from '../../../src/protocol/uuid.ts'
import { TestTopics } from './test-topics.ts'

export const silentLogger: Logger = { isEnabled: () => false, debug() {}, info() {}, warn() {}, error() {} }

/** A small generator with a seed; good enough to make ids differ and choices vary. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  const uint32 = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
  return { uint32, bytes: length => Uint8Array.from({ length }, () => uint32() & 0xff) }
}

export const defaultGroupConfig: GroupConfig = {
  initialRebalanceDelayMs: 3000,
  groupSizeMax: 2147483647,
  consumerGroupSizeMax: 2147483647,
  migrationPolicy: 'bidirectional',
  regexRefreshIntervalMs: 600_000,
  offsetMetadataLengthMax: 4096,
  offsetsRetentionMs: 7 * 24 * 60 * 60 * 1000,
  offsetsRetentionCheckIntervalMs: 600_000,
}

export const topicId = 'LzDiTmiwRhmDqOR2MNE4ag' as Uuid

/** An answer that may not be there yet. */
export class Parked<Response> {
  #response: Response | undefined

  readonly answer = (response: Response): void => {
    // As the runtime's promise: only the first answer counts.
    this.#response ??= response
  }

  get isAnswered(): boolean {
    return this.#response !== undefined
  }

  get response(): Response {
    assert.ok(this.#response !== undefined, 'it has not been answered')
    return this.#response
  }
}

export interface JoinOptions {
  readonly memberId?: string
  readonly groupInstanceId?: string | null
  readonly apiVersion?: number
  readonly protocolType?: string
  /** Names, with the name as metadata; or names with metadata. */
  readonly protocols?: readonly string[] | Readonly<Record<string, Uint8Array>>
  readonly sessionTimeoutMs?: number
  readonly rebalanceTimeoutMs?: number
  readonly clientId?: string
}

/**
 * Drives one shard as the runtime does, on a clock of its own and with a log in memory: records are replayed when
 * they are decided, and committed at once unless `holdCommits` is set.
 */
export class GroupHarness {
  readonly config: GroupConfig
  readonly random: Random
  readonly log: { readonly key: Uint8Array; readonly value: Uint8Array | null }[] = []
  /** What every shard made from now on knows of; `changeTopics` tells the one there is. */
  topics: GroupTopics = new TestTopics()
  /** `consumer.assignment.interval.ms` of every group. */
  assignmentIntervalMs = 0
  readonly groupConfigs = {
    sessionTimeoutMs: () => 45_000,
    heartbeatIntervalMs: () => 5000,
    assignmentIntervalMs: () => this.assignmentIntervalMs,
  }
  shard: GroupCoordinatorShard
  nowMs = 1_000_000
  holdCommits = false
  /** What the log answers to the next appends; 0 takes them. */
  appendErrorCode = 0
  #uncommitted: ((errorCode: number) => void)[] = []

  constructor(config: Partial<GroupConfig> = {}, seed = 1) {
    this.config = { ...defaultGroupConfig, ...config }
    this.random = seededRandom(seed)
    this.shard = this.#newShard()
    this.shard.loaded(this.now)
  }

  get now() {
    return { wallMs: this.nowMs + 1_700_000_000_000, monotonicMs: this.nowMs }
  }

  group(groupId = 'g'): ClassicGroup {
    const group = this.shard.groups.classic(groupId)
    assert.ok(group !== undefined, `there is a classic group ${groupId}`)
    return group
  }

  get records(): (GroupRecord | undefined)[] {
    return this.log.map(({ key, value }) => groupRecordSerde.decode(key, value))
  }

  carryOut<Response>(result: GroupResult<Response>): Response | number {
    if (result.records.length === 0) {
      if (this.#uncommitted.length > 0) this.#uncommitted.push(errorCode => result.settled?.(errorCode, this.now))
      else result.settled?.(0, this.now)
      return result.response
    }
    if (this.appendErrorCode !== 0) {
      result.settled?.(this.appendErrorCode, this.now)
      return this.appendErrorCode
    }
    for (const record of result.records) {
      if (result.isReplayed !== false) this.shard.replay(record, this.log.length, -1, this.now)
      this.log.push({ key: groupRecordSerde.encodeKey(record), value: groupRecordSerde.encodeValue(record) })
    }
    this.#uncommitted.push(errorCode => result.settled?.(errorCode, this.now))
    if (!this.holdCommits) this.commit()
    return result.response
  }

  commit(errorCode = 0): void {
    const settled = this.#uncommitted
    this.#uncommitted = []
    for (const settle of settled) settle(errorCode)
  }

  changeTopics(topics: Readonly<Record<string, number>>): void {
    const before = this.topics
    this.topics = new TestTopics(topics, before.version + 1)
    const changedNames = new Set([...before.names(), ...this.topics.names()])
    const hasNewTopics = [...this.topics.names()].some(name => before.byName(name) === undefined)
    this.shard.topicsChanged(this.topics, { changedNames, hasNewTopics })
  }

  join(groupId = 'g', options: JoinOptions = {}): Parked<JoinGroupResponse> {
    const parked = new Parked<JoinGroupResponse>()
    const request = joinRequest(groupId, options)
    const { apiVersion = 9, clientId = 'client' } = options
    const client = { clientId, clientHost: '/127.0.0.1', apiVersion }
    this.carryOut(this.shard.joinGroup(request, client, this.now, parked.answer))
    return parked
  }

  /** Joins as clients do: with the id that the coordinator gives. */
  joinDynamic(groupId = 'g', options: JoinOptions = {}): { memberId: string; joined: Parked<JoinGroupResponse> } {
    const first = this.join(groupId, options).response
    assert.equal(first.errorCode, ErrorCode.MEMBER_ID_REQUIRED)
    return { memberId: first.memberId, joined: this.join(groupId, { ...options, memberId: first.memberId }) }
  }

  sync(
    groupId: string,
    memberId: string,
    generationId: number,
    assignments: Readonly<Record<string, string>> = {},
    more: { groupInstanceId?: string | null; protocolType?: string | null; protocolName?: string | null } = {},
  ): Parked<SyncGroupResponse> {
    const parked = new Parked<SyncGroupResponse>()
    const request = {
      groupId,
      memberId,
      generationId,
      groupInstanceId: null,
      protocolType: null,
      protocolName: null,
      assignments: Object.entries(assignments).map(([id, text]) => ({ memberId: id, assignment: bytesOf(text) })),
      ...more,
    }
    this.carryOut(this.shard.syncGroup(request, this.now, parked.answer))
    return parked
  }

  heartbeat(groupId: string, memberId: string, generationId: number, groupInstanceId: string | null = null): number {
    return this.carryOut(this.shard.heartbeat({ groupId, memberId, generationId, groupInstanceId }, this.now))
  }

  leave(groupId: string, ...members: { memberId: string; groupInstanceId?: string | null }[]): number[] {
    const leaving = members.map(member => ({ groupInstanceId: null, reason: null, ...member }))
    const response = this.carryOut(this.shard.leaveGroup(groupId, leaving, this.now))
    if (typeof response === 'number') return [response]
    return response.members?.map(member => member.errorCode) ?? []
  }

  commitOffsets(
    groupId: string,
    offsets: Readonly<Record<string, bigint>>,
    options: {
      readonly memberId?: string
      readonly generationId?: number
      readonly groupInstanceId?: string | null
      readonly apiVersion?: number
      readonly metadata?: string | null
      readonly retentionTimeMs?: number
      readonly topicId?: Uuid
    } = {},
  ): number[] {
    const request = {
      groupId,
      generationIdOrMemberEpoch: options.generationId ?? -1,
      memberId: options.memberId ?? '',
      groupInstanceId: options.groupInstanceId ?? null,
      retentionTimeMs: options.retentionTimeMs ?? -1,
      topics: Object.entries(offsets).map(([topicPartition, committedOffset]) => ({
        name: topicPartition.split(':')[0] ?? '',
        topicId: options.topicId ?? topicId,
        partitions: [
          {
            partitionIndex: Number(topicPartition.split(':')[1] ?? 0),
            committedOffset,
            committedLeaderEpoch: 7,
            committedMetadata: options.metadata === undefined ? 'm' : options.metadata,
          },
        ],
      })),
    }
    const response = this.carryOut<OffsetCommitResponse>(
      this.shard.commitOffsets(request, options.apiVersion ?? 9, this.now),
    )
    if (typeof response === 'number') return [response]
    return response.topics.flatMap(topic => topic.partitions.map(partition => partition.errorCode))
  }

  /** The committed offset, -1n where there is none. */
  fetch(groupId: string, topic: string, partition = 0): bigint {
    const topics = [{ name: topic, topicId: ZERO_UUID, partitionIndexes: [partition] }]
    const fetched = this.shard.fetchOffsets({ groupId, topics }, false)
    return fetched.topics[0]?.partitions[0]?.committedOffset ?? -1n
  }

  /** Lets time pass, with all deadlines that fall into it, each at its time. */
  advance(ms: number): void {
    const untilMs = this.nowMs + ms
    for (;;) {
      const nextMs = this.shard.nextDeadlineMs()
      if (nextMs > untilMs) break
      this.nowMs = Math.max(this.nowMs, nextMs)
      const result = this.shard.deadlineReached(this.now)
      if (result !== undefined) this.carryOut(result)
    }
    this.nowMs = untilMs
  }

  /** The shard is lost and loaded from its log again. */
  restart(config: Partial<GroupConfig> = {}): void {
    this.commit(ErrorCode.NOT_COORDINATOR)
    this.shard.unloaded()
    Object.assign(this.config, config)
    this.shard = this.replayed()
    this.shard.loaded(this.now)
  }

  /** A fresh shard with everything that is in the log. */
  replayed(): GroupCoordinatorShard {
    const shard = this.#newShard()
    for (const [offset, { key, value }] of this.log.entries()) {
      const record = groupRecordSerde.decode(key, value)
      assert.ok(record !== undefined)
      shard.replay(record, offset, -1, this.now)
    }
    return shard
  }

  #newShard(): GroupCoordinatorShard {
    return new GroupCoordinatorShard({
      config: this.config,
      groupConfigs: this.groupConfigs,
      topics: this.topics,
      assignors: [uniformAssignor, rangeAssignor],
      compileTopicPattern,
      random: this.random,
      logger: silentLogger,
    })
  }

  /** A stable group of dynamic members; the first leads. Each is assigned its place as text: `a0`, `a1`, … */
  stableGroup(
    groupId: string,
    memberCount: number,
    options: JoinOptions = {},
  ): { ids: string[]; generationId: number } {
    const joining = Array.from({ length: memberCount }, () => this.joinDynamic(groupId, options))
    while (!joining.every(({ joined }) => joined.isAnswered)) this.advance(this.config.initialRebalanceDelayMs)
    const ids = joining.map(({ memberId }) => memberId)
    const generationId = joining[0]!.joined.response.generationId ?? -1
    const leaderId = joining[0]!.joined.response.leader
    const assignments = Object.fromEntries(ids.map((id, index) => [id, `a${index}`]))
    for (const id of ids) this.sync(groupId, id, generationId, id === leaderId ? assignments : {})
    assert.equal(this.group(groupId).state, 'Stable')
    return { ids: [leaderId, ...ids.filter(id => id !== leaderId)], generationId }
  }
}

export function joinRequest(groupId: string, options: JoinOptions): JoinGroupRequest {
  const { protocols = ['range'] } = options
  const named = Array.isArray(protocols)
    ? protocols.map((name: string) => ({ name, metadata: bytesOf(name) }))
    : Object.entries(protocols as Readonly<Record<string, Uint8Array>>).map(([name, metadata]) => ({ name, metadata }))
  return {
    groupId,
    memberId: options.memberId ?? '',
    groupInstanceId: options.groupInstanceId ?? null,
    protocolType: options.protocolType ?? 'consumer',
    protocols: named,
    sessionTimeoutMs: options.sessionTimeoutMs ?? 10_000,
    rebalanceTimeoutMs: options.rebalanceTimeoutMs ?? 60_000,
    reason: null,
  }
}

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

export function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}

/** The metadata of a consumer that subscribes to these topics: ConsumerProtocolSubscription version 0. */
export function subscription(...topics: string[]): Uint8Array {
  const parts: number[] = [0, 0, 0, 0, 0, topics.length]
  for (const topic of topics) parts.push(topic.length >> 8, topic.length & 0xff, ...bytesOf(topic))
  parts.push(0xff, 0xff, 0xff, 0xff)
  return Uint8Array.from(parts)
}
