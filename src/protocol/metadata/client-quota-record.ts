import { array, bool, float64, nullable, string } from '../schema/field.ts'
import { message } from '../schema/message.ts'

/** A client quota is set or removed. */
export const ClientQuotaRecord = message('ClientQuotaRecord', {
  key: 14,
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    entity: array({
      entityType: string,
      entityName: nullable(string),
    }),
    key: string,
    value: float64,
    remove: bool,
  },
})
