import type { ListedGroup } from '../../groups/classic/describe.ts'
import { ListGroups } from '../../protocol/apis/list-groups.ts'
import { handlerOf } from '../handler.ts'

export const handler = handlerOf(
  ListGroups,
  (services, request) => services.groupCoordinator.listGroups(wantedBy(request)),
  { errorResponse: (_request, errorCode) => ({ errorCode, groups: [] }) },
)

/** No filter lets everything through; a name that is none lets nothing through. */
function wantedBy(filters: {
  readonly statesFilter: readonly string[]
  readonly typesFilter: readonly string[]
}): (group: ListedGroup) => boolean {
  const states = new Set(filters.statesFilter.map(state => state.toLowerCase().trim()))
  const types = new Set(filters.typesFilter.map(type => type.toLowerCase()))
  return ({ groupState = '', groupType = '' }) =>
    (states.size === 0 || states.has(groupState.toLowerCase())) && (types.size === 0 || types.has(groupType))
}
