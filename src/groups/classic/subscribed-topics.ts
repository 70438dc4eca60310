import { ConsumerProtocolSubscription } from '../../protocol/consumer-protocol/consumer-protocol-subscription.ts'
import { ProtocolError } from '../../protocol/schema/protocol-error.ts'
import { Reader } from '../../protocol/schema/reader.ts'
import type { ClassicGroupMember } from './classic-group-member.ts'

/** The topics that the members of a group of consumers subscribe to; `null` when a member's metadata does not tell. */
export function subscribedTopicsOf(
  members: ReadonlyMap<string, ClassicGroupMember>,
  protocolName: string | null,
): ReadonlySet<string> | null {
  const topics = new Set<string>()
  if (members.size === 0) return topics
  if (protocolName === null) return null
  for (const member of members.values()) {
    const subscription = topicsOf(member.metadata(protocolName))
    if (subscription === null) return null
    for (const topic of subscription) topics.add(topic)
  }
  return topics
}

const versionBytes = 2

function topicsOf(metadata: Uint8Array | undefined): readonly string[] | null {
  if (metadata === undefined || metadata.length < versionBytes) return null
  try {
    // Every version begins as version 0 does, so that brokers need not know those to come.
    return ConsumerProtocolSubscription.decodeFrom(new Reader(metadata.subarray(versionBytes)), 0).topics
  } catch (error) {
    if (error instanceof ProtocolError) return null
    throw error
  }
}
