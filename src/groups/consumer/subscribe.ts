import type { Instant } from '../../coordinator/instant.ts'
import type { GroupRecord } from '../group-record.ts'
import { Refusal } from '../refusal.ts'
import type { ConsumerGroup } from './consumer-group.ts'
import { areEqualMembers, areEqualSets, type ConsumerGroupMember } from './consumer-group-member.ts'
import { memberRecord } from './consumer-group-records.ts'
import type { ConsumerGroups } from './consumer-groups.ts'
import { updatePatterns } from './regular-expressions.ts'
import { type SubscriptionMetadata, unchangedMetadata, updateSubscriptionMetadata } from './subscription-metadata.ts'

export interface Subscribed extends SubscriptionMetadata {
  /** The member subscribes to something else than before: by name, or by another pattern. */
  readonly hasChanged: boolean
}

/**
 * Takes over what a member says of itself, `said`, with the records that say so. The group epoch rises when it now
 * subscribes to something else, or the topics themselves have changed.
 */
export function subscribe(
  groups: ConsumerGroups,
  group: ConsumerGroup,
  member: ConsumerGroupMember,
  said: ConsumerGroupMember,
  records: GroupRecord[],
  now: Instant,
): Subscribed | Refusal {
  if (!areEqualMembers(member, said)) records.push(memberRecord(group.groupId, said))
  const hasNewNames = !areEqualSets(member.subscribedTopicNames, said.subscribedTopicNames)
  const patternChange = updatePatterns(groups, group, member, said, records, now)
  if (patternChange instanceof Refusal) return patternChange
  const hasChanged = hasNewNames || patternChange !== 'unchanged'
  // What a new pattern matches is not known yet: the group rebalances when it is. A member of the classic protocol
  // can only give one up.
  const isCallForRebalance =
    hasNewNames || patternChange === 'changed-and-resolved' || (hasChanged && said.classic !== null)
  if (isCallForRebalance || group.needsMetadataRefresh(now)) {
    const metadata = updateSubscriptionMetadata(groups, group, isCallForRebalance, member, said, records, now)
    return { ...metadata, hasChanged }
  }
  return { ...unchangedMetadata(group, member, said), hasChanged }
}
