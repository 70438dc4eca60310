import { int16 } from '../schema/field.ts'
import { message } from '../schema/message.ts'

/** Control record: the `kraft.version` in force from here on (KIP-853). */
export const KRaftVersionRecord = message('KRaftVersionRecord', {
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    version: int16,
    kRaftVersion: int16,
  },
})
