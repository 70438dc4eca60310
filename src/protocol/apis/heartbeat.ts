import { api } from '../schema/api.ts'
import { int16, int32, nullable, string } from '../schema/field.ts'

export const Heartbeat = api(12, 'Heartbeat', {
  versions: [0, 4],
  flexibleSince: 4,
  request: {
    groupId: string,
    generationId: int32,
    memberId: string,
    groupInstanceId: nullable(string).since(3).default(null),
  },
  response: {
    throttleTimeMs: int32.since(1).ignorable(),
    errorCode: int16,
  },
})
