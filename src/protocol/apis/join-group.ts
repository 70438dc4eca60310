import { api } from '../schema/api.ts'
import { array, bool, bytes, int16, int32, nullable, string } from '../schema/field.ts'

export const JoinGroup = api(11, 'JoinGroup', {
  versions: [0, 9],
  flexibleSince: 6,
  request: {
    groupId: string,
    sessionTimeoutMs: int32,
    rebalanceTimeoutMs: int32.since(1).default(-1).ignorable(),
    memberId: string,
    groupInstanceId: nullable(string).since(5).default(null),
    protocolType: string,
    protocols: array({
      name: string,
      metadata: bytes,
    }),
    reason: nullable(string).since(8).default(null).ignorable(),
  },
  response: {
    throttleTimeMs: int32.since(2).ignorable(),
    errorCode: int16,
    generationId: int32.default(-1),
    protocolType: nullable(string).since(7).default(null).ignorable(),
    protocolName: nullable(string, { since: 7 }),
    leader: string,
    skipAssignment: bool.since(9).default(false),
    memberId: string,
    members: array({
      memberId: string,
      groupInstanceId: nullable(string).since(5).default(null).ignorable(),
      metadata: bytes,
    }),
  },
})
