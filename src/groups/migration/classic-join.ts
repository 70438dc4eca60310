import type { Instant } from '../../coordinator/instant.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import { randomUuid } from '../../protocol/uuid.ts'
import type { JoinGroupAnswer, JoinGroupRequest } from '../classic/answers.ts'
import { consumerProtocolType } from '../classic/classic-group.ts'
import type { GroupProtocol } from '../classic/classic-group-member.ts'
import type { GroupClient } from '../classic/classic-groups.ts'
import { joinGroup } from '../classic/join.ts'
import { refusedJoin } from '../classic/refusals.ts'
import { fullness, memberToEnter } from '../consumer/admission.ts'
import type { ConsumerGroup } from '../consumer/consumer-group.ts'
import type { ConsumerGroupMember } from '../consumer/consumer-group-member.ts'
import { groupTombstones } from '../consumer/consumer-group-records.ts'
import type { ConsumerGroups } from '../consumer/consumer-groups.ts'
import type { OwnedPartitions } from '../consumer/epoched-partitions.ts'
import { targetFor } from '../consumer/new-target.ts'
import { reconcile } from '../consumer/reconcile.ts'
import { subscribe } from '../consumer/subscribe.ts'
import { copiedBytes } from '../copied-bytes.ts'
import type { GroupRecord } from '../group-record.ts'
import { type GroupResult, nothingWritten } from '../group-result.ts'
import { Refusal } from '../refusal.ts'
import { coordinatorErrorOf } from '../write-error.ts'
import { downgradedByReplacement, mayDowngrade } from './downgrade.ts'
import { type EmbeddedSubscription, identified, readSubscription } from './embedded-protocol.ts'

/** From this version on a dynamic member gets its id first and joins with it then (KIP-394). */
const memberIdRequiredVersion = 4

/**
 * JoinGroup on a consumer group that has members: a member of the classic protocol comes, or comes back. It is told
 * its epoch as the generation, and gets with SyncGroup what it is assigned; nobody is a leader.
 */
export function joinConsumerGroup(
  groups: ConsumerGroups,
  group: ConsumerGroup,
  request: JoinGroupRequest,
  client: GroupClient,
  now: Instant,
  answer: JoinGroupAnswer,
): GroupResult {
  const refuse = (errorCode: number, memberId = ''): GroupResult => {
    answer(refusedJoin(memberId, errorCode))
    return nothingWritten
  }
  const { groupId, groupInstanceId } = request
  if (groups.config.migrationPolicy === 'disabled') {
    groups.logger.info(
      `Cannot join the consumer group ${groupId} with the classic protocol because the group migration is disabled.`,
    )
    return refuse(ErrorCode.INCONSISTENT_GROUP_PROTOCOL)
  }
  const isUnknown = request.memberId === ''
  const memberId = isUnknown ? randomUuid(length => groups.random.bytes(length)) : request.memberId
  if (fullness(groups, group, memberId, groupInstanceId) !== undefined) return refuse(ErrorCode.GROUP_MAX_SIZE_REACHED)
  if (!supportsProtocols(group, request)) return refuse(ErrorCode.INCONSISTENT_GROUP_PROTOCOL)
  if (isUnknown && groupInstanceId === null && client.apiVersion >= memberIdRequiredVersion) {
    groups.logger.info(
      `[GroupId ${groupId}] Dynamic member with unknown member id joins the consumer group. Created a new member id ` +
        `${memberId} and requesting the member to rejoin with this id.`,
    )
    return refuse(ErrorCode.MEMBER_ID_REQUIRED, memberId)
  }
  const records: GroupRecord[] = []
  const isJoining = groupInstanceId === null || isUnknown
  const entering = { memberId, instanceId: groupInstanceId, isJoining, heartbeat: null }
  const member = memberToEnter(groups, group, entering, records)
  if (member instanceof Refusal) return refuse(member.errorCode)
  const subscription = readSubscription(request.protocols[0]!.metadata)
  // Kafka 4.3.1 fails on it with an exception it did not foresee.
  if (subscription === null) return refuse(ErrorCode.UNKNOWN_SERVER_ERROR)
  const said = memberSaying(member, request, subscription, client)
  const joined = admitted(groups, group, member, said, subscription, records, now)
  if (joined instanceof Refusal) return refuse(joined.errorCode)
  return {
    records,
    response: undefined,
    settled: (errorCode, settledAt) => {
      if (errorCode !== 0) {
        answer(refusedJoin('', coordinatorErrorOf(errorCode)))
        return
      }
      groups.timers.cancel(groupId, memberId, 'join')
      if (!joined.isDowngraded) {
        const { monotonicMs } = settledAt
        groups.timers.set(groupId, memberId, 'session', monotonicMs + request.sessionTimeoutMs)
        groups.timers.set(groupId, memberId, 'sync', monotonicMs + request.rebalanceTimeoutMs)
      }
      answer({
        memberId,
        generationId: joined.member.memberEpoch,
        protocolType: consumerProtocolType,
        protocolName: request.protocols[0]!.name,
        leader: '',
        members: [],
        errorCode: ErrorCode.NONE,
      })
    },
  }
}

