import { api } from '../schema/api.ts'
import { NO_VERSIONS } from '../schema/field.ts'

/** How the ZooKeeper controller spread metadata. Kafka 4.0 dropped every version; the key stays taken. */
export const UpdateMetadata = api(6, 'UpdateMetadata', {
  versions: NO_VERSIONS,
  request: {},
  response: {},
})
