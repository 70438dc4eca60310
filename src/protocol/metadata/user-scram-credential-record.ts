import { bytes, int8, int32, string } from '../schema/field.ts'
import { message } from '../schema/message.ts'

/** A user has a SCRAM credential. */
export const UserScramCredentialRecord = message('UserScramCredentialRecord', {
  key: 11,
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    name: string,
    mechanism: int8,
    salt: bytes,
    storedKey: bytes,
    serverKey: bytes,
    iterations: int32,
  },
})
