import { api } from '../schema/api.ts'
import { array, int16, int32, nullable, string } from '../schema/field.ts'

/**
 * Takes members out of a classic group: the sender itself, or from version 3 on several at once, static ones by their
 * instance id (KIP-345).
 */
export const LeaveGroup = api(13, 'LeaveGroup', {
  versions: [0, 5],
  flexibleSince: 4,
  request: {
    groupId: string,
    memberId: string.until(2),
    members: array({
      memberId: string,
      groupInstanceId: nullable(string).default(null),
      reason: nullable(string).since(5).default(null).ignorable(),
    }).since(3),
  },
  response: {
    throttleTimeMs: int32.since(1).ignorable(),
    errorCode: int16,
    members: array({
      memberId: string,
      groupInstanceId: nullable(string),
      errorCode: int16,
    }).since(3),
  },
})
