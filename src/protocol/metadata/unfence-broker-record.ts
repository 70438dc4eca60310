import { int32, int53 } from '../schema/field.ts'
import { message } from '../schema/message.ts'

export const UnfenceBrokerRecord = message('UnfenceBrokerRecord', {
  key: 8,
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    id: int32,
    epoch: int53,
  },
})
