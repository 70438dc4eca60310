import type { OffsetDelete } from '../../protocol/apis/offset-delete.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import type { EncodableResponseOf, RequestOf } from '../../protocol/schema/api.ts'
import type { Uuid } from '../../protocol/uuid.ts'
import { ZERO_UUID } from '../../protocol/uuid.ts'
import { type GroupRecord, offsetTombstone } from '../group-record.ts'
import { answered, type GroupResult } from '../group-result.ts'
import type { Group } from '../group-table.ts'
import type { GroupOffsets } from './group-offsets.ts'

export type OffsetDeleteRequest = RequestOf<typeof OffsetDelete>
export type OffsetDeleteResponse = EncodableResponseOf<typeof OffsetDelete>

/** An administrator forgets offsets of a group; not those of topics it is subscribed to. */
export function deleteOffsets(
  offsets: GroupOffsets,
  group: Group | undefined,
  request: OffsetDeleteRequest,
): GroupResult<OffsetDeleteResponse> {
  const errorCode = deleteError(group)
  if (group === undefined || errorCode !== ErrorCode.NONE) return answered(refusedOffsetDelete(errorCode))
  const records: GroupRecord[] = []
  const topics = request.topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map(({ partitionIndex }) => {
      if (group.isSubscribedTo(name)) return { partitionIndex, errorCode: ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC }
      if (hasOffset(offsets, group.groupId, name, partitionIndex)) {
        records.push(offsetTombstone(group.groupId, name, partitionIndex))
      }
      return { partitionIndex, errorCode: ErrorCode.NONE }
    }),
  }))
  return { records, response: { errorCode: ErrorCode.NONE, throttleTimeMs: 0, topics } }
}

export function refusedOffsetDelete(errorCode: number): OffsetDeleteResponse {
  return { errorCode, throttleTimeMs: 0, topics: [] }
}

function deleteError(group: Group | undefined): number {
  if (group === undefined) return ErrorCode.GROUP_ID_NOT_FOUND
  if (group.type === 'consumer') return ErrorCode.NONE
  // Of a group that does not speak the consumer protocol nobody knows what its members read.
  return group.state !== 'Empty' && !group.usesConsumerProtocol ? ErrorCode.NON_EMPTY_GROUP : ErrorCode.NONE
}

function hasOffset(offsets: GroupOffsets, groupId: string, topic: string, partition: number): boolean {
  return offsets.committed.get(groupId, topic, partition) !== undefined || offsets.isPending(groupId, topic, partition)
}

/** Tombstones for everything the group committed, pending or not. */
export function forgetGroupOffsets(offsets: GroupOffsets, groupId: string): GroupRecord[] {
  return Array.from(offsets.ofGroup(groupId), ([topic, partition]) => offsetTombstone(groupId, topic, partition))
}

export interface DeletedTopic {
  readonly name: string
  readonly topicId: Uuid
}

/** Tombstones for all offsets of topics that are gone; not for those of a new topic under an old name. */
export function forgetTopicOffsets(offsets: GroupOffsets, deleted: readonly DeletedTopic[]): GroupRecord[] {
  const records: GroupRecord[] = []
  for (const { name, topicId } of deleted) {
    for (const [groupId, partition, offset] of offsets.ofTopic(name)) {
      const isOfTopic = offset.topicId === ZERO_UUID || offset.topicId === topicId
      if (isOfTopic) records.push(offsetTombstone(groupId, name, partition))
    }
  }
  return records
}
