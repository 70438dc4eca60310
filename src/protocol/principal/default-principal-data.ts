import { bool, string } from '../schema/field.ts'
import { message } from '../schema/message.ts'

/** The principal of a request in an Envelope, after an int16 version (KIP-590). */
export const DefaultPrincipalData = message('DefaultPrincipalData', {
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    type: string,
    name: string,
    tokenAuthenticated: bool,
  },
})
