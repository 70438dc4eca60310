import { api } from '../schema/api.ts'
import { int16, int32, int53 } from '../schema/field.ts'

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
