import { int32, int53 } from '../schema/field.ts'
import { message } from '../schema/message.ts'

/** A broker is fenced. Replaced by BrokerRegistrationChangeRecord. */
export const FenceBrokerRecord = message('FenceBrokerRecord', {
  key: 7,
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    id: int32,
    epoch: int53,
  },
})
