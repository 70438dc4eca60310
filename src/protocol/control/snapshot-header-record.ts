import { int16, int53 } from '../schema/field.ts'
import { message } from '../schema/message.ts'

/** Control record: the first of every snapshot (KIP-630). */
export const SnapshotHeaderRecord = message('SnapshotHeaderRecord', {
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    version: int16,
    lastContainedLogTimestamp: int53,
  },
})
