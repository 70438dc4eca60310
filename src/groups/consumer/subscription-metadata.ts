import type { Instant } from '../../coordinator/instant.ts'
import type { SubscriptionType } from '../assignors/assignor.ts'
import type { GroupRecord } from '../group-record.ts'
import type { ConsumerGroup } from './consumer-group.ts'
import type { ConsumerGroupMember } from './consumer-group-member.ts'
import { groupEpochRecord, partitionMetadataTombstone } from './consumer-group-records.ts'
import type { ConsumerGroups } from './consumer-groups.ts'

/** Changes of topics are told of; this is Kafka's METADATA_REFRESH_INTERVAL_MS, in case one was not. */
export const metadataRefreshIntervalMs = 2_147_483_647

export interface SubscriptionMetadata {
  readonly groupEpoch: number
  /** Asked for where a target assignment is computed, and nowhere else: it looks at every topic. */
  readonly subscriptionType: () => SubscriptionType
}

/**
 * Looks at the topics the group subscribes to once the member is `updated`. The group epoch rises where the
 * subscriptions changed or the topics did (their hash, KIP-1101): a new target assignment is called for.
 */
export function updateSubscriptionMetadata(
  groups: ConsumerGroups,
  group: ConsumerGroup,
  isSubscriptionChanged: boolean,
  member: ConsumerGroupMember,
  updated: ConsumerGroupMember,
  records: GroupRecord[],
  now: Instant,
): SubscriptionMetadata {
  const { groupId } = group
  const subscriptions = group.subscriptions.after(member, updated)
  const metadataHash = groups.metadata.hashOf(subscriptions.topics.topics())
  let { groupEpoch } = group
  if (isSubscriptionChanged || metadataHash !== group.metadataHash) {
    groupEpoch++
    records.push(groupEpochRecord(groupId, groupEpoch, metadataHash))
    groups.logger.info(`[GroupId ${groupId}] Bumped group epoch to ${groupEpoch} with metadata hash ${metadataHash}.`)
  }
  group.scheduleMetadataRefresh(now.monotonicMs + metadataRefreshIntervalMs, groupEpoch)
  if (group.hasPartitionMetadataRecord) records.push(partitionMetadataTombstone(groupId))
  return { groupEpoch, subscriptionType: () => subscriptions.type(memberCountWith(group, updated)) }
}

/**
 * Of a group whose epoch stays. Kafka leaves a member out here that comes with an empty subscription, and may give
 * partitions to it that nobody reads then.
 */
export function unchangedMetadata(
  group: ConsumerGroup,
  member: ConsumerGroupMember,
  updated: ConsumerGroupMember,
): SubscriptionMetadata {
  return {
    groupEpoch: group.groupEpoch,
    subscriptionType: () => group.subscriptions.after(member, updated).type(memberCountWith(group, updated)),
  }
}

function memberCountWith(group: ConsumerGroup, { memberId, instanceId }: ConsumerGroupMember): number {
  const isNew = group.member(memberId) === undefined && group.staticMemberId(instanceId) === undefined
  return group.members.size + Number(isNew)
}
