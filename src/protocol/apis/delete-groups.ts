import { api } from '../schema/api.ts'
import { array, int16, int32, string } from '../schema/field.ts'

/** Deletes groups with no members, and their offsets. Errors: NON_EMPTY_GROUP, GROUP_ID_NOT_FOUND. */
export const DeleteGroups = api(42, 'DeleteGroups', {
  versions: [0, 2],
  flexibleSince: 2,
  request: {
    groupsNames: array(string),
  },
  response: {
    throttleTimeMs: int32,
    results: array({
      groupId: string,
      errorCode: int16,
    }),
  },
})
