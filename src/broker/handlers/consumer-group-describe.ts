import { type DescribedConsumerGroup, refusedDescription } from '../../groups/consumer/describe.ts'
import { Refusal } from '../../groups/refusal.ts'
import { ConsumerGroupDescribe } from '../../protocol/apis/consumer-group-describe.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import type { EncodableResponseOf } from '../../protocol/schema/api.ts'
import { isConsumerProtocolEnabled } from '../coordinator/consumer-protocol-enabled.ts'
import { groupOperations } from '../coordinator/group-operations.ts'
import { handlerOf } from '../handler.ts'

type Response = EncodableResponseOf<typeof ConsumerGroupDescribe>

export const handler = handlerOf(
  ConsumerGroupDescribe,
  async (services, request) => {
    if (!isConsumerProtocolEnabled(services)) return refused(request.groupIds, ErrorCode.UNSUPPORTED_VERSION)
    const described = request.groupIds.map(groupId => services.groupCoordinator.describeConsumerGroup(groupId))
    const groups = await Promise.all(described)
    return { throttleTimeMs: 0, groups: request.includeAuthorizedOperations ? groups.map(withOperations) : groups }
  },
  { errorResponse: (request, errorCode) => refused(request.groupIds, errorCode) },
)

function refused(groupIds: readonly string[], errorCode: number): Response {
  return { throttleTimeMs: 0, groups: groupIds.map(groupId => refusedDescription(groupId, new Refusal(errorCode))) }
}

function withOperations(group: DescribedConsumerGroup): DescribedConsumerGroup {
  return group.errorCode === ErrorCode.NONE ? { ...group, authorizedOperations: groupOperations } : group
}
