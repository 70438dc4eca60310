import type { Instant } from '../../coordinator/instant.ts'
import { type GroupRecord, offsetTombstone } from '../group-record.ts'
import type { Group } from '../group-table.ts'
import type { GroupOffsets, StoredOffset } from './group-offsets.ts'

export interface ExpiredOffsets {
  readonly records: readonly GroupRecord[]
  /** The group holds no offset any more, and none that is pending. */
  readonly isEverythingGone: boolean
}

/**
 * Offsets whose retention is over (KIP-211): of an empty group they count from when it became empty, of a simple group
 * from the commit, and of a stable group of consumers or of a consumer group likewise, but only for topics that nobody in it subscribes to.
 */
export function expireOffsets(offsets: GroupOffsets, group: Group, retentionMs: number, now: Instant): ExpiredOffsets {
  const topics = offsets.committed.ofGroup(group.groupId)
  const hasPending = offsets.hasPending(group.groupId)
  if (topics === undefined) return { records: [], isEverythingGone: !hasPending }
  const basis = retentionBasis(group)
  if (basis === 'none') return { records: [], isEverythingGone: false }
  const records: GroupRecord[] = []
  let isEverythingGone = !hasPending
  for (const [topic, partitions] of topics) {
    const isSubscribed = group.isSubscribedTo(topic)
    for (const [partition, offset] of partitions) {
      const fromMs = basis === 'committed' || basis === -1 ? offset.commitTimestampMs : basis
      if (
        !isSubscribed &&
        isOver(offset, fromMs, retentionMs, now) &&
        !offsets.isPending(group.groupId, topic, partition)
      ) {
        records.push(offsetTombstone(group.groupId, topic, partition))
      } else isEverythingGone = false
    }
  }
  return { records, isEverythingGone }
}

/** Since when a group is empty, in ms; -1 where an old record does not say. Or from when else an offset counts. */
function retentionBasis(group: Group): number | 'committed' | 'none' {
  if (group.type === 'consumer' || group.protocolType === null) return 'committed'
  if (group.state === 'Empty') return group.stateSinceMs
  const knowsTopics = group.usesConsumerProtocol && group.subscribedTopics !== null
  return knowsTopics && group.state === 'Stable' ? 'committed' : 'none'
}

function isOver(offset: StoredOffset, fromMs: number, retentionMs: number, now: Instant): boolean {
  return offset.expireTimestampMs === -1 ? now.wallMs - fromMs >= retentionMs : now.wallMs >= offset.expireTimestampMs
}
