import type { JoinGroupResponse } from '../../groups/classic/answers.ts'
import { refusedJoin } from '../../groups/classic/refusals.ts'
import { JoinGroup } from '../../protocol/apis/join-group.ts'
import { groupClientOf } from '../coordinator/group-client.ts'
import { mapAnswer } from '../coordinator/map-answer.ts'
import { handlerOf } from '../handler.ts'

/** From this version on a protocol name that is none is null, before it is empty. */
const nullableProtocolNameVersion = 7

export const handler = handlerOf(
  JoinGroup,
  (services, request, context) => {
    const { apiVersion } = context
    // Version 0 has one timeout for both.
    if (apiVersion === 0) request.rebalanceTimeoutMs = request.sessionTimeoutMs
    const joined = services.groupCoordinator.joinGroup(request, groupClientOf(context))
    return mapAnswer(joined, response => forVersion(response, apiVersion))
  },
  { errorResponse: (_request, errorCode, version) => forVersion(refusedJoin('', errorCode), version) },
)

function forVersion(response: JoinGroupResponse, version: number): JoinGroupResponse {
  const name = response.protocolName === '' ? null : response.protocolName
  return { ...response, protocolName: version < nullableProtocolNameVersion ? (name ?? '') : name }
}
