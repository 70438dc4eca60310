import type { Instant } from '../../coordinator/instant.ts'
import type { RecordedGroup } from '../group-record.ts'
import { ClassicGroup } from './classic-group.ts'
import { ClassicGroupMember } from './classic-group-member.ts'
import type { ClassicGroups } from './classic-groups.ts'
import { prepareRebalance } from './rebalance.ts'
import { renewSession } from './session.ts'
import { sessionDeadline } from './session-expiry.ts'

/** Makes the group anew as its record says. Sessions start when the shard is loaded. */
export function restoreGroup(groups: ClassicGroups, groupId: string, value: RecordedGroup | null): void {
  groups.groups.classic(groupId)?.cancelDeadlines()
  if (value === null) {
    groups.groups.delete(groupId)
    return
  }
  const group = new ClassicGroup(
    groupId,
    {
      state: value.members.length === 0 ? 'Empty' : 'Stable',
      generationId: value.generationId,
      protocolType: value.protocolType === '' ? null : value.protocolType,
      protocolName: value.protocolName,
      leaderId: value.leaderId,
      stateSinceMs: value.stateSinceMs,
    },
    groups.deadlines,
  )
  groups.groups.set(group)
  for (const member of value.members) group.add(restoredMember(groups, group, member, value), null)
  group.learnSubscribedTopics()
}

function restoredMember(
  groups: ClassicGroups,
  group: ClassicGroup,
  recorded: RecordedGroup['members'][number],
  value: RecordedGroup,
): ClassicGroupMember {
  // Value version 0 knows no rebalance timeout: JoinGroup had none either, and the session's was used.
  const rebalanceTimeoutMs =
    recorded.rebalanceTimeoutMs === -1 ? recorded.sessionTimeoutMs : recorded.rebalanceTimeoutMs
  return new ClassicGroupMember(
    {
      ...recorded,
      rebalanceTimeoutMs,
      protocolType: value.protocolType,
      protocols: [{ name: value.protocolName ?? '', metadata: recorded.subscription }],
    },
    sessionDeadline(groups, group, recorded.memberId),
  )
}

/** A simple group: there because somebody commits offsets under its name (Kafka's `getOrMaybeCreateClassicGroup`). */
export function ensureGroup(groups: ClassicGroups, groupId: string, now: Instant): void {
  if (groups.groups.get(groupId) === undefined) groups.groups.set(ClassicGroup.empty(groupId, groups.deadlines, now))
}

/** Its record is loaded: sessions start to run. */
export function startLoadedGroup(groups: ClassicGroups, group: ClassicGroup, now: Instant): void {
  const { groupSizeMax } = groups.config
  for (const member of group.members.values()) renewSession(groups, member, now)
  if (group.members.size <= groupSizeMax) return
  // `group.max.size` was lowered: members join again, as many as there is room for.
  const size = `size ${group.members.size}`
  const reason = `Freshly-loaded group ${group.groupId} (${size}) is over capacity ${groupSizeMax}.`
  prepareRebalance(groups, group, reason, now)
}
