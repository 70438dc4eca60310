import { api } from '../schema/api.ts'
import { NO_VERSIONS } from '../schema/field.ts'

/** How the ZooKeeper controller stopped replicas. Kafka 4.0 dropped every version; the key stays taken. */
export const StopReplica = api(5, 'StopReplica', {
  versions: NO_VERSIONS,
  request: {},
  response: {},
})
