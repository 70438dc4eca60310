import { int16 } from '../schema/field.ts'
import { message } from '../schema/message.ts'

export const KRaftVersionRecord = message('KRaftVersionRecord', {
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    version: int16,
    kRaftVersion: int16,
  },
})
