import { boolean, int, long, string } from '../config-key.ts'
import { atLeast, oneOf } from '../validators.ts'

/** Replication between brokers, and how brokers find each other. */
export const replicationKeys = {
  'controller.socket.timeout.ms': int(30_000).medium.notYet(''),
  'default.replication.factor': int(1).medium.notYet(''),
  'replica.lag.time.max.ms': long(30_000).high.notYet(''),
  'replica.socket.timeout.ms': int(30_000).high.notYet(''),
  'replica.socket.receive.buffer.bytes': int(65_536).high.notYet(''),
  'replica.fetch.max.bytes': int(1_048_576, atLeast(0)).medium.notYet(''),
  'replica.fetch.wait.max.ms': int(500).high.notYet(''),
  'replica.fetch.backoff.ms': int(1000, atLeast(0)).medium.notYet(''),
  'replica.fetch.min.bytes': int(1).high.notYet(''),
  'replica.fetch.response.max.bytes': int(10_485_760, atLeast(0)).medium.notYet(''),
  'num.replica.fetchers': int(1, atLeast(1)).high.clusterWide.notYet(''),
  'replica.high.watermark.checkpoint.interval.ms': long(5000).high.notYet(''),
  'fetch.purgatory.purge.interval.requests': int(1000).medium.notYet(''),
  'producer.purgatory.purge.interval.requests': int(1000).medium.notYet(''),
  'delete.records.purgatory.purge.interval.requests': int(1).medium.notYet(''),
  'auto.leader.rebalance.enable': boolean(true).high.notYet(''),
  'leader.imbalance.check.interval.seconds': long(300, atLeast(1)).high.notYet(''),
  'unclean.leader.election.interval.ms': long(300_000, atLeast(1)).medium.internal.notYet(''),
  'unclean.leader.election.enable': boolean(false).high.clusterWide.notYet(''),
  'security.inter.broker.protocol': string(
    'PLAINTEXT',
    oneOf('PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'),
  ).medium.notYet(''),
  'inter.broker.listener.name': string(null).medium.notYet(''),
  'replica.selector.class': string(null).medium.notYet(''),
  'follower.fetch.last.tiered.offset.enable': boolean(false).medium.clusterWide.notYet(''),
}
