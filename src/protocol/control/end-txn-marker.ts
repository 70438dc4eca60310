import { int32 } from '../schema/field.ts'
import { message } from '../schema/message.ts'

/** The value of a COMMIT or ABORT control record (KIP-98). */
export const EndTxnMarker = message('EndTxnMarker', {
  versions: [0, 0],
  fields: {
    coordinatorEpoch: int32,
  },
})
