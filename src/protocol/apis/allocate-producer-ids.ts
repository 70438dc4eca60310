import { api } from '../schema/api.ts'
import { int16, int32, int53 } from '../schema/field.ts'

/** A broker asks the controller for a block of producer ids that nobody else has (KIP-730). */
export const AllocateProducerIds = api(67, 'AllocateProducerIds', {
  versions: [0, 0],
  flexibleSince: 0,
  request: {
    brokerId: int32,
    brokerEpoch: int53.default(-1),
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    producerIdStart: int53,
    producerIdLen: int32,
  },
})
