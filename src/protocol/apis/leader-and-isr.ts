import { api } from '../schema/api.ts'
import { NO_VERSIONS } from '../schema/field.ts'

export const LeaderAndIsr = api(4, 'LeaderAndIsr', {
  versions: NO_VERSIONS,
  request: {},
  response: {},
})
