import { DeleteGroups } from '../../protocol/apis/delete-groups.ts'
import { handlerOf } from '../handler.ts'

export const handler = handlerOf(
  DeleteGroups,
  async (services, request) => {
    const groupIds = [...new Set(request.groupsNames)]
    const results = await Promise.all(groupIds.map(groupId => services.groupCoordinator.deleteGroup(groupId)))
    return { throttleTimeMs: 0, results }
  },
  {
    errorResponse: (request, errorCode) => ({
      throttleTimeMs: 0,
      results: request.groupsNames.map(groupId => ({ groupId, errorCode })),
    }),
  },
)
