import type { Instant } from '../../coordinator/instant.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import { randomUuid } from '../../protocol/uuid.ts'
import type { GroupClient } from '../classic/classic-groups.ts'
import type { GroupRecord } from '../group-record.ts'
import { answered, type GroupResult } from '../group-result.ts'
import { takeOverClassicGroup } from '../migration/upgrade.ts'
import { Refusal } from '../refusal.ts'
import { fullness, groupToEnter, memberToEnter } from './admission.ts'
import { areEqualSets, type ConsumerGroupMember } from './consumer-group-member.ts'
import type { ConsumerGroups } from './consumer-groups.ts'
import { areEqualPartitions, partitionsByTopic } from './epoched-partitions.ts'
import {
  type ConsumerGroupHeartbeatRequest,
  type ConsumerGroupHeartbeatResponse,
  refusedHeartbeat,
} from './heartbeat-request.ts'
import { leaveConsumerGroup } from './leave.ts'
import { joiningEpoch, leftEpoch, leftForAWhileEpoch } from './member-state.ts'
import { targetFor } from './new-target.ts'
import { reconcile } from './reconcile.ts'
import { subscribe } from './subscribe.ts'

/** The one request of the consumer protocol (KIP-848): a member joins, is alive, says what it owns, or leaves. */
export function consumerGroupHeartbeat(
  groups: ConsumerGroups,
  request: ConsumerGroupHeartbeatRequest,
  client: GroupClient,
  now: Instant,
): GroupResult<ConsumerGroupHeartbeatResponse> {
  const isLeaving = request.memberEpoch === leftEpoch || request.memberEpoch === leftForAWhileEpoch
  return isLeaving ? leaveConsumerGroup(groups, request, now) : heartbeat(groups, request, client, now)
}

/**
 * What the member says is taken over; if that changes what the group subscribes to, the group epoch rises and a target
 * assignment is computed for it; then the member is taken one step towards its part. What does not change is not
 * written, so that a heartbeat with no news costs the same in a group of any size.
 */
function heartbeat(
  groups: ConsumerGroups,
  request: ConsumerGroupHeartbeatRequest,
  client: GroupClient,
  now: Instant,
): GroupResult<ConsumerGroupHeartbeatResponse> {
  const { groupId, memberEpoch, instanceId, topicPartitions: owned } = request
  const records: GroupRecord[] = []
  const isJoining = memberEpoch === joiningEpoch
  const group = groupToEnter(groups, groupId, isJoining, records)
  if (group instanceof Refusal) return answered(refusedHeartbeat(group))
  const full = fullness(groups, group, request.memberId, instanceId)
  if (full !== undefined) return answered(refusedHeartbeat(full))
  const memberId = request.memberId === '' ? randomUuid(length => groups.random.bytes(length)) : request.memberId
  const entering = { memberId, instanceId, isJoining, heartbeat: { memberEpoch, owned } }
  const member = memberToEnter(groups, group, entering, records)
  if (member instanceof Refusal) return answered(refusedHeartbeat(member))
  const said = memberSaying(member, request, client)
  const subscribed = subscribe(groups, group, member, said, records, now)
  if (subscribed instanceof Refusal) return answered(refusedHeartbeat(subscribed))
  const target = targetFor(groups, group, subscribed, member, said, records, now)
  if (target instanceof Refusal) return answered(refusedHeartbeat(target))
  const updated = reconcile(groups, group, said, target, subscribed.hasChanged, owned, records, now)
  if (updated instanceof Refusal) return answered(refusedHeartbeat(updated))
  takeOverClassicGroup(groups, groupId, now)
  groups.timers.set(groupId, memberId, 'session', now.monotonicMs + groups.groupConfigs.sessionTimeoutMs(groupId))
  const response = {
    throttleTimeMs: 0,
    errorCode: ErrorCode.NONE,
    memberId,
    memberEpoch: updated.memberEpoch,
    heartbeatIntervalMs: groups.groupConfigs.heartbeatIntervalMs(groupId),
    assignment:
      isJoining || isFullRequest(request) || !areEqualPartitions(member.assignedPartitions, updated.assignedPartitions)
        ? { topicPartitions: partitionsByTopic(updated.assignedPartitions) }
        : null,
  }
  return { records, response }
}

/** Fields that are left out say that nothing changed. */
function memberSaying(
  member: ConsumerGroupMember,
  request: ConsumerGroupHeartbeatRequest,
  { clientId, clientHost }: GroupClient,
): ConsumerGroupMember {
  const { instanceId, rackId, rebalanceTimeoutMs, serverAssignor, subscribedTopicNames, subscribedTopicRegex } = request
  return {
    ...member,
    instanceId: instanceId ?? member.instanceId,
    rackId: rackId ?? member.rackId,
    rebalanceTimeoutMs: rebalanceTimeoutMs === -1 ? member.rebalanceTimeoutMs : rebalanceTimeoutMs,
    serverAssignorName: serverAssignor ?? member.serverAssignorName,
    subscribedTopicNames: namesSaid(member.subscribedTopicNames, subscribedTopicNames),
    subscribedTopicRegex: subscribedTopicRegex ?? member.subscribedTopicRegex,
    clientId,
    clientHost,
    classic: null,
  }
}

function namesSaid(known: ReadonlySet<string>, said: readonly string[] | null): ReadonlySet<string> {
  if (said === null) return known
  const names = new Set(said)
  return areEqualSets(known, names) ? known : names
}

/** A member that says everything wants to be told everything: it joins, or an answer was lost. */
function isFullRequest(request: ConsumerGroupHeartbeatRequest): boolean {
  const { rebalanceTimeoutMs, subscribedTopicNames, subscribedTopicRegex, topicPartitions } = request
  const saysWhat = subscribedTopicNames !== null || subscribedTopicRegex !== null
  return rebalanceTimeoutMs !== -1 && saysWhat && topicPartitions !== null
}
