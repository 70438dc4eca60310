import { api } from '../schema/api.ts'
import { NO_VERSIONS } from '../schema/field.ts'

export const ControlledShutdown = api(7, 'ControlledShutdown', {
  versions: NO_VERSIONS,
  request: {},
  response: {},
})
