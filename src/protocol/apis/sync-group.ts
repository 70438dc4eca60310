import { api } from '../schema/api.ts'
import { array, bytes, int16, int32, nullable, string } from '../schema/field.ts'

/** Hands out a classic group's assignment: the leader sends all of it, every member gets its own part. */
export const SyncGroup = api(14, 'SyncGroup', {
  versions: [0, 5],
  flexibleSince: 4,
  request: {
    groupId: string,
    generationId: int32,
    memberId: string,
    groupInstanceId: nullable(string).since(3).default(null),
    protocolType: nullable(string).since(5).default(null).ignorable(),
    protocolName: nullable(string).since(5).default(null).ignorable(),
    assignments: array({
      memberId: string,
      assignment: bytes,
    }),
  },
  response: {
    throttleTimeMs: int32.since(1).ignorable(),
    errorCode: int16,
    protocolType: nullable(string).since(5).default(null).ignorable(),
    protocolName: nullable(string).since(5).default(null).ignorable(),
    assignment: bytes,
  },
})
