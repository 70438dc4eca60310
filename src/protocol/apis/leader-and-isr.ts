import { api } from '../schema/api.ts'
import { NO_VERSIONS } from '../schema/field.ts'

/**
 * How the ZooKeeper controller told brokers what they lead and follow. Kafka 4.0 dropped every version; the key stays
 * taken.
 */
export const LeaderAndIsr = api(4, 'LeaderAndIsr', {
  versions: NO_VERSIONS,
  request: {},
  response: {},
})
