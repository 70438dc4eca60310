import { api } from '../schema/api.ts'
import { NO_VERSIONS } from '../schema/field.ts'

export const StopReplica = api(5, 'StopReplica', {
  versions: NO_VERSIONS,
  request: {},
  response: {},
})