/** JoinGroup on a consumer group that has no members: a classic group takes its place, and its offsets. */
export function joinInPlaceOf(
  groups: ConsumerGroups,
  group: ConsumerGroup,
  request: JoinGroupRequest,
  client: GroupClient,
  now: Instant,
  answer: JoinGroupAnswer,
): GroupResult {
  if (request.memberId !== '') {
    answer(refusedJoin(request.memberId, ErrorCode.UNKNOWN_MEMBER_ID))
    return nothingWritten
  }
  const { groupId } = group
  groups.groups.delete(groupId)
  groups.logger.info(`[GroupId ${groupId}] Converted the empty consumer group to a classic group.`)
  const result = joinGroup(groups, request, client, now, answer)
  const tombstones = groupTombstones(groupId, [...group.members.keys()], group.subscriptions.resolved.keys())
  return {
    ...result,
    // The state says so already: a classic group holds parked members, which its record does not know.
    isReplayed: false,
    records: [...tombstones, ...result.records],
    settled: (errorCode, settledAt) => {
      result.settled?.(errorCode, settledAt)
      if (errorCode !== 0 && groups.groups.get(groupId) === undefined) groups.groups.set(group)
    },
  }
}

function supportsProtocols(group: ConsumerGroup, { protocolType, protocols }: JoinGroupRequest): boolean {
  const { classicProtocols, classicMemberCount } = group
  return (
    protocolType === consumerProtocolType &&
    protocols.some(({ name }) => classicProtocols.of(name) === classicMemberCount)
  )
}

function memberSaying(
  member: ConsumerGroupMember,
  request: JoinGroupRequest,
  subscription: EmbeddedSubscription,
  { clientId, clientHost }: GroupClient,
): ConsumerGroupMember {
  // Copied out of the request: they outlive it.
  const supportedProtocols = request.protocols.map(
    ({ name, metadata }): GroupProtocol => ({ name, metadata: copiedBytes(metadata) }),
  )
  return {
    ...member,
    instanceId: request.groupInstanceId ?? member.instanceId,
    rackId: subscription.rackId === null || subscription.rackId === '' ? member.rackId : subscription.rackId,
    rebalanceTimeoutMs: request.rebalanceTimeoutMs === -1 ? member.rebalanceTimeoutMs : request.rebalanceTimeoutMs,
    subscribedTopicNames: new Set(subscription.topics),
    // The classic protocol has no patterns that the coordinator knows of.
    subscribedTopicRegex: '',
    clientId,
    clientHost,
    classic: { sessionTimeoutMs: request.sessionTimeoutMs, supportedProtocols },
  }
}

interface Admitted {
  readonly member: ConsumerGroupMember
  readonly isDowngraded: boolean
}

/** Subscribes and reconciles the member; if with it the last of the consumer protocol is gone, the group is classic. */
function admitted(
  groups: ConsumerGroups,
  group: ConsumerGroup,
  member: ConsumerGroupMember,
  said: ConsumerGroupMember,
  subscription: EmbeddedSubscription,
  records: GroupRecord[],
  now: Instant,
): Admitted | Refusal {
  const predecessor = group.staticMember(said.instanceId)
  const isDowngraded =
    predecessor !== undefined &&
    predecessor.classic === null &&
    mayDowngrade(groups, group, new Set([predecessor]), group.members.size)
  const subscribed = subscribe(groups, group, member, said, records, now)
  if (subscribed instanceof Refusal) return subscribed
  const owned: OwnedPartitions = identified(subscription.ownedPartitions, groups.metadata.topics)
  if (!isDowngraded) {
    const target = targetFor(groups, group, subscribed, member, said, records, now)
    if (target instanceof Refusal) return target
    const updated = reconcile(groups, group, said, target, subscribed.hasChanged, owned, records, now)
    return updated instanceof Refusal ? updated : { member: updated, isDowngraded }
  }
  // With another subscription everybody joins again, so that there is nothing to reconcile now.
  const isRebalanceNeeded = group.assignmentEpoch < subscribed.groupEpoch
  const target = { epoch: group.assignmentEpoch, partitions: group.targetOf(said) }
  const updated = isRebalanceNeeded
    ? said
    : reconcile(groups, group, said, target, subscribed.hasChanged, owned, records, now)
  if (updated instanceof Refusal) return updated
  records.push(...downgradedByReplacement(groups, group, predecessor, updated, isRebalanceNeeded, now))
  return { member: updated, isDowngraded }
}
