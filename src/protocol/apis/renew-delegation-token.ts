import { api } from '../schema/api.ts'
import { bytes, int16, int32, int53 } from '../schema/field.ts'

/** Moves a delegation token's expiry, up to its greatest lifetime (KIP-48). */
export const RenewDelegationToken = api(39, 'RenewDelegationToken', {
  versions: [1, 2],
  flexibleSince: 2,
  request: {
    hmac: bytes,
    renewPeriodMs: int53,
  },
  response: {
    errorCode: int16,
    expiryTimestampMs: int53,
    throttleTimeMs: int32,
  },
})
