import type { Instant } from '../../coordinator/instant.ts'
import type { Heartbeat } from '../../protocol/apis/heartbeat.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import type { RequestOf } from '../../protocol/schema/api.ts'
import type { ClassicGroups } from './classic-groups.ts'
import { renewSession } from './session.ts'

/** A member is alive. The answer tells it whether the group wants it to join again. */
export function heartbeat(groups: ClassicGroups, request: RequestOf<typeof Heartbeat>, now: Instant): number {
  const group = groups.groups.classic(request.groupId)
  if (group === undefined) return ErrorCode.UNKNOWN_MEMBER_ID
  const errorCode = group.memberError(request.memberId, request.groupInstanceId)
  if (errorCode !== ErrorCode.NONE) return errorCode
  if (request.generationId !== group.generationId) return ErrorCode.ILLEGAL_GENERATION
  renewSession(groups, group.members.get(request.memberId)!, now)
  return group.state === 'PreparingRebalance' ? ErrorCode.REBALANCE_IN_PROGRESS : ErrorCode.NONE
}
