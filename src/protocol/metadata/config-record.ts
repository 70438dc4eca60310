import { int8, nullable, string } from '../schema/field.ts'
import { message } from '../schema/message.ts'

/** A configuration key of a resource is set, or removed where the value is null. */
export const ConfigRecord = message('ConfigRecord', {
  key: 4,
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    resourceType: int8,
    resourceName: string,
    name: string,
    value: nullable(string),
  },
})
