import { api } from '../schema/api.ts'
import { bytes, int16, nullable } from '../schema/field.ts'

/** A client's request that a broker hands to the active controller, with the principal it came from (KIP-590). */
export const Envelope = api(58, 'Envelope', {
  versions: [0, 0],
  flexibleSince: 0,
  request: {
    requestData: bytes,
    requestPrincipal: nullable(bytes),
    clientHostAddress: bytes,
  },
  response: {
    responseData: nullable(bytes).default(null),
    errorCode: int16,
  },
})
