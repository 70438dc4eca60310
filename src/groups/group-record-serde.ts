import type { RecordSerde } from '../coordinator/coordinator-shard.ts'
import { GroupMetadataKey, GroupMetadataValue } from '../protocol/coordinator/group/group-metadata.ts'
import { OffsetCommitKey, OffsetCommitValue } from '../protocol/coordinator/group/offset-commit.ts'
import type { Shape } from '../protocol/schema/field.ts'
import type { Encodable, Message } from '../protocol/schema/message.ts'
import { Writer } from '../protocol/schema/writer.ts'
import type { CommittedOffset, GroupRecord, RecordedGroup } from './group-record.ts'

/** The key of an offset commit as Kafka 0.8.2 numbered it: its value versions 0 and 1 are today's. */
const legacyOffsetCommitType = 0
const offsetCommitType = 1
const groupMetadataType = 2

/** What Kafka 4.3 writes. Version 1 alone has room for the retention time of old clients (KIP-211). */
const offsetCommitValueVersion = 4
const expiringOffsetCommitValueVersion = 1
const groupMetadataValueVersion = 3

const keyVersion = 0
const prefixBytes = 2

/** The records of `__consumer_offsets` that this coordinator keeps. Those of other kinds of groups are unknown to it. */
export const groupRecordSerde: RecordSerde<GroupRecord> = {
  encodeKey(record) {
    if (record.kind === 'group-metadata') {
      return encodeKey(groupMetadataType, GroupMetadataKey, { group: record.groupId })
    }
    const { groupId, topic, partition } = record
    return encodeKey(offsetCommitType, OffsetCommitKey, { group: groupId, topic, partition })
  },

  encodeValue(record) {
    if (record.value === null) return null
    return record.kind === 'offset-commit' ? encodeOffset(record.value) : encodeGroup(record.value)
  },

  decode(key, value) {
    const type = int16Of(key)
    switch (type) {
      case legacyOffsetCommitType:
      case offsetCommitType: {
        const { group, topic, partition } = OffsetCommitKey.decode(key.subarray(prefixBytes), keyVersion)
        const offset = value === null ? null : decodeOffset(value)
        return { kind: 'offset-commit', groupId: group, topic, partition, value: offset }
      }
      case groupMetadataType: {
        const { group } = GroupMetadataKey.decode(key.subarray(prefixBytes), keyVersion)
        return { kind: 'group-metadata', groupId: group, value: value === null ? null : decodeGroup(value) }
      }
      default:
        return undefined
    }
  },
}

/** A coordinator's key is its type, then the fields; only values have versions. */
function encodeKey<S extends Shape>(type: number, key: Message<S>, value: Encodable<Message<S>>): Uint8Array {
  const writer = new Writer()
  writer.int16(type, 'type')
  key.encodeTo(writer, value, keyVersion)
  return writer.finishContiguous()
}

function encodeOffset(value: CommittedOffset): Uint8Array {
  const { offset, leaderEpoch, metadata, commitTimestampMs, expireTimestampMs, topicId } = value
  const version = expireTimestampMs === -1 ? offsetCommitValueVersion : expiringOffsetCommitValueVersion
  const timestamps = { commitTimestamp: commitTimestampMs, expireTimestamp: expireTimestampMs }
  return OffsetCommitValue.encodeVersioned({ offset, leaderEpoch, metadata, ...timestamps, topicId }, version)
}

function decodeOffset(bytes: Uint8Array): CommittedOffset {
  const value = OffsetCommitValue.decode(bytes.subarray(prefixBytes), int16Of(bytes))
  const { offset, leaderEpoch, metadata, commitTimestamp, expireTimestamp, topicId } = value
  return {
    offset,
    leaderEpoch,
    metadata,
    commitTimestampMs: commitTimestamp,
    expireTimestampMs: expireTimestamp,
    topicId,
  }
}

function encodeGroup(value: RecordedGroup): Uint8Array {
  const group = {
    protocolType: value.protocolType,
    generation: value.generationId,
    protocol: value.protocolName,
    leader: value.leaderId,
    currentStateTimestamp: value.stateSinceMs,
    members: value.members.map(({ rebalanceTimeoutMs, sessionTimeoutMs, ...member }) => ({
      ...member,
      rebalanceTimeout: rebalanceTimeoutMs,
      sessionTimeout: sessionTimeoutMs,
    })),
  }
  return GroupMetadataValue.encodeVersioned(group, groupMetadataValueVersion)
}

function decodeGroup(bytes: Uint8Array): RecordedGroup {
  const value = GroupMetadataValue.decode(bytes.subarray(prefixBytes), int16Of(bytes))
  return {
    protocolType: value.protocolType,
    generationId: value.generation,
    protocolName: value.protocol,
    leaderId: value.leader,
    stateSinceMs: value.currentStateTimestamp,
    members: value.members.map(({ rebalanceTimeout, sessionTimeout, subscription, assignment, ...member }) => ({
      ...member,
      rebalanceTimeoutMs: rebalanceTimeout,
      sessionTimeoutMs: sessionTimeout,
      // Copied: the member outlives the batch it was read from.
      subscription: subscription.slice(),
      assignment: assignment.slice(),
    })),
  }
}

function int16Of(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getInt16(0)
}
