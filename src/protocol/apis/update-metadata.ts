import { api } from '../schema/api.ts'
import { NO_VERSIONS } from '../schema/field.ts'

export const UpdateMetadata = api(6, 'UpdateMetadata', {
  versions: NO_VERSIONS,
  request: {},
  response: {},
})
