import { api } from '../schema/api.ts'
import { array, bytes, int8, int16, int32, nullable, string } from '../schema/field.ts'

/** Sets and deletes users' SCRAM credentials; the salted password is made by the client (KIP-554). */
export const AlterUserScramCredentials = api(51, 'AlterUserScramCredentials', {
  versions: [0, 0],
  flexibleSince: 0,
  request: {
    deletions: array({
      name: string,
      mechanism: int8,
    }),
    upsertions: array({
      name: string,
      mechanism: int8,
      iterations: int32,
      salt: bytes,
      saltedPassword: bytes,
    }),
  },
  response: {
    throttleTimeMs: int32,
    results: array({
      user: string,
      errorCode: int16,
      errorMessage: nullable(string),
    }),
  },
})
