import { api } from '../schema/api.ts'
import { bytes, int16, nullable } from '../schema/field.ts'

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
