import { api } from '../schema/api.ts'
import { array, int16, string } from '../schema/field.ts'

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
