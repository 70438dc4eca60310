import { int32, int53 } from '../schema/field.ts'
import { message } from '../schema/message.ts'

export const ProducerIdsRecord = message('ProducerIdsRecord', {
  key: 15,
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    brokerId: int32,
    brokerEpoch: int53.default(-1),
    nextProducerId: int53,
  },
})
