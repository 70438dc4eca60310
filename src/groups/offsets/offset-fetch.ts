import type { OffsetFetch } from '../../protocol/apis/offset-fetch.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import type { EncodableResponseOf, RequestOf } from '../../protocol/schema/api.ts'
import { type Uuid, ZERO_UUID } from '../../protocol/uuid.ts'
import type { GroupOffsets, StoredOffset } from './group-offsets.ts'

export type OffsetFetchGroup = RequestOf<typeof OffsetFetch>['groups'][number]
export type FetchedGroup = NonNullable<EncodableResponseOf<typeof OffsetFetch>['groups']>[number]
type FetchedTopic = NonNullable<FetchedGroup['topics']>[number]
type FetchedPartition = FetchedTopic['partitions'][number]

/** What a group has committed: for the topics asked for, or without any for all it has. */
export function fetchOffsets(
  offsets: GroupOffsets,
  request: Pick<OffsetFetchGroup, 'groupId' | 'topics'>,
  requireStable: boolean,
): FetchedGroup {
  const { groupId } = request
  const ofGroup = offsets.committed.ofGroup(groupId)
  const fetch = (topic: string, topicId: Uuid, partition: number): FetchedPartition => {
    if (requireStable && offsets.isPending(groupId, topic, partition)) {
      return { ...nothingCommitted(partition), errorCode: ErrorCode.UNSTABLE_OFFSET_COMMIT }
    }
    const offset = ofGroup?.get(topic)?.get(partition)
    if (offset === undefined || isOfAnotherTopic(offset, topicId)) return nothingCommitted(partition)
    return {
      partitionIndex: partition,
      committedOffset: offset.offset,
      committedLeaderEpoch: offset.leaderEpoch,
      metadata: offset.metadata,
      errorCode: ErrorCode.NONE,
    }
  }
  if (request.topics !== null) {
    const topics = request.topics.map(({ name, topicId, partitionIndexes }) => ({
      name,
      topicId,
      partitions: partitionIndexes.map(partition => fetch(name, topicId, partition)),
    }))
    return { groupId, topics }
  }
  const topics = Array.from(ofGroup ?? [], ([name, partitions]) => ({
    name,
    topicId: ZERO_UUID,
    partitions: Array.from(partitions.keys(), partition => fetch(name, ZERO_UUID, partition)),
  }))
  return { groupId, topics }
}

function nothingCommitted(partitionIndex: number): FetchedPartition {
  return { partitionIndex, committedOffset: -1n, committedLeaderEpoch: -1, metadata: '', errorCode: ErrorCode.NONE }
}

/** The topic was deleted and made again under the same name; an id that is not known says nothing. */
function isOfAnotherTopic(offset: StoredOffset, topicId: Uuid): boolean {
  return offset.topicId !== ZERO_UUID && topicId !== ZERO_UUID && offset.topicId !== topicId
}
