import type { RecordSerde } from '../coordinator/coordinator-shard.ts'
import {
  CoordinatorRecordDecoder,
  encodeRecordKey,
  encodeRecordValue,
} from '../protocol/coordinator/coordinator-record.ts'
import { GroupMetadataKey, GroupMetadataValue } from '../protocol/coordinator/group/group-metadata.ts'
import { GROUP_RECORDS } from '../protocol/coordinator/group/group-records.ts'
import { OffsetCommitKey, OffsetCommitValue } from '../protocol/coordinator/group/offset-commit.ts'
import type { Decoded } from '../protocol/schema/message.ts'
import { ZERO_UUID } from '../protocol/uuid.ts'
import {
  CONSUMER_GROUP_RECORDS,
  decodedConsumerGroupRecord,
  encodeConsumerGroupKey,
  encodeConsumerGroupValue,
} from './consumer/consumer-group-record-serde.ts'
import { copiedBytes } from './copied-bytes.ts'
import type { CommittedOffset, GroupRecord, RecordedGroup } from './group-record.ts'

/** What Kafka 4.3 writes. Version 1 alone has room for the retention time of old clients (KIP-211). */
const offsetCommitValueVersion = 4
const expiringOffsetCommitValueVersion = 1
const groupMetadataValueVersion = 3

const { LegacyOffsetCommit, OffsetCommit, GroupMetadata } = GROUP_RECORDS
const decoder = new CoordinatorRecordDecoder({
  LegacyOffsetCommit,
  OffsetCommit,
  GroupMetadata,
  ...CONSUMER_GROUP_RECORDS,
})

/** What an offset commit of Kafka 0.8.2 does not say. */
const legacyDefaults = { leaderEpoch: -1, expireTimestamp: -1, topicId: ZERO_UUID }

/** The records of `__consumer_offsets` that this coordinator keeps. Those of other kinds of groups are unknown to it. */
export const groupRecordSerde: RecordSerde<GroupRecord> = {
  encodeKey(record) {
    switch (record.kind) {
      case 'group-metadata':
        return encodeRecordKey(GroupMetadataKey, { group: record.groupId })
      case 'offset-commit': {
        const { groupId, topic, partition } = record
        return encodeRecordKey(OffsetCommitKey, { group: groupId, topic, partition })
      }
      default:
        return encodeConsumerGroupKey(record)
    }
  },

  encodeValue(record) {
    switch (record.kind) {
      case 'group-metadata':
        return record.value === null ? null : encodeGroup(record.value)
      case 'offset-commit':
        return record.value === null ? null : encodeOffset(record.value)
      default:
        return encodeConsumerGroupValue(record)
    }
  },

  decode(keyBytes, valueBytes) {
    const record = decoder.decode(keyBytes, valueBytes)
    if (record === undefined) return undefined
    switch (record.type) {
      case 'GroupMetadata': {
        const { key, value } = record
        return { kind: 'group-metadata', groupId: key.group, value: value === null ? null : decodedGroup(value) }
      }
      case 'OffsetCommit':
      case 'LegacyOffsetCommit': {
        const { group: groupId, topic, partition } = record.key
        const value = record.value === null ? null : decodedOffset({ ...legacyDefaults, ...record.value })
        return { kind: 'offset-commit', groupId, topic, partition, value }
      }
      default:
        return decodedConsumerGroupRecord(record)
    }
  },
}

function encodeOffset(value: CommittedOffset): Uint8Array {
  const { offset, leaderEpoch, metadata, commitTimestampMs, expireTimestampMs, topicId } = value
  const version = expireTimestampMs === -1 ? offsetCommitValueVersion : expiringOffsetCommitValueVersion
  const timestamps = { commitTimestamp: commitTimestampMs, expireTimestamp: expireTimestampMs }
  return encodeRecordValue(OffsetCommitValue, { offset, leaderEpoch, metadata, ...timestamps, topicId }, version)
}

function decodedOffset(value: Decoded<typeof OffsetCommitValue>): CommittedOffset {
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
  const members = value.members.map(({ rebalanceTimeoutMs, sessionTimeoutMs, ...member }) => ({
    ...member,
    rebalanceTimeout: rebalanceTimeoutMs,
    sessionTimeout: sessionTimeoutMs,
  }))
  const group = {
    protocolType: value.protocolType,
    generation: value.generationId,
    protocol: value.protocolName,
    leader: value.leaderId,
    currentStateTimestamp: value.stateSinceMs,
    members,
  }
  return encodeRecordValue(GroupMetadataValue, group, groupMetadataValueVersion)
}

function decodedGroup(value: Decoded<typeof GroupMetadataValue>): RecordedGroup {
  const members = value.members.map(({ rebalanceTimeout, sessionTimeout, subscription, assignment, ...member }) => ({
    ...member,
    rebalanceTimeoutMs: rebalanceTimeout,
    sessionTimeoutMs: sessionTimeout,
    // Copied: the member outlives the batch it was read from.
    subscription: copiedBytes(subscription),
    assignment: copiedBytes(assignment),
  }))
  return {
    protocolType: value.protocolType,
    generationId: value.generation,
    protocolName: value.protocol,
    leaderId: value.leader,
    stateSinceMs: value.currentStateTimestamp,
    members,
  }
}
