import { int16 } from '../schema/field.ts'
import { message } from '../schema/message.ts'

export const ControlRecordTypeSchema = message('ControlRecordTypeSchema', {
  versions: [0, 0],
  fields: {
    type: int16,
  },
})
