import { int16, int53 } from '../schema/field.ts'
import { message } from '../schema/message.ts'

export const SnapshotHeaderRecord = message('SnapshotHeaderRecord', {
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    version: int16,
    lastContainedLogTimestamp: int53,
  },
})
