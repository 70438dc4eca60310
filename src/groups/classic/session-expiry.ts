import type { Instant } from '../../coordinator/instant.ts'
import { ShardDeadline } from '../../coordinator/shard-deadlines.ts'
import type { GroupRecord } from '../group-record.ts'
import { type GroupResult, nothingWritten } from '../group-result.ts'
import type { ClassicGroup } from './classic-group.ts'
import type { ClassicGroups } from './classic-groups.ts'
import { completeJoin, rebalanceOrCompleteJoin } from './rebalance.ts'
import { dismissMember } from './session.ts'

/** What ends a member's session, or the patience with a member that was given an id and has not joined. */
export function sessionDeadline(
  groups: ClassicGroups,
  group: ClassicGroup,
  memberId: string,
): ShardDeadline<GroupRecord> {
  return new ShardDeadline(now => sessionExpired(groups, group, memberId, now))
}

function sessionExpired(groups: ClassicGroups, group: ClassicGroup, memberId: string, now: Instant): GroupResult {
  if (group.pendingJoin.has(memberId)) {
    groups.logger.info(
      `Pending member ${memberId} in group ${group.groupId} has been removed after session timeout expiration.`,
    )
    group.remove(memberId)
  } else {
    const member = group.members.get(memberId)
    // A member whose request is parked is taken up again when that is answered.
    if (member === undefined || member.hasSatisfiedHeartbeat) return nothingWritten
    groups.logger.info(`Member ${memberId} in group ${group.groupId} has failed, removing it from the group.`)
    dismissMember(group, member)
    if (group.state === 'Stable' || group.state === 'CompletingRebalance') {
      return rebalanceOrCompleteJoin(groups, group, `removing member ${memberId} on heartbeat expiration.`, now)
    }
  }
  if (group.state === 'PreparingRebalance' && group.hasAllMembersJoined) return completeJoin(groups, group, now)
  return nothingWritten
}
