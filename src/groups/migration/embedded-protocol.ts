import { ConsumerProtocolAssignment } from '../../protocol/consumer-protocol/consumer-protocol-assignment.ts'
import { ConsumerProtocolSubscription } from '../../protocol/consumer-protocol/consumer-protocol-subscription.ts'
import type { Decoded } from '../../protocol/schema/message.ts'
import { ProtocolError } from '../../protocol/schema/protocol-error.ts'
import { Reader } from '../../protocol/schema/reader.ts'
import type { TopicPartitions } from '../assignors/assignor.ts'
import type { OwnedPartitions } from '../consumer/epoched-partitions.ts'
import type { GroupTopics } from '../group-topics.ts'

export type EmbeddedSubscription = Decoded<typeof ConsumerProtocolSubscription>
export type EmbeddedAssignment = Decoded<typeof ConsumerProtocolAssignment>

const versionBytes = 2

/** What a consumer of the classic protocol subscribes to; `null` where the bytes are something else. */
export function readSubscription(bytes: Uint8Array): EmbeddedSubscription | null {
  return read(ConsumerProtocolSubscription, bytes)
}

/** What the leader of a classic group assigned; `null` where the bytes are something else. */
export function readAssignment(bytes: Uint8Array): EmbeddedAssignment | null {
  return read(ConsumerProtocolAssignment, bytes)
}

interface Embedded<Value> {
  readonly versions: readonly [number, number]
  decodeFrom(reader: Reader, version: number): Value
}

/** A later version is read as the last one that is known; what follows is left. */
function read<Value>(message: Embedded<Value>, bytes: Uint8Array): Value | null {
  const version = embeddedVersion(bytes)
  if (version === null || version < message.versions[0]) return null
  try {
    return message.decodeFrom(new Reader(bytes.subarray(versionBytes)), Math.min(version, message.versions[1]))
  } catch (error) {
    if (error instanceof ProtocolError) return null
    throw error
  }
}

/** `null`: too short to have one. */
export function embeddedVersion(bytes: Uint8Array): number | null {
  if (bytes.length < versionBytes) return null
  return new DataView(bytes.buffer, bytes.byteOffset).getInt16(0)
}

/** A target as the leader of a classic group would have assigned it; topics that are gone are left out. */
export function writeAssignment(partitions: TopicPartitions, topics: GroupTopics, memberVersion: number): Uint8Array {
  const version = Math.min(memberVersion, ConsumerProtocolAssignment.versions[1])
  const assignedPartitions = [...partitions].flatMap(([topicId, ofTopic]) => {
    const topic = topics.byId(topicId)
    return topic === undefined ? [] : [{ topic: topic.name, partitions: ofTopic }]
  })
  const body = ConsumerProtocolAssignment.encodeContiguous({ assignedPartitions }, version)
  const bytes = new Uint8Array(versionBytes + body.length)
  new DataView(bytes.buffer).setInt16(0, version)
  bytes.set(body, versionBytes)
  return bytes
}

/** By topic id; topics that are gone are left out. */
export function identified(
  named: readonly { readonly topic: string; readonly partitions: readonly number[] }[],
  topics: GroupTopics,
): OwnedPartitions {
  return named.flatMap(({ topic, partitions }) => {
    const topicId = topics.byName(topic)?.id
    return topicId === undefined ? [] : [{ topicId, partitions }]
  })
}
