import type { Instant } from '../../coordinator/instant.ts'
import type { GroupRecord } from '../group-record.ts'
import { Refusal } from '../refusal.ts'
import type { ConsumerGroup } from './consumer-group.ts'
import { areEqualMembers, type ConsumerGroupMember, isReconciledTo } from './consumer-group-member.ts'
import { currentAssignmentRecord } from './consumer-group-records.ts'
import type { ConsumerGroups } from './consumer-groups.ts'
import { reconciled } from './current-assignment.ts'
import type { OwnedPartitions } from './epoched-partitions.ts'
import { MemberState } from './member-state.ts'
import type { MemberTarget } from './new-target.ts'

/** Takes the member one step towards its target, with the record of where it stands then. */
export function reconcile(
  groups: ConsumerGroups,
  group: ConsumerGroup,
  member: ConsumerGroupMember,
  target: MemberTarget,
  hasSubscriptionChanged: boolean,
  owned: OwnedPartitions | null,
  records: GroupRecord[],
  now: Instant,
): ConsumerGroupMember | Refusal {
  if (!hasSubscriptionChanged && isReconciledTo(member, target.epoch)) return member
  const updated = reconciled(member, {
    target: target.partitions,
    targetEpoch: target.epoch,
    subscribedTopics: group.subscriptions.topicsOf(member),
    hasSubscriptionChanged,
    topics: groups.metadata.topics,
    ownerEpoch: (topicId, partition) => group.ownerEpoch(topicId, partition),
    owned,
  })
  if (updated instanceof Refusal || areEqualMembers(member, updated)) return updated
  const { groupId } = group
  const { memberId, memberEpoch } = updated
  records.push(currentAssignmentRecord(groupId, updated))
  // Members of the classic protocol give up partitions by joining again, and have other deadlines.
  if (updated.classic === null) {
    if (updated.state === MemberState.UNREVOKED_PARTITIONS) {
      const dueMs = now.monotonicMs + updated.rebalanceTimeoutMs
      groups.timers.set(groupId, memberId, 'revocation', dueMs, memberEpoch)
    } else groups.timers.cancel(groupId, memberId, 'revocation')
  }
  return updated
}
