import { ErrorCode } from '../../protocol/errors.ts'
import { type GroupRecord, groupTombstone } from '../group-record.ts'
import { upgraded } from '../migration/upgrade.ts'
import { Refusal } from '../refusal.ts'
import { ConsumerGroup } from './consumer-group.ts'
import { type ConsumerGroupMember, newMember } from './consumer-group-member.ts'
import {
  currentAssignmentRecord,
  memberRecord,
  memberTombstones,
  targetAssignmentMemberRecord,
} from './consumer-group-records.ts'
import type { ConsumerGroups } from './consumer-groups.ts'
import type { EpochedPartitions, OwnedPartitions } from './epoched-partitions.ts'
import { joiningEpoch, leftForAWhileEpoch } from './member-state.ts'

/**
 * The group that a heartbeat is for. A member that joins makes it where there is none: a new one, which is written
 * first and stands among the groups once its records are replayed.
 */
export function groupToEnter(
  groups: ConsumerGroups,
  groupId: string,
  isJoining: boolean,
  records: GroupRecord[],
): ConsumerGroup | Refusal {
  const group = groups.groups.get(groupId)
  if (group === undefined) {
    return isJoining
      ? new ConsumerGroup(groupId)
      : new Refusal(ErrorCode.GROUP_ID_NOT_FOUND, `Consumer group ${groupId} not found.`)
  }
  if (group.type === 'consumer') return group
  if (!isJoining) return new Refusal(ErrorCode.GROUP_ID_NOT_FOUND, `Group ${groupId} is not a consumer group.`)
  if (group.state !== 'Empty') return upgraded(groups, group, records)
  groups.logger.info(`[GroupId ${groupId}] Converted the empty classic group to a consumer group.`)
  records.push(groupTombstone(groupId))
  return new ConsumerGroup(groupId)
}

/** `group.consumer.max.size`; who replaces a static member adds nobody. */
export function fullness(
  groups: ConsumerGroups,
  group: ConsumerGroup,
  memberId: string,
  instanceId: string | null,
): Refusal | undefined {
  const { consumerGroupSizeMax } = groups.config
  if (group.staticMemberId(instanceId) !== undefined || group.members.size < consumerGroupSizeMax) return undefined
  if (group.member(memberId) !== undefined) return undefined
  const message = `The consumer group has reached its maximum capacity of ${consumerGroupSizeMax} members.`
  return new Refusal(ErrorCode.GROUP_MAX_SIZE_REACHED, message)
}

export interface Entering {
  readonly memberId: string
  readonly instanceId: string | null
  readonly isJoining: boolean
  /** Of a member of the consumer protocol; one of the classic protocol is asked about its generation elsewhere. */
  readonly heartbeat: { readonly memberEpoch: number; readonly owned: OwnedPartitions | null } | null
}

/** The member that a request comes from: known, new, or the successor of a static member. */
export function memberToEnter(
  groups: ConsumerGroups,
  group: ConsumerGroup,
  entering: Entering,
  records: GroupRecord[],
): ConsumerGroupMember | Refusal {
  return entering.instanceId === null
    ? dynamicMember(groups, group, entering)
    : staticMember(groups, group, entering, entering.instanceId, records)
}

function dynamicMember(
  groups: ConsumerGroups,
  group: ConsumerGroup,
  { memberId, isJoining, heartbeat }: Entering,
): ConsumerGroupMember | Refusal {
  const known = group.member(memberId)
  if (known === undefined && !isJoining) return unknownMember(group, memberId)
  const member = known ?? newMember(memberId)
  const refusal = heartbeat === null ? undefined : epochRefusal(member, heartbeat)
  if (refusal !== undefined) return refusal
  if (isJoining) {
    const protocol = heartbeat === null ? 'classic' : 'consumer'
    groups.logger.info(
      `[GroupId ${group.groupId}] Member ${memberId} joins the consumer group using the ${protocol} protocol.`,
    )
  }
  return member
}

