import { int16 } from '../schema/field.ts'
import { message } from '../schema/message.ts'

/** The second half of a control record's key; the first is an int16 version. */
export const ControlRecordTypeSchema = message('ControlRecordTypeSchema', {
  versions: [0, 0],
  fields: {
    type: int16,
  },
})
