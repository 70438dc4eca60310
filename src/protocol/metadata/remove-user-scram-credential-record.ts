import { int8, string } from '../schema/field.ts'
import { message } from '../schema/message.ts'

/** A user's SCRAM credential is gone. */
export const RemoveUserScramCredentialRecord = message('RemoveUserScramCredentialRecord', {
  key: 22,
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    name: string,
    mechanism: int8,
  },
})
