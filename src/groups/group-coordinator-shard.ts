import type { CoordinatorShard, TransactionOutcome } from '../coordinator/coordinator-shard.ts'
import type { Instant } from '../coordinator/instant.ts'
import { ShardDeadline, ShardDeadlines } from '../coordinator/shard-deadlines.ts'
import type { Logger, Random } from '../ports.ts'
import type { DeleteGroups } from '../protocol/apis/delete-groups.ts'
import type { Heartbeat } from '../protocol/apis/heartbeat.ts'
import { ErrorCode } from '../protocol/errors.ts'
import type { EncodableResponseOf, RequestOf } from '../protocol/schema/api.ts'
import type { JoinGroupAnswer, JoinGroupRequest, SyncGroupAnswer, SyncGroupRequest } from './classic/answers.ts'
import type { ClassicGroup } from './classic/classic-group.ts'
import type { ClassicGroups, GroupClient } from './classic/classic-groups.ts'
import { type DescribedGroup, describeGroup, type ListedGroup, listGroup } from './classic/describe.ts'
import { heartbeat } from './classic/heartbeat.ts'
import { joinGroup } from './classic/join.ts'
import { type LeaveGroupRequest, type LeaveGroupResponse, leaveGroup } from './classic/leave.ts'
import { prepareRebalance } from './classic/rebalance.ts'
import { refusedJoin, refusedSync } from './classic/refusals.ts'
import { ensureGroup, restoreGroup } from './classic/restore.ts'
import { renewSession } from './classic/session.ts'
import { syncGroup } from './classic/sync.ts'
import type { GroupConfig } from './group-config.ts'
import { type GroupRecord, groupTombstone } from './group-record.ts'
import { answered, type GroupResult } from './group-result.ts'
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

export type DeletedGroup = NonNullable<EncodableResponseOf<typeof DeleteGroups>['results']>[number]

export interface GroupShardOptions {
  readonly config: GroupConfig
  readonly random: Random
  readonly logger: Logger
}

/**
 * The groups of one partition of `__consumer_offsets`, and their offsets.
 *
 * What is recorded of a classic group changes when its records are written; that it rebalances meanwhile, and who
 * waits for it, is in memory alone and is lost with the shard: its members join again.
 */
export class GroupCoordinatorShard implements CoordinatorShard<GroupRecord> {
  readonly offsets = new GroupOffsets()
  readonly #classic: ClassicGroups
  readonly #expiry = new ShardDeadline<GroupRecord>(now => this.#expireOffsets(now))

  constructor({ config, random, logger }: GroupShardOptions) {
    this.#classic = { groups: new Map(), deadlines: new ShardDeadlines(), config, random, logger }
  }

  get groups(): ReadonlyMap<string, ClassicGroup> {
    return this.#classic.groups
  }

