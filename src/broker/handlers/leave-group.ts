import type { LeaveGroupResponse } from '../../groups/classic/leave.ts'
import { LeaveGroup } from '../../protocol/apis/leave-group.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import { mapAnswer } from '../coordinator/map-answer.ts'
import { handlerOf } from '../handler.ts'

/** From this version on members leave in batches (KIP-345). */
const batchVersion = 3

export const handler = handlerOf(
  LeaveGroup,
  (services, request, context) => {
    const isBatch = context.apiVersion >= batchVersion
    const one = { memberId: request.memberId, groupInstanceId: null, reason: null }
    const left = services.groupCoordinator.leaveGroup(request.groupId, isBatch ? request.members : [one])
    return isBatch ? left : mapAnswer(left, forOneMember)
  },
  { errorResponse: (_request, errorCode) => ({ errorCode }) },
)

/** The response of the single member's versions: its error is that of the request. */
function forOneMember({ errorCode, members }: LeaveGroupResponse): LeaveGroupResponse {
  return { errorCode: errorCode === ErrorCode.NONE ? (members?.[0]?.errorCode ?? ErrorCode.NONE) : errorCode }
}
