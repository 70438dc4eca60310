import type { Instant } from '../../coordinator/instant.ts'
import type { TxnOffsetCommit } from '../../protocol/apis/txn-offset-commit.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import type { EncodableResponseOf, RequestOf } from '../../protocol/schema/api.ts'
import { ZERO_UUID } from '../../protocol/uuid.ts'
import type { ClassicGroup } from '../classic/classic-group.ts'
import type { GroupRecord } from '../group-record.ts'
import { answered, type GroupResult } from '../group-result.ts'

export type TxnOffsetCommitRequest = RequestOf<typeof TxnOffsetCommit>
export type TxnOffsetCommitResponse = EncodableResponseOf<typeof TxnOffsetCommit>

/** Commits offsets for a group as part of a transaction: they count once it is committed. The topics exist. */
export function commitTransactionalOffsets(
  group: ClassicGroup | undefined,
  request: TxnOffsetCommitRequest,
  metadataLengthMax: number,
  now: Instant,
): GroupResult<TxnOffsetCommitResponse> {
  const errorCode = group === undefined ? errorWithoutGroup(request) : commitError(group, request)
  if (errorCode !== ErrorCode.NONE) return answered(refusedTxnOffsetCommit(request, errorCode))
  const records: GroupRecord[] = []
  const topics = request.topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map(partition => {
      const { partitionIndex, committedMetadata: metadata } = partition
      if (metadata !== null && metadata.length > metadataLengthMax) {
        return { partitionIndex, errorCode: ErrorCode.OFFSET_METADATA_TOO_LARGE }
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
  return { records, response: { throttleTimeMs: 0, topics } }
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
