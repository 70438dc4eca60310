import { api } from '../schema/api.ts'
import { array, int16, string } from '../schema/field.ts'

/**
 * Names the SASL mechanism. After version 1 the exchange goes through SaslAuthenticate; after version 0 it goes on
 * bare, without Kafka's framing. Errors: UNSUPPORTED_SASL_MECHANISM, ILLEGAL_SASL_STATE.
 */
export const SaslHandshake = api(17, 'SaslHandshake', {
  versions: [0, 1],
  request: {
    mechanism: string,
  },
  response: {
    errorCode: int16,
    mechanisms: array(string),
  },
})
