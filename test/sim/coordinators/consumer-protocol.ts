import { ConsumerProtocolAssignment } from '../../../src/protocol/consumer-protocol/consumer-protocol-assignment.ts'
import { ConsumerProtocolSubscription } from '../../../src/protocol/consumer-protocol/consumer-protocol-subscription.ts'

const version = 1

/** What a member of a classic consumer group says of itself. */
export function subscriptionBytes(topics: readonly string[]): Uint8Array {
  const chunks = ConsumerProtocolSubscription.encode({ topics: [...topics], ownedPartitions: [] }, version)
  return versioned(chunks)
}

export function subscribedTopics(bytes: Uint8Array): readonly string[] {
  return ConsumerProtocolSubscription.decode(bytes.subarray(2), version).topics
}

/** `mark` tells one assignment from another. */
export function assignmentBytes(partitions: readonly string[], mark: string): Uint8Array {
  const byTopic = new Map<string, number[]>()
  for (const name of partitions) {
    const [topic, partition] = splitName(name)
    byTopic.set(topic, [...(byTopic.get(topic) ?? []), partition])
  }
  const assignedPartitions = Array.from(byTopic, ([topic, indexes]) => ({ topic, partitions: indexes }))
  return versioned(
    ConsumerProtocolAssignment.encode({ assignedPartitions, userData: new TextEncoder().encode(mark) }, version),
  )
}

export function readAssignment(bytes: Uint8Array): { readonly mark: string; readonly partitions: readonly string[] } {
  if (bytes.length === 0) return { mark: '', partitions: [] }
  const { assignedPartitions, userData } = ConsumerProtocolAssignment.decode(bytes.subarray(2), version)
  return {
    mark: userData === null ? '' : new TextDecoder().decode(userData),
    partitions: assignedPartitions.flatMap(({ topic, partitions }) => partitions.map(index => `${topic}-${index}`)),
  }
}

/** `t-3` as topic and partition. */
export function splitName(name: string): [topic: string, partition: number] {
  const dash = name.lastIndexOf('-')
  return [name.slice(0, dash), Number(name.slice(dash + 1))]
}

function versioned(chunks: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat([Uint8Array.of(0, version), ...chunks]))
}
