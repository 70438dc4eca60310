import type { Instant } from '../../coordinator/instant.ts'
import type { RecordedGroup } from '../group-record.ts'
import { ClassicGroup } from './classic-group.ts'
import { ClassicGroupMember } from './classic-group-member.ts'
import type { ClassicGroups } from './classic-groups.ts'
import { sessionDeadline } from './session-expiry.ts'

/** Makes the group anew as its record says. Sessions start when the shard is loaded. */
export function restoreGroup(groups: ClassicGroups, groupId: string, value: RecordedGroup | null): void {
  groups.groups.get(groupId)?.cancelDeadlines()
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
  groups.groups.set(groupId, group)
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
export function ensureGroup(groups: ClassicGroups, groupId: string, now: Instant): ClassicGroup {
  let group = groups.groups.get(groupId)
  if (group === undefined) {
    group = ClassicGroup.empty(groupId, groups.deadlines, now)
    groups.groups.set(groupId, group)
  }
  return group
}
