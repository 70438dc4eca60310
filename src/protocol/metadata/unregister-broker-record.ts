import { int32, int53 } from '../schema/field.ts'
import { message } from '../schema/message.ts'

/** A broker's registration is gone. */
export const UnregisterBrokerRecord = message('UnregisterBrokerRecord', {
  key: 1,
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    brokerId: int32,
    brokerEpoch: int53,
  },
})
