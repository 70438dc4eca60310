import { boolean, int, long, string } from '../config-key.ts'
import { atLeast, oneOf } from '../validators.ts'

/** Replication between brokers, and how brokers find each other. */
export const replicationKeys = {
  'controller.socket.timeout.ms': int(30_000).medium.warns(
    'other brokers',
    'How long a request from controller to broker may take.',
  ),
  'default.replication.factor': int(1).medium.honoured(
    'The replication factor of topics that are created without one.',
  ),
  'replica.lag.time.max.ms': long(30_000).high.warns(
    'other brokers',
    'How long a follower may lag behind before it leaves the in-sync replicas.',
  ),
  'replica.socket.timeout.ms': int(30_000).high.warns(
    'other brokers',
    'How long a follower waits for the leader to answer.',
  ),
  'replica.socket.receive.buffer.bytes': int(65_536).high.warns(
    'other brokers',
    "The SO_RCVBUF of a follower's connection to its leader.",
  ),
  'replica.fetch.max.bytes': int(1_048_576, atLeast(0)).medium.honoured(
    'Bytes that are copied at a time of a partition that moves between log directories, the first batch excepted; bytes a follower fetches per partition, once there are other brokers.',
  ),
  'replica.fetch.wait.max.ms': int(500).high.warns(
    'other brokers',
    "How long a leader may hold a follower's fetch that has nothing to return.",
  ),
  'replica.fetch.backoff.ms': int(1000, atLeast(0)).medium.honoured(
    'How long a move between log directories that has failed waits before it is tried again; a follower after a failed fetch, once there are other brokers.',
  ),
  'replica.fetch.min.bytes': int(1).high.warns(
    'other brokers',
    'How many bytes a follower wants before its fetch is answered.',
  ),
  'replica.fetch.response.max.bytes': int(10_485_760, atLeast(0)).medium.honoured(
    'Bytes that are copied at a time between log directories, as above; bytes a follower fetches per request, once there are other brokers.',
  ),
  'num.replica.fetchers': int(1, atLeast(1)).high.clusterWide.warns(
    'other brokers',
    'Connections per leader that followers fetch through.',
  ),
  'replica.high.watermark.checkpoint.interval.ms': long(5000).high.honoured(
    'How often high watermarks are written to disk.',
  ),
  'fetch.purgatory.purge.interval.requests': int(1000).medium.warns(
    'jvm',
    'How many completed fetches may lie in the purgatory before it is purged.',
  ),
  'producer.purgatory.purge.interval.requests': int(1000).medium.warns(
    'jvm',
    'How many completed produce requests may lie in the purgatory before it is purged.',
  ),
  'delete.records.purgatory.purge.interval.requests': int(1).medium.warns(
    'jvm',
    'How many completed DeleteRecords requests may lie in the purgatory before it is purged.',
  ),
  'auto.leader.rebalance.enable': boolean(true).high.warns(
    'other brokers',
    'Whether the controller gives leadership back to preferred replicas by itself.',
  ),
  'leader.imbalance.check.interval.seconds': long(300, atLeast(1)).high.warns(
    'other brokers',
    'How often the controller looks for partitions not led by their preferred replica.',
  ),
  'unclean.leader.election.interval.ms': long(300_000, atLeast(1)).medium.internal.warns(
    'other brokers',
    'How often the controller looks for partitions that need an unclean election.',
  ),
  'unclean.leader.election.enable': boolean(false).high.clusterWide.warns(
    'other brokers',
    'Whether a replica that is not in sync may become leader when no other is left, at the price of lost records.',
  ),
  'security.inter.broker.protocol': string(
    'PLAINTEXT',
    oneOf('PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'),
  ).medium.honoured('The security protocol between brokers, where inter.broker.listener.name is not set.'),
  'inter.broker.listener.name': string(null).medium.honoured('The listener brokers connect to each other through.'),
  'replica.selector.class': string(null).medium.warns(
    'plugins',
    'The plugin that tells a consumer which replica to fetch from.',
  ),
  'follower.fetch.last.tiered.offset.enable': boolean(false).medium.clusterWide.warns(
    'tiered storage',
    'Lets a new follower of a tiered topic begin at the end of what the remote tier holds.',
  ),
}
