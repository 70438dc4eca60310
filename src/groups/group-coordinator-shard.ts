import type { CoordinatorShard, TransactionOutcome } from '../coordinator/coordinator-shard.ts'
import type { Instant } from '../coordinator/instant.ts'
import { ShardDeadline, ShardDeadlines } from '../coordinator/shard-deadlines.ts'
import type { Logger, Random } from '../ports.ts'
import type { DeleteGroups } from '../protocol/apis/delete-groups.ts'
import type { Heartbeat } from '../protocol/apis/heartbeat.ts'
import { ErrorCode } from '../protocol/errors.ts'
import type { EncodableResponseOf, RequestOf } from '../protocol/schema/api.ts'
import type { PartitionAssignor } from './assignors/assignor.ts'
import type { JoinGroupAnswer, JoinGroupRequest, SyncGroupAnswer, SyncGroupRequest } from './classic/answers.ts'
import type { GroupClient } from './classic/classic-groups.ts'
import { type DescribedGroup, describeGroup, type ListedGroup, listGroup } from './classic/describe.ts'
import { heartbeat } from './classic/heartbeat.ts'
import { joinGroup } from './classic/join.ts'
import { type LeaveGroupRequest, type LeaveGroupResponse, leaveGroup } from './classic/leave.ts'
import { refusedJoin, refusedSync } from './classic/refusals.ts'
import { ensureGroup, restoreGroup, startLoadedGroup } from './classic/restore.ts'
import { syncGroup } from './classic/sync.ts'
import { fetchCheck } from './consumer/commit-check.ts'
import { groupTombstones } from './consumer/consumer-group-records.ts'
import type { ConsumerGroups } from './consumer/consumer-groups.ts'
import { type DescribedConsumerGroup, describeConsumerGroup } from './consumer/describe.ts'
import { consumerGroupHeartbeat } from './consumer/heartbeat.ts'
import type { ConsumerGroupHeartbeatRequest, ConsumerGroupHeartbeatResponse } from './consumer/heartbeat-request.ts'
import { startLoadedConsumerGroup } from './consumer/loaded.ts'
import { memberExpired } from './consumer/member-expiry.ts'
import { MemberTimers } from './consumer/member-timers.ts'
import { PatternRefreshes } from './consumer/pattern-refresh.ts'
import { patternsResolved } from './consumer/regular-expressions.ts'
import { replayConsumerGroupRecord } from './consumer/replay.ts'
import type { ConsumerGroupConfigs } from './dynamic-group-configs.ts'
import type { GroupConfig } from './group-config.ts'
import { type GroupRecord, groupTombstone } from './group-record.ts'
import { answered, type GroupResult } from './group-result.ts'
import { type Group, GroupTable } from './group-table.ts'
import type { GroupTopics, GroupTopicsChange } from './group-topics.ts'
import { joinConsumerGroup, joinInPlaceOf } from './migration/classic-join.ts'
import {
  heartbeatToConsumerGroup,
  leaveConsumerGroupAsClassic,
  syncConsumerGroup,
} from './migration/classic-members.ts'
import { GroupOffsets } from './offsets/group-offsets.ts'
import { commitOffsets, type OffsetCommitRequest, type OffsetCommitResponse } from './offsets/offset-commit.ts'
import {
  type DeletedTopic,
  deleteOffsets,
  forgetGroupOffsets,
  forgetTopicOffsets,
  type OffsetDeleteRequest,
  type OffsetDeleteResponse,
} from './offsets/offset-delete.ts'
import { expireOffsets } from './offsets/offset-expiry.ts'
import { type FetchedGroup, fetchOffsets, type OffsetFetchGroup } from './offsets/offset-fetch.ts'
import {
  commitTransactionalOffsets,
  type TxnOffsetCommitRequest,
  type TxnOffsetCommitResponse,
} from './offsets/txn-offset-commit.ts'
import type { CompileTopicPattern } from './regex/topic-pattern.ts'
import { SubscribedMetadata } from './subscribed-metadata.ts'

export type DeletedGroup = NonNullable<EncodableResponseOf<typeof DeleteGroups>['results']>[number]

export interface GroupShardOptions {
  readonly config: GroupConfig
  readonly groupConfigs: ConsumerGroupConfigs
  /** As of now; later ones come with `topicsChanged`. */
  readonly topics: GroupTopics
  /** Of consumer groups: at least one, the default one first. */
  readonly assignors: readonly PartitionAssignor[]
  readonly compileTopicPattern: CompileTopicPattern
  readonly random: Random
  readonly logger: Logger
}

