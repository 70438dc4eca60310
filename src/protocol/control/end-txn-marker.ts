import { int32 } from '../schema/field.ts'
import { message } from '../schema/message.ts'

export const EndTxnMarker = message('EndTxnMarker', {
  versions: [0, 0],
  fields: {
    coordinatorEpoch: int32,
  },
})
