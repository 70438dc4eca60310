import { api } from '../schema/api.ts'
import { array, bool, float64, int16, int32, nullable, string } from '../schema/field.ts'

/** Sets and removes quotas of users, client ids and addresses (KIP-546). */
export const AlterClientQuotas = api(49, 'AlterClientQuotas', {
  versions: [0, 1],
  flexibleSince: 1,
  request: {
    entries: array({
      entity: array({
        entityType: string,
        entityName: nullable(string),
      }),
      ops: array({
        key: string,
        value: float64,
        remove: bool,
      }),
    }),
    validateOnly: bool,
  },
  response: {
    throttleTimeMs: int32,
    entries: array({
      errorCode: int16,
      errorMessage: nullable(string),
      entity: array({
        entityType: string,
        entityName: nullable(string),
      }),
    }),
  },
})
