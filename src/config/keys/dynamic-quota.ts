import { long, longMax } from '../config-key.ts'
import { atLeast } from '../validators.ts'

/**
 * Throttles that exist only as dynamic broker configs (`QuotaConfig.brokerQuotaConfigs`): `server.properties` does
 * not know them, so Kafka's list of broker keys does not show them.
 */
export const dynamicQuotaKeys = {
  'leader.replication.throttled.rate': long(longMax, atLeast(0)).medium.clusterWide.warns(
    'other brokers',
    'Bytes per second a leader sends to the followers that leader.replication.throttled.replicas names.',
  ),
  'follower.replication.throttled.rate': long(longMax, atLeast(0)).medium.clusterWide.warns(
    'other brokers',
    'Bytes per second a follower fetches for the replicas that follower.replication.throttled.replicas names.',
  ),
  'replica.alter.log.dirs.io.max.bytes.per.second': long(longMax, atLeast(0)).medium.clusterWide.honoured(
    'Bytes per second spent on moving replicas between the log directories of one broker.',
  ),
}
