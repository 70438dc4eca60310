import { api } from '../schema/api.ts'
import { array, bool, float64, int8, int16, int32, nullable, string } from '../schema/field.ts'

/** The quotas of users, client ids and addresses that a filter matches (KIP-546). */
export const DescribeClientQuotas = api(48, 'DescribeClientQuotas', {
  versions: [0, 1],
  flexibleSince: 1,
  request: {
    components: array({
      entityType: string,
      matchType: int8,
      match: nullable(string),
    }),
    strict: bool,
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    errorMessage: nullable(string),
    entries: nullable(
      array({
        entity: array({
          entityType: string,
          entityName: nullable(string),
        }),
        values: array({
          key: string,
          value: float64,
        }),
      }),
    ),
  },
})
