import { int32, int53 } from '../schema/field.ts'
import { message } from '../schema/message.ts'

/** A broker got the block of producer ids that ends just below `nextProducerId` (KIP-730). */
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
