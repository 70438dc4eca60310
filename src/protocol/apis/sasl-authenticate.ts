import { api } from '../schema/api.ts'
import { bytes, int16, int53, nullable, string } from '../schema/field.ts'

/**
 * Carries the tokens of the SASL exchange that SaslHandshake began, and from version 1 on the session's lifetime
 * (KIP-368). Errors: SASL_AUTHENTICATION_FAILED, ILLEGAL_SASL_STATE.
 */
export const SaslAuthenticate = api(36, 'SaslAuthenticate', {
  versions: [0, 2],
  flexibleSince: 2,
  request: {
    authBytes: bytes,
  },
  response: {
    errorCode: int16,
    errorMessage: nullable(string),
    authBytes: bytes,
    sessionLifetimeMs: int53.since(1).default(0).ignorable(),
  },
})
