import { api } from '../schema/api.ts'
import { bytes, int16, int53, nullable, string } from '../schema/field.ts'

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
