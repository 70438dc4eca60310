import { api } from '../schema/api.ts'
import { array, bool, int16, int32, nullable, string } from '../schema/field.ts'

export const CreatePartitions = api(37, 'CreatePartitions', {
  versions: [0, 3],
  flexibleSince: 2,
  request: {
    topics: array({
      name: string,
      count: int32,
      assignments: nullable(
        array({
          brokerIds: array(int32),
        }),
      ),
    }),
    timeoutMs: int32,
    validateOnly: bool,
  },
  response: {
    throttleTimeMs: int32,
    results: array({
      name: string,
      errorCode: int16,
      errorMessage: nullable(string).default(null),
    }),
  },
})
