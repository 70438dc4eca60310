import { uuid } from '../schema/field.ts'
import { message } from '../schema/message.ts'

/** An access control entry is gone. */
export const RemoveAccessControlEntryRecord = message('RemoveAccessControlEntryRecord', {
  key: 19,
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    id: uuid,
  },
})