function staticMember(
  groups: ConsumerGroups,
  group: ConsumerGroup,
  { memberId, isJoining, heartbeat }: Entering,
  instanceId: string,
  records: GroupRecord[],
): ConsumerGroupMember | Refusal {
  const existing = group.staticMember(instanceId)
  const who = `Static member ${memberId} with instance id ${instanceId}`
  if (!isJoining) {
    if (existing === undefined) return unknownInstance(instanceId)
    if (existing.memberId !== memberId) return fencedInstance(groups, group, existing, memberId, instanceId)
    return (heartbeat === null ? undefined : epochRefusal(existing, heartbeat)) ?? existing
  }
  const protocol = heartbeat === null ? 'classic' : 'consumer'
  if (existing === undefined) {
    groups.logger.info(`[GroupId ${group.groupId}] ${who} joins the consumer group using the ${protocol} protocol.`)
    return group.member(memberId) ?? newMember(memberId)
  }
  const bothSpeakConsumer = heartbeat !== null && existing.classic === null
  if (bothSpeakConsumer && existing.memberEpoch !== leftForAWhileEpoch) {
    const message = `${who} cannot join the group because the instance id is owned by ${existing.memberId} member.`
    groups.logger.info(`[GroupId ${group.groupId}] ${message}`)
    return new Refusal(ErrorCode.UNRELEASED_INSTANCE_ID, message)
  }
  const successor = { ...existing, memberId, memberEpoch: joiningEpoch, previousMemberEpoch: joiningEpoch }
  replaceMember(group, existing, successor, records)
  groups.logger.info(
    `[GroupId ${group.groupId}] Static member with instance id ${instanceId} re-joins the consumer group using the ` +
      `${protocol} protocol. Created a new member ${memberId} to replace the existing member ${existing.memberId}.`,
  )
  return successor
}

/** The successor takes over subscription, target and partitions. The timers of the old id run out on nobody. */
function replaceMember(
  group: ConsumerGroup,
  existing: ConsumerGroupMember,
  successor: ConsumerGroupMember,
  records: GroupRecord[],
): void {
  const { groupId } = group
  records.push(
    ...memberTombstones(groupId, existing.memberId),
    memberRecord(groupId, successor),
    targetAssignmentMemberRecord(groupId, successor.memberId, group.target.of(existing.memberId)),
    currentAssignmentRecord(groupId, successor),
  )
}

/** A member one epoch behind, with nothing but what it was given, has not had the last answer. */
function epochRefusal(
  member: ConsumerGroupMember,
  { memberEpoch, owned }: NonNullable<Entering['heartbeat']>,
): Refusal | undefined {
  if (memberEpoch === joiningEpoch || memberEpoch === member.memberEpoch) return undefined
  const isBehind = memberEpoch < member.memberEpoch
  if (isBehind && memberEpoch === member.previousMemberEpoch && isSubset(owned, member.assignedPartitions)) {
    return undefined
  }
  const message =
    `The consumer group member has a ${isBehind ? 'smaller' : 'greater'} member epoch (${memberEpoch}) than the one ` +
    `known by the group coordinator (${member.memberEpoch}). The member must abandon all its partitions and rejoin.`
  return new Refusal(ErrorCode.FENCED_MEMBER_EPOCH, message)
}

function isSubset(owned: OwnedPartitions | null, assigned: EpochedPartitions): boolean {
  if (owned === null) return false
  return owned.every(({ topicId, partitions }) => {
    const ofTopic = assigned.get(topicId)
    return ofTopic !== undefined && partitions.every(partition => ofTopic.has(partition))
  })
}

export function unknownMember(group: ConsumerGroup, memberId: string): Refusal {
  return new Refusal(ErrorCode.UNKNOWN_MEMBER_ID, `Member ${memberId} is not a member of group ${group.groupId}.`)
}

export function unknownInstance(instanceId: string): Refusal {
  return new Refusal(ErrorCode.UNKNOWN_MEMBER_ID, `Instance id ${instanceId} is unknown.`)
}

export function fencedInstance(
  groups: ConsumerGroups,
  group: ConsumerGroup,
  existing: ConsumerGroupMember,
  memberId: string,
  instanceId: string,
): Refusal {
  const who = `Static member ${memberId} with instance id ${instanceId}`
  groups.logger.info(`[GroupId ${group.groupId}] ${who} is fenced by existing member ${existing.memberId}.`)
  return new Refusal(ErrorCode.FENCED_INSTANCE_ID, `${who} was fenced by member ${existing.memberId}.`)
}
