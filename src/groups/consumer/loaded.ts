import type { Instant } from '../../coordinator/instant.ts'
import type { ConsumerGroup } from './consumer-group.ts'
import type { ConsumerGroups } from './consumer-groups.ts'
import { MemberState } from './member-state.ts'

/** Its records are loaded: everybody's time starts over. */
export function startLoadedConsumerGroup(groups: ConsumerGroups, group: ConsumerGroup, now: Instant): void {
  const { groupId } = group
  const sessionTimeoutMs = groups.groupConfigs.sessionTimeoutMs(groupId)
  for (const { memberId, memberEpoch, state, rebalanceTimeoutMs } of group.members.values()) {
    groups.timers.set(groupId, memberId, 'session', now.monotonicMs + sessionTimeoutMs)
    if (state !== MemberState.UNREVOKED_PARTITIONS) continue
    groups.timers.set(groupId, memberId, 'revocation', now.monotonicMs + rebalanceTimeoutMs, memberEpoch)
  }
}