  joinGroup(request: JoinGroupRequest, client: GroupClient, now: Instant, answer: JoinGroupAnswer): GroupResult {
    return joinGroup(this.#classic, request, client, now, answer)
  }

  syncGroup(request: SyncGroupRequest, answer: SyncGroupAnswer): GroupResult {
    return syncGroup(this.#classic, request, answer)
  }

  /** Answers with an error code. */
  heartbeat(request: RequestOf<typeof Heartbeat>, now: Instant): GroupResult<number> {
    return answered(heartbeat(this.#classic, request, now))
  }

  leaveGroup(groupId: string, members: LeaveGroupRequest['members'], now: Instant): GroupResult<LeaveGroupResponse> {
    return leaveGroup(this.#classic, groupId, members, now)
  }

  describeGroup(groupId: string, apiVersion: number): DescribedGroup {
    return describeGroup(groupId, this.#classic.groups.get(groupId), apiVersion)
  }

  listGroups(isWanted: (listed: ListedGroup) => boolean): ListedGroup[] {
    return Array.from(this.#classic.groups.values(), listGroup).filter(isWanted)
  }

  deleteGroup(groupId: string): GroupResult<DeletedGroup> {
    const group = this.#classic.groups.get(groupId)
    if (group === undefined) return answered({ groupId, errorCode: ErrorCode.GROUP_ID_NOT_FOUND })
    if (group.state !== 'Empty') return answered({ groupId, errorCode: ErrorCode.NON_EMPTY_GROUP })
    const records = [...forgetGroupOffsets(this.offsets, groupId), groupTombstone(groupId)]
    return { records, response: { groupId, errorCode: ErrorCode.NONE } }
  }

  commitOffsets(request: OffsetCommitRequest, apiVersion: number, now: Instant): GroupResult<OffsetCommitResponse> {
    return commitOffsets(this.#classic, request, apiVersion, now)
  }

  commitTransactionalOffsets(request: TxnOffsetCommitRequest, now: Instant): GroupResult<TxnOffsetCommitResponse> {
    const { groups, config } = this.#classic
    return commitTransactionalOffsets(groups.get(request.groupId), request, config.offsetMetadataLengthMax, now)
  }

  fetchOffsets(request: Pick<OffsetFetchGroup, 'groupId' | 'topics'>, requireStable: boolean): FetchedGroup {
    return fetchOffsets(this.offsets, request, requireStable)
  }

  deleteOffsets(request: OffsetDeleteRequest): GroupResult<OffsetDeleteResponse> {
    return deleteOffsets(this.offsets, this.#classic.groups.get(request.groupId), request)
  }

  topicsDeleted(topics: readonly DeletedTopic[]): GroupResult {
    return { records: forgetTopicOffsets(this.offsets, topics), response: undefined, isAtomic: false }
  }

  replay(record: GroupRecord, offset: number, producerId: number, now: Instant): void {
    if (record.kind === 'group-metadata') {
      restoreGroup(this.#classic, record.groupId, record.value)
      return
    }
    const { groupId, topic, partition, value } = record
    if (value !== null) ensureGroup(this.#classic, groupId, now)
    this.offsets.replay(groupId, topic, partition, value, offset, producerId)
  }

  replayTransactionEnd(producerId: number, outcome: TransactionOutcome): void {
    this.offsets.replayTransactionEnd(producerId, outcome)
  }

  loaded(now: Instant): void {
    const { groups, config } = this.#classic
    for (const group of groups.values()) {
      for (const member of group.members.values()) renewSession(this.#classic, member, now)
      if (group.members.size <= config.groupSizeMax) continue
      // `group.max.size` was lowered: members join again, as many as there is room for.
      const size = `size ${group.members.size}`
      const reason = `Freshly-loaded group ${group.groupId} (${size}) is over capacity ${config.groupSizeMax}.`
      prepareRebalance(this.#classic, group, reason, now)
    }
    this.#scheduleExpiry(now)
  }

  unloaded(): void {
    for (const group of this.#classic.groups.values()) {
      for (const member of group.members.values()) {
        group.answerJoin(member, refusedJoin(member.memberId, ErrorCode.NOT_COORDINATOR))
        member.answerSync(refusedSync(ErrorCode.NOT_COORDINATOR))
      }
    }
  }

  nextDeadlineMs(): number {
    return this.#classic.deadlines.nextDeadlineMs
  }

  deadlineReached(now: Instant): GroupResult | undefined {
    return this.#classic.deadlines.takeDue(now.monotonicMs)?.reached(now)
  }

  /** Writes tombstones for offsets whose time is over, and for groups that have nobody and nothing any more. */
  #expireOffsets(now: Instant): GroupResult {
    const records: GroupRecord[] = []
    for (const group of this.#classic.groups.values()) {
      const expired = expireOffsets(this.offsets, group, this.#classic.config.offsetsRetentionMs, now)
      records.push(...expired.records)
      if (expired.isEverythingGone && group.state === 'Empty') records.push(groupTombstone(group.groupId))
    }
    this.#scheduleExpiry(now)
    return { records, response: undefined, isAtomic: false }
  }

  #scheduleExpiry(now: Instant): void {
    const dueMs = now.monotonicMs + this.#classic.config.offsetsRetentionCheckIntervalMs
    this.#classic.deadlines.schedule(this.#expiry, dueMs)
  }
}
