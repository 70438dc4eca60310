import { xxh3 } from '../coordinator/xxh3.ts'
import { uuidToBytes } from '../protocol/uuid.ts'
import type { GroupTopic } from './group-topics.ts'

const magicByte = 0
const idBytes = 16

/**
 * What a topic means to a group that subscribes to it: which topic it is, its partitions and their racks (KIP-1101,
 * Kafka's `Utils.computeTopicHash`). Numbers are little-endian, text is UTF-16 followed by its length.
 */
export function topicHash(topic: GroupTopic): bigint {
  const racks = Array.from({ length: topic.partitionCount }, (_, partition) =>
    [...topic.racksOfPartition(partition)].sort(),
  )
  let rackBytes = 0
  for (const ofPartition of racks) for (const rack of ofPartition) rackBytes += 4 + textBytes(rack)
  const bytes = new Uint8Array(1 + idBytes + textBytes(topic.name) + 4 + 4 * topic.partitionCount + rackBytes)
  const view = new DataView(bytes.buffer)
  view.setUint8(0, magicByte)
  const id = uuidToBytes(topic.id)
  const idView = new DataView(id.buffer, id.byteOffset, id.length)
  view.setBigUint64(1, idView.getBigUint64(0), true)
  view.setBigUint64(9, idView.getBigUint64(8), true)
  let position = writeText(view, 1 + idBytes, topic.name)
  position = writeInt(view, position, topic.partitionCount)
  for (const [partition, ofPartition] of racks.entries()) {
    position = writeInt(view, position, partition)
    for (const rack of ofPartition) {
      position = writeInt(view, position, rack.length)
      position = writeText(view, position, rack)
    }
  }
  return BigInt.asIntN(64, xxh3(bytes))
}

/** Of a group: of the hashes of its topics, in the order of their names; 0 without topics. */
export function groupHash(topicHashes: ReadonlyMap<string, bigint>): bigint {
  if (topicHashes.size === 0) return 0n
  const names = [...topicHashes.keys()].sort()
  const bytes = new Uint8Array(8 * names.length)
  const view = new DataView(bytes.buffer)
  for (const [index, name] of names.entries()) view.setBigInt64(8 * index, topicHashes.get(name)!, true)
  return BigInt.asIntN(64, xxh3(bytes))
}

function textBytes(text: string): number {
  return 2 * text.length + 4
}

function writeInt(view: DataView, position: number, value: number): number {
  view.setInt32(position, value, true)
  return position + 4
}

function writeText(view: DataView, position: number, text: string): number {
  for (let index = 0; index < text.length; index++) {
    view.setUint16(position + 2 * index, text.charCodeAt(index), true)
  }
  return writeInt(view, position + 2 * text.length, text.length)
}
