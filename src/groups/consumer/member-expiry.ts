import type { Instant } from '../../coordinator/instant.ts'
import { type GroupResult, nothingWritten } from '../group-result.ts'
import type { ConsumerGroups } from './consumer-groups.ts'
import { removeMembers } from './leave.ts'
import type { Patience, RunOut } from './member-timers.ts'

/** Until a removal is tried again that could not be written (the default of Kafka's `CoordinatorTimerImpl`). */
const retryBackoffMs = 500

const reasons: Readonly<Record<Patience, string>> = {
  session: 'the member session expired',
  revocation: 'it failed to transition from its epoch within the rebalance timeout',
  join: 'the classic member failed to join within the rebalance timeout',
  sync: 'the member failed to sync within timeout',
}

/** A member's time is over: it is removed, if it is still there and has not moved on meanwhile. */
export function memberExpired(
  groups: ConsumerGroups,
  { groupId, memberId, patience, memberEpoch }: RunOut,
  now: Instant,
): GroupResult {
  const group = groups.groups.consumer(groupId)
  const member = group?.member(memberId)
  if (group === undefined || member === undefined) return nothingWritten
  if (patience === 'revocation' && member.memberEpoch !== memberEpoch) return nothingWritten
  groups.logger.info(`[GroupId ${groupId}] Member ${memberId} fenced from the group because ${reasons[patience]}.`)
  const removed = removeMembers(groups, group, new Set([member]), undefined, now)
  return {
    ...removed,
    settled: (errorCode, settledAt) => {
      removed.settled?.(errorCode, settledAt)
      if (errorCode === 0 || groups.groups.consumer(groupId)?.member(memberId) === undefined) return
      groups.timers.setIfUnset(groupId, memberId, patience, settledAt.monotonicMs + retryBackoffMs, memberEpoch)
    },
  }
}
