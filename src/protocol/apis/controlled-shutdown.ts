import { api } from '../schema/api.ts'
import { NO_VERSIONS } from '../schema/field.ts'

/**
 * How a broker announced its shutdown to the ZooKeeper controller. Kafka 4.0 dropped every version; the key stays
 * taken. BrokerHeartbeat does this work now.
 */
export const ControlledShutdown = api(7, 'ControlledShutdown', {
  versions: NO_VERSIONS,
  request: {},
  response: {},
})
