import { assert } from '../../assertion.ts'
import type { Instant } from '../../coordinator/instant.ts'
import { ShardDeadline } from '../../coordinator/shard-deadlines.ts'
import { ClassicGroup, consumerProtocolType } from '../classic/classic-group.ts'
import { ClassicGroupMember } from '../classic/classic-group-member.ts'
import { groupMetadataRecord } from '../classic/group-metadata.ts'
import { prepareRebalance } from '../classic/rebalance.ts'
import { renewSession } from '../classic/session.ts'
import { sessionDeadline } from '../classic/session-expiry.ts'
import type { ConsumerGroup } from '../consumer/consumer-group.ts'
import type { ConsumerGroupMember } from '../consumer/consumer-group-member.ts'
import { groupTombstones } from '../consumer/consumer-group-records.ts'
import type { ConsumerGroups } from '../consumer/consumer-groups.ts'
import type { GroupRecord } from '../group-record.ts'
import { type GroupResult, nothingWritten } from '../group-result.ts'
import { embeddedVersion, writeAssignment } from './embedded-protocol.ts'
import { isDowngradeEnabled } from './migration-policy.ts'

/**
 * Whether the group becomes a classic one when these members go and `remaining` stay, successors of those that go
 * included: none of them speaks the consumer protocol any more, and the policy and `group.max.size` let them.
 */
export function mayDowngrade(
  groups: ConsumerGroups,
  group: ConsumerGroup,
  going: ReadonlySet<ConsumerGroupMember>,
  remaining: number,
): boolean {
  if (remaining <= 0 || !group.isClassicBut(going)) return false
  const refuse = (reason: string): false => {
    groups.logger.info(`Cannot downgrade consumer group ${group.groupId} to classic group because ${reason}.`)
    return false
  }
  if (!isDowngradeEnabled(groups.config.migrationPolicy)) return refuse('the online downgrade is disabled')
  if (remaining > groups.config.groupSizeMax) return refuse('its group size is greater than classic group max size')
  return true
}

/** The records of a group that becomes classic because members go. Those that stay join again: there is less of them. */
export function downgraded(
  groups: ConsumerGroups,
  group: ConsumerGroup,
  going: ReadonlySet<ConsumerGroupMember>,
  now: Instant,
): GroupRecord[] {
  const staying = [...group.members.values()].filter(member => !going.has(member))
  const classic = classicGroupOf(groups, group, staying, now)
  const reason = `Downgrade group ${group.groupId} from consumer to classic for member leaving.`
  startClassicGroup(groups, group.groupId, reason, now)
  const tombstones = groupTombstones(group.groupId, [...group.members.keys()], group.subscriptions.resolved.keys())
  return [...tombstones, classicRecord(groups, group, classic, memberId => memberId)]
}

/**
 * The records of a group that becomes classic because `successor`, of the classic protocol, takes the place of the
 * last member of the consumer protocol, whose assignment it gets. The records of the replacement itself come before.
 */
export function downgradedByReplacement(
  groups: ConsumerGroups,
  group: ConsumerGroup,
  predecessor: ConsumerGroupMember,
  successor: ConsumerGroupMember,
  isRebalanceNeeded: boolean,
  now: Instant,
): GroupRecord[] {
  const others = [...group.members.values()].filter(member => member.instanceId !== successor.instanceId)
  const classic = classicGroupOf(groups, group, [...others, successor], now)
  const reason = `Downgrade group ${group.groupId} from consumer to classic with stale assignment.`
  startClassicGroup(groups, group.groupId, isRebalanceNeeded ? reason : null, now)
  const memberIds = [...group.members.keys()].map(id => (id === predecessor.memberId ? successor.memberId : id))
  const targetIdOf = (id: string): string => (id === successor.memberId ? predecessor.memberId : id)
  return [
    ...groupTombstones(group.groupId, memberIds, group.subscriptions.resolved.keys()),
    classicRecord(groups, group, classic, targetIdOf),
  ]
}

/** Only to be recorded: it stands among the groups once its record is replayed. */
function classicGroupOf(
  groups: ConsumerGroups,
  group: ConsumerGroup,
  members: readonly ConsumerGroupMember[],
  now: Instant,
): ClassicGroup {
  const recorded = {
    state: 'Stable',
    generationId: group.groupEpoch,
    protocolType: consumerProtocolType,
    protocolName: null,
    leaderId: null,
    stateSinceMs: now.wallMs,
  } as const
  const classicGroup = new ClassicGroup(group.groupId, recorded, groups.deadlines)
  for (const member of members) classicGroup.add(classicMemberOf(groups, classicGroup, member), null)
  classicGroup.protocolName = classicGroup.selectProtocol()
  return classicGroup
}

function classicMemberOf(
  groups: ConsumerGroups,
  classicGroup: ClassicGroup,
  member: ConsumerGroupMember,
): ClassicGroupMember {
  const { memberId, instanceId, clientId, clientHost, rebalanceTimeoutMs, classic } = member
  assert(classic !== null, `Member ${memberId} of group ${classicGroup.groupId} speaks the classic protocol.`)
  const { sessionTimeoutMs, supportedProtocols: protocols } = classic
  const options = { memberId, groupInstanceId: instanceId, clientId, clientHost, rebalanceTimeoutMs, sessionTimeoutMs }
  return new ClassicGroupMember(
    { ...options, protocolType: consumerProtocolType, protocols },
    sessionDeadline(groups, classicGroup, memberId),
  )
}

/** With what the consumer group's target gave each, in the version that the member's own metadata has. */
function classicRecord(
  groups: ConsumerGroups,
  group: ConsumerGroup,
  classic: ClassicGroup,
  targetIdOf: (memberId: string) => string,
): GroupRecord {
  return groupMetadataRecord(classic, memberId => {
    const metadata = classic.members.get(memberId)?.metadata(classic.protocolName ?? '')
    const version = metadata === undefined ? null : embeddedVersion(metadata)
    return writeAssignment(group.target.of(targetIdOf(memberId)), groups.metadata.topics, version ?? 0)
  })
}

/** Once the records are replayed, sessions start to run, and the members are called to join again if they must. */
function startClassicGroup(
  groups: ConsumerGroups,
  groupId: string,
  rebalanceReason: string | null,
  now: Instant,
): void {
  const replayed = new ShardDeadline((reachedAt: Instant): GroupResult => {
    const classic = groups.groups.classic(groupId)
    // The records were refused: it is what it was.
    if (classic === undefined) return nothingWritten
    groups.timers.cancelGroup(groupId)
    for (const member of classic.members.values()) renewSession(groups, member, reachedAt)
    groups.logger.info(`[GroupId ${groupId}] Converted the consumer group to a classic group.`)
    if (rebalanceReason === null || classic.state !== 'Stable') return nothingWritten
    return prepareRebalance(groups, classic, rebalanceReason, reachedAt)
  })
  groups.deadlines.schedule(replayed, now.monotonicMs)
}
