import { int8, string, uuid } from '../schema/field.ts'
import { message } from '../schema/message.ts'

/** An access control entry is there. */
export const AccessControlEntryRecord = message('AccessControlEntryRecord', {
  key: 18,
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    id: uuid,
    resourceType: int8,
    resourceName: string,
    patternType: int8,
    principal: string,
    host: string,
    operation: int8,
    permissionType: int8,
  },
})
