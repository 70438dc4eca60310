import { refusedSync } from '../../groups/classic/refusals.ts'
import { SyncGroup } from '../../protocol/apis/sync-group.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import { handlerOf } from '../handler.ts'

/** From this version on a member says which protocol it has joined with (KIP-559). */
const protocolRequiredVersion = 5

export const handler = handlerOf(
  SyncGroup,
  (services, request, context) => {
    const { protocolType, protocolName } = request
    return context.apiVersion >= protocolRequiredVersion && (protocolType === null || protocolName === null)
      ? refusedSync(ErrorCode.INCONSISTENT_GROUP_PROTOCOL)
      : services.groupCoordinator.syncGroup(request)
  },
  { errorResponse: (_request, errorCode) => refusedSync(errorCode) },
)