/**
 * The groups of one partition of `__consumer_offsets`, and their offsets.
 *
 * What is recorded of a classic group changes when its records are written; that it rebalances meanwhile, and who
 * waits for it, is in memory alone and is lost with the shard: its members join again. Of a consumer group everything
 * is recorded but its deadlines.
 */
export class GroupCoordinatorShard implements CoordinatorShard<GroupRecord> {
  readonly offsets = new GroupOffsets()
  readonly #groups: ConsumerGroups
  readonly #expiry = new ShardDeadline<GroupRecord>(now => this.#expireOffsets(now))

  constructor(options: GroupShardOptions) {
    const { config, groupConfigs, topics, assignors, compileTopicPattern, random, logger } = options
    const deadlines = new ShardDeadlines<GroupRecord>()
    this.#groups = {
      groups: new GroupTable(),
      deadlines,
      timers: new MemberTimers(deadlines, (runOut, now) => memberExpired(this.#groups, runOut, now)),
      refreshes: new PatternRefreshes(deadlines, compileTopicPattern, (groupId, patterns, now) =>
        patternsResolved(this.#groups, groupId, patterns, now),
      ),
      metadata: new SubscribedMetadata(topics),
      config,
      groupConfigs,
      assignors,
      compileTopicPattern,
      random,
      logger,
    }
  }

  get groups(): GroupTable {
    return this.#groups.groups
  }

  consumerGroupHeartbeat(
    request: ConsumerGroupHeartbeatRequest,
    client: GroupClient,
    now: Instant,
  ): GroupResult<ConsumerGroupHeartbeatResponse> {
    return consumerGroupHeartbeat(this.#groups, request, client, now)
  }

  joinGroup(request: JoinGroupRequest, client: GroupClient, now: Instant, answer: JoinGroupAnswer): GroupResult {
    const group = this.groups.consumer(request.groupId)
    if (group === undefined) return joinGroup(this.#groups, request, client, now, answer)
    return group.isEmpty
      ? joinInPlaceOf(this.#groups, group, request, client, now, answer)
      : joinConsumerGroup(this.#groups, group, request, client, now, answer)
  }

  syncGroup(request: SyncGroupRequest, now: Instant, answer: SyncGroupAnswer): GroupResult {
    const group = this.groups.consumer(request.groupId)
    return group === undefined
      ? syncGroup(this.#groups, request, answer)
      : syncConsumerGroup(this.#groups, group, request, now, answer)
  }

  /** Answers with an error code. */
  heartbeat(request: RequestOf<typeof Heartbeat>, now: Instant): GroupResult<number> {
    const group = this.groups.consumer(request.groupId)
    return answered(
      group === undefined
        ? heartbeat(this.#groups, request, now)
        : heartbeatToConsumerGroup(this.#groups, group, request, now),
    )
  }

  leaveGroup(groupId: string, members: LeaveGroupRequest['members'], now: Instant): GroupResult<LeaveGroupResponse> {
    const group = this.groups.consumer(groupId)
    return group === undefined
      ? leaveGroup(this.#groups, groupId, members, now)
      : leaveConsumerGroupAsClassic(this.#groups, group, members, now)
  }

  describeGroup(groupId: string, apiVersion: number): DescribedGroup {
    return describeGroup(groupId, this.groups.get(groupId), apiVersion)
  }

  describeConsumerGroup(groupId: string): DescribedConsumerGroup {
    return describeConsumerGroup(this.#groups, groupId)
  }

  listGroups(isWanted: (listed: ListedGroup) => boolean): ListedGroup[] {
    return Array.from(this.groups.values(), listGroup).filter(isWanted)
  }

  deleteGroup(groupId: string): GroupResult<DeletedGroup> {
    const group = this.groups.get(groupId)
    if (group === undefined) return answered({ groupId, errorCode: ErrorCode.GROUP_ID_NOT_FOUND })
    if (group.state !== 'Empty') return answered({ groupId, errorCode: ErrorCode.NON_EMPTY_GROUP })
    const records = [...forgetGroupOffsets(this.offsets, groupId), ...this.#tombstonesOf(group)]
    return { records, response: { groupId, errorCode: ErrorCode.NONE } }
  }

  commitOffsets(request: OffsetCommitRequest, apiVersion: number, now: Instant): GroupResult<OffsetCommitResponse> {
    return commitOffsets(this.#groups, request, apiVersion, now)
  }

  commitTransactionalOffsets(request: TxnOffsetCommitRequest, now: Instant): GroupResult<TxnOffsetCommitResponse> {
    const { groups, metadata, config } = this.#groups
    const group = groups.get(request.groupId)
    return commitTransactionalOffsets(group, request, metadata.topics, config.offsetMetadataLengthMax, now)
  }

  /** Why a member may not fetch the group's offsets, 0 if it may (KIP-848). Without a member anybody may. */
  offsetFetchError({ groupId, memberId, memberEpoch }: Omit<OffsetFetchGroup, 'topics'>): number {
    const group = this.groups.consumer(groupId)
    return group === undefined ? ErrorCode.NONE : fetchCheck(group, memberId, memberEpoch)
  }

  fetchOffsets(request: Pick<OffsetFetchGroup, 'groupId' | 'topics'>, requireStable: boolean): FetchedGroup {
    return fetchOffsets(this.offsets, request, requireStable)
  }

  deleteOffsets(request: OffsetDeleteRequest): GroupResult<OffsetDeleteResponse> {
    return deleteOffsets(this.offsets, this.groups.get(request.groupId), request)
  }

  topicsDeleted(topics: readonly DeletedTopic[]): GroupResult {
    return { records: forgetTopicOffsets(this.offsets, topics), response: undefined, isAtomic: false }
  }

  /** Groups look at what they subscribe to again at their next heartbeat. */
  topicsChanged(topics: GroupTopics, change: GroupTopicsChange): void {
    for (const groupId of this.#groups.metadata.changed(topics, change)) {
      this.groups.consumer(groupId)?.requestMetadataRefresh()
    }
  }

  replay(record: GroupRecord, offset: number, producerId: number, now: Instant): void {
    switch (record.kind) {
      case 'group-metadata':
        restoreGroup(this.#groups, record.groupId, record.value)
        return
      case 'offset-commit': {
        const { groupId, topic, partition, value } = record
        if (value !== null) ensureGroup(this.#groups, groupId, now)
        this.offsets.replay(groupId, topic, partition, value, offset, producerId)
        return
      }
      default:
        replayConsumerGroupRecord(this.#groups, record)
    }
  }

  replayTransactionEnd(producerId: number, outcome: TransactionOutcome): void {
    this.offsets.replayTransactionEnd(producerId, outcome)
  }

  loaded(now: Instant): void {
    for (const group of this.groups.values()) {
      if (group.type === 'classic') startLoadedGroup(this.#groups, group, now)
      else startLoadedConsumerGroup(this.#groups, group, now)
    }
    this.#scheduleExpiry(now)
  }

  unloaded(): void {
    for (const group of this.groups.values()) {
      if (group.type !== 'classic') continue
      for (const member of group.members.values()) {
        group.answerJoin(member, refusedJoin(member.memberId, ErrorCode.NOT_COORDINATOR))
        member.answerSync(refusedSync(ErrorCode.NOT_COORDINATOR))
      }
    }
  }

  nextDeadlineMs(): number {
    return this.#groups.deadlines.nextDeadlineMs
  }

  deadlineReached(now: Instant): GroupResult | undefined {
    return this.#groups.deadlines.takeDue(now.monotonicMs)?.reached(now)
  }

  /** Writes tombstones for offsets whose time is over, and for groups that have nobody and nothing any more. */
  #expireOffsets(now: Instant): GroupResult {
    const records: GroupRecord[] = []
    for (const group of this.groups.values()) {
      const expired = expireOffsets(this.offsets, group, this.#groups.config.offsetsRetentionMs, now)
      records.push(...expired.records)
      if (expired.isEverythingGone && group.state === 'Empty') records.push(...this.#tombstonesOf(group))
    }
    this.#scheduleExpiry(now)
    return { records, response: undefined, isAtomic: false }
  }

  #tombstonesOf(group: Group): GroupRecord[] {
    if (group.type === 'classic') return [groupTombstone(group.groupId)]
    this.#groups.timers.cancelGroup(group.groupId)
    return groupTombstones(group.groupId, [...group.members.keys()], group.subscriptions.resolved.keys())
  }

  #scheduleExpiry(now: Instant): void {
    const dueMs = now.monotonicMs + this.#groups.config.offsetsRetentionCheckIntervalMs
    this.#groups.deadlines.schedule(this.#expiry, dueMs)
  }
}
