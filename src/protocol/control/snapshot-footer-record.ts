import { int16 } from '../schema/field.ts'
import { message } from '../schema/message.ts'

/** Control record: the last of every snapshot; without it the snapshot is cut short (KIP-630). */
export const SnapshotFooterRecord = message('SnapshotFooterRecord', {
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    version: int16,
  },
})
