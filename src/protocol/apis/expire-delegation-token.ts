import { api } from '../schema/api.ts'
import { bytes, int16, int32, int53 } from '../schema/field.ts'

/** Moves a delegation token's expiry; a negative period expires it now (KIP-48). */
export const ExpireDelegationToken = api(40, 'ExpireDelegationToken', {
  versions: [1, 2],
  flexibleSince: 2,
  request: {
    hmac: bytes,
    expiryTimePeriodMs: int53,
  },
  response: {
    errorCode: int16,
    expiryTimestampMs: int53,
    throttleTimeMs: int32,
  },
})
