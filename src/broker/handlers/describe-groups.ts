import type { DescribedGroup } from '../../groups/classic/describe.ts'
import { DescribeGroups } from '../../protocol/apis/describe-groups.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import { groupOperations } from '../coordinator/group-operations.ts'
import { handlerOf } from '../handler.ts'

export const handler = handlerOf(
  DescribeGroups,
  async (services, request, context) => {
    const described = request.groups.map(groupId =>
      services.groupCoordinator.describeGroup(groupId, context.apiVersion),
    )
    const groups = await Promise.all(described)
    return { groups: request.includeAuthorizedOperations ? groups.map(withOperations) : groups }
  },
  {
    errorResponse: (request, errorCode) => ({
      groups: request.groups.map(groupId => ({
        errorCode,
        groupId,
        groupState: '',
        protocolType: '',
        protocolData: '',
        members: [],
      })),
    }),
  },
)

function withOperations(group: DescribedGroup): DescribedGroup {
  return group.errorCode === ErrorCode.NONE ? { ...group, authorizedOperations: groupOperations } : group
}
