import type { ConsumerGroupHeartbeat } from '../../protocol/apis/consumer-group-heartbeat.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import type { EncodableResponseOf, RequestOf } from '../../protocol/schema/api.ts'
import type { PartitionAssignor } from '../assignors/assignor.ts'
import { Refusal } from '../refusal.ts'
import { joiningEpoch, leftEpoch, leftForAWhileEpoch } from './member-state.ts'

export type ConsumerGroupHeartbeatRequest = RequestOf<typeof ConsumerGroupHeartbeat>
export type ConsumerGroupHeartbeatResponse = EncodableResponseOf<typeof ConsumerGroupHeartbeat>

/** From this version on members make their ids themselves (KIP-1082). */
const ownMemberIdVersion = 1

export function refusedHeartbeat({ errorCode, message }: Refusal): ConsumerGroupHeartbeatResponse {
  return { throttleTimeMs: 0, errorCode, errorMessage: message, memberEpoch: 0, heartbeatIntervalMs: 0 }
}

/** What is wrong with a request whatever the group, in the order in which Kafka looks. */
export function heartbeatRequestError(
  request: ConsumerGroupHeartbeatRequest,
  apiVersion: number,
  assignors: readonly PartitionAssignor[],
): Refusal | undefined {
  const { memberEpoch, serverAssignor } = request
  const needsMemberId = apiVersion >= ownMemberIdVersion || memberEpoch > joiningEpoch || memberEpoch === leftEpoch
  if (needsMemberId && isBlank(request.memberId)) return invalid("MemberId can't be empty.")
  if (isBlank(request.groupId)) return invalid("GroupId can't be empty.")
  if (isBlank(request.instanceId)) return invalid("InstanceId can't be empty.")
  if (isBlank(request.rackId)) return invalid("RackId can't be empty.")
  if (memberEpoch === joiningEpoch) {
    if (request.rebalanceTimeoutMs === -1) return invalid('RebalanceTimeoutMs must be provided in first request.')
    if (request.topicPartitions?.length !== 0) return invalid('TopicPartitions must be empty when (re-)joining.')
    if (request.subscribedTopicNames === null && request.subscribedTopicRegex === null) {
      return invalid('Either SubscribedTopicNames or SubscribedTopicRegex must be non-null when (re-)joining.')
    }
  } else if (memberEpoch === leftForAWhileEpoch) {
    if (request.instanceId === null) return invalid("InstanceId can't be null.")
  } else if (memberEpoch < leftForAWhileEpoch) return invalid('MemberEpoch is invalid.')
  if (serverAssignor !== null && !assignors.some(({ name }) => name === serverAssignor)) {
    const supported = `Supported assignors: ${assignors.map(({ name }) => name).join(', ')}.`
    const message = `ServerAssignor ${serverAssignor} is not supported. ${supported}`
    return new Refusal(ErrorCode.UNSUPPORTED_ASSIGNOR, message)
  }
  return undefined
}

function invalid(message: string): Refusal {
  return new Refusal(ErrorCode.INVALID_REQUEST, message)
}

/** `String.trim` of Java takes control characters and spaces, and no others. */
function isBlank(text: string | null): boolean {
  if (text === null) return false
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 0x20) return false
  return true
}
