import { api } from '../schema/api.ts'
import { int16, int32, nullable, string } from '../schema/field.ts'

/** Removes the registration of a broker that is gone for good (KIP-631). */
export const UnregisterBroker = api(64, 'UnregisterBroker', {
  versions: [0, 0],
  flexibleSince: 0,
  request: {
    brokerId: int32,
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    errorMessage: nullable(string),
  },
})
