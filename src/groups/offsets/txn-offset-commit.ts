import type { Instant } from '../../coordinator/instant.ts'
import type { TxnOffsetCommit } from '../../protocol/apis/txn-offset-commit.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import type { EncodableResponseOf, RequestOf } from '../../protocol/schema/api.ts'
import { ZERO_UUID } from '../../protocol/uuid.ts'
import type { ClassicGroup } from '../classic/classic-group.ts'
import { commitCheck, everyPartition, type PartitionCheck } from '../consumer/commit-check.ts'
import type { GroupRecord } from '../group-record.ts'
import { answered, type GroupResult } from '../group-result.ts'
import type { Group } from '../group-table.ts'
import type { GroupTopics } from '../group-topics.ts'

export type TxnOffsetCommitRequest = RequestOf<typeof TxnOffsetCommit>
export type TxnOffsetCommitResponse = EncodableResponseOf<typeof TxnOffsetCommit>

/** Commits offsets for a group as part of a transaction: they count once it is committed. The topics exist. */
export function commitTransactionalOffsets(
  group: Group | undefined,
  request: TxnOffsetCommitRequest,
  knownTopics: GroupTopics,
  metadataLengthMax: number,
  now: Instant,
): GroupResult<TxnOffsetCommitResponse> {
  const check = commitCheckOf(group, request)
  if (typeof check === 'number') return answered(refusedTxnOffsetCommit(request, check))
  const records: GroupRecord[] = []
  let refusedCode: number = ErrorCode.NONE
  const topics = request.topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map(partition => {
      const { partitionIndex, committedMetadata: metadata } = partition
      if (metadata !== null && metadata.length > metadataLengthMax) {
        return { partitionIndex, errorCode: ErrorCode.OFFSET_METADATA_TOO_LARGE }
      }
      if (refusedCode === ErrorCode.NONE) {
        refusedCode = inTransaction(check(knownTopics.byName(name)?.id ?? ZERO_UUID, partitionIndex))
      }
      const value = {
        offset: partition.committedOffset,
        leaderEpoch: partition.committedLeaderEpoch,
        metadata: metadata ?? '',
        commitTimestampMs: now.wallMs,
        expireTimestampMs: -1,
        // Kafka does not note the topic's id in a transaction.
        topicId: ZERO_UUID,
      }
      records.push({ kind: 'offset-commit', groupId: request.groupId, topic: name, partition: partitionIndex, value })
      return { partitionIndex, errorCode: ErrorCode.NONE }
    }),
  }))
  // One partition that may not be committed refuses all.
  if (refusedCode !== ErrorCode.NONE) return answered(refusedTxnOffsetCommit(request, refusedCode))
  return { records, response: { throttleTimeMs: 0, topics } }
}

function commitCheckOf(group: Group | undefined, request: TxnOffsetCommitRequest): PartitionCheck | number {
  if (group?.type === 'consumer') {
    const { memberId, generationId: memberEpoch, groupInstanceId } = request
    if (memberEpoch === -1 && memberId === '' && groupInstanceId === null) return everyPartition
    const check = commitCheck(group, { memberId, memberEpoch }, null)
    return typeof check === 'number' ? inTransaction(check) : check
  }
  const errorCode = group === undefined ? errorWithoutGroup(request) : commitError(group, request)
  return errorCode === ErrorCode.NONE ? everyPartition : errorCode
}

/** Producers know of generations, not of member epochs. */
function inTransaction(errorCode: number): number {
  return errorCode === ErrorCode.STALE_MEMBER_EPOCH ? ErrorCode.ILLEGAL_GENERATION : errorCode
}

/** The same error for every partition: the response has no other place for it. */
export function refusedTxnOffsetCommit(
  request: Pick<TxnOffsetCommitRequest, 'topics'>,
  errorCode: number,
): TxnOffsetCommitResponse {
  const topics = request.topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode })),
  }))
  return { throttleTimeMs: 0, topics }
}

/** Producers of before KIP-447 name no generation, whatever group they read for. */
function errorWithoutGroup({ generationId }: TxnOffsetCommitRequest): number {
  return generationId < 0 ? ErrorCode.NONE : ErrorCode.ILLEGAL_GENERATION
}

/** As for a commit outside of transactions, but the state of the group does not matter, and its session goes on. */
function commitError(group: ClassicGroup, request: TxnOffsetCommitRequest): number {
  const { generationId, memberId, groupInstanceId } = request
  if (generationId < 0 && group.state === 'Empty') return ErrorCode.NONE
  if (generationId < 0 && memberId === '' && groupInstanceId === null) return ErrorCode.NONE
  const errorCode = group.memberError(memberId, groupInstanceId)
  if (errorCode !== ErrorCode.NONE) return errorCode
  return generationId === group.generationId ? ErrorCode.NONE : ErrorCode.ILLEGAL_GENERATION
}
