import type { Instant } from '../../coordinator/instant.ts'
import type { OffsetCommit } from '../../protocol/apis/offset-commit.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import type { EncodableResponseOf, RequestOf } from '../../protocol/schema/api.ts'
import type { ClassicGroup } from '../classic/classic-group.ts'
import type { ClassicGroups } from '../classic/classic-groups.ts'
import { renewSession } from '../classic/session.ts'
import { commitCheck, everyPartition, type PartitionCheck } from '../consumer/commit-check.ts'
import type { GroupRecord } from '../group-record.ts'
import { answered, type GroupResult } from '../group-result.ts'
import type { Group } from '../group-table.ts'

export type OffsetCommitRequest = RequestOf<typeof OffsetCommit>
export type OffsetCommitResponse = EncodableResponseOf<typeof OffsetCommit>

/** From this version on a commit to a group that is not there says so; before, its generation is wrong. */
const groupIdNotFoundVersion = 9

/** What a request of version 5 and later, and one that sets none, holds as its retention time. */
const noRetentionMs = -1

/** Commits offsets for a group. The topics are known to exist, and are named and identified both. */
export function commitOffsets(
  groups: ClassicGroups,
  request: OffsetCommitRequest,
  apiVersion: number,
  now: Instant,
): GroupResult<OffsetCommitResponse> {
  const group = groups.groups.get(request.groupId)
  const check = commitCheckOf(group, request, apiVersion)
  if (typeof check === 'number') return answered(refusedOffsetCommit(request, check))
  if (group?.type === 'classic') renewCommitter(groups, group, request.memberId, now)
  const { retentionTimeMs } = request
  const expireTimestampMs =
    retentionTimeMs === noRetentionMs ? -1 : Math.min(now.wallMs + retentionTimeMs, Number.MAX_SAFE_INTEGER)
  const records: GroupRecord[] = []
  let refusedCode: number = ErrorCode.NONE
  const topics = request.topics.map(({ name, topicId, partitions }) => ({
    name,
    topicId,
    partitions: partitions.map(partition => {
      const { partitionIndex, committedMetadata: metadata } = partition
      if (metadata !== null && metadata.length > groups.config.offsetMetadataLengthMax) {
        return { partitionIndex, errorCode: ErrorCode.OFFSET_METADATA_TOO_LARGE }
      }
      if (refusedCode === ErrorCode.NONE) refusedCode = check(topicId, partitionIndex)
      const value = {
        offset: partition.committedOffset,
        leaderEpoch: partition.committedLeaderEpoch,
        metadata: metadata ?? '',
        commitTimestampMs: now.wallMs,
        expireTimestampMs,
        topicId,
      }
      records.push({ kind: 'offset-commit', groupId: request.groupId, topic: name, partition: partitionIndex, value })
      return { partitionIndex, errorCode: ErrorCode.NONE }
    }),
  }))
  // One partition that may not be committed refuses all.
  if (refusedCode !== ErrorCode.NONE) return answered(refusedOffsetCommit(request, refusedCode))
  return { records, response: { topics } }
}

function commitCheckOf(
  group: Group | undefined,
  request: OffsetCommitRequest,
  apiVersion: number,
): PartitionCheck | number {
  if (group?.type === 'consumer') {
    const { memberId, generationIdOrMemberEpoch: memberEpoch } = request
    return commitCheck(group, { memberId, memberEpoch }, apiVersion)
  }
  const errorCode = group === undefined ? errorWithoutGroup(request, apiVersion) : commitError(group, request)
  return errorCode === ErrorCode.NONE ? everyPartition : errorCode
}

/** A member that commits is alive. */
function renewCommitter(groups: ClassicGroups, group: ClassicGroup, memberId: string, now: Instant): void {
  if (group.state !== 'Stable' && group.state !== 'PreparingRebalance') return
  const member = group.members.get(memberId)
  if (member !== undefined) renewSession(groups, member, now)
}

/** The same error for every partition: the response has no other place for it. */
export function refusedOffsetCommit(
  request: Pick<OffsetCommitRequest, 'topics'>,
  errorCode: number,
): OffsetCommitResponse {
  const topics = request.topics.map(({ name, topicId, partitions }) => ({
    name,
    topicId,
    partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode })),
  }))
  return { topics }
}

/** Without a generation the commit is an administrator's, or of a consumer that assigns by itself: a simple group. */
function errorWithoutGroup(request: OffsetCommitRequest, apiVersion: number): number {
  if (request.generationIdOrMemberEpoch < 0) return ErrorCode.NONE
  return apiVersion < groupIdNotFoundVersion ? ErrorCode.ILLEGAL_GENERATION : ErrorCode.GROUP_ID_NOT_FOUND
}

function commitError(group: ClassicGroup, request: OffsetCommitRequest): number {
  const { generationIdOrMemberEpoch: generationId, memberId, groupInstanceId } = request
  if (generationId < 0 && group.state === 'Empty') return ErrorCode.NONE
  if (generationId >= 0 || memberId !== '' || groupInstanceId !== null) {
    const errorCode = group.memberError(memberId, groupInstanceId)
    if (errorCode !== ErrorCode.NONE) return errorCode
    if (generationId !== group.generationId) return ErrorCode.ILLEGAL_GENERATION
  } else if (group.state !== 'Empty') return ErrorCode.UNKNOWN_MEMBER_ID
  // The member knows its generation and not yet what it is assigned: nothing it may commit for.
  return group.state === 'CompletingRebalance' ? ErrorCode.REBALANCE_IN_PROGRESS : ErrorCode.NONE
}
