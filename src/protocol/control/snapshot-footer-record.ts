import { int16 } from '../schema/field.ts'
import { message } from '../schema/message.ts'

export const SnapshotFooterRecord = message('SnapshotFooterRecord', {
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    version: int16,
  },
})
