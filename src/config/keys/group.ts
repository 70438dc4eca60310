import { boolean, int, string } from '../config-key.ts'
import { atLeast, oneOf, shareAutoOffsetReset } from '../validators.ts'

/** What a group can be configured with (`GroupConfig`). */
export const groupKeys = {
  'consumer.session.timeout.ms': int(45_000, atLeast(1)).medium.honoured(
    'How long a member of the consumer group may be silent before it is removed.',
  ),
  'consumer.heartbeat.interval.ms': int(5000, atLeast(1)).medium.honoured(
    'How often members of the consumer group are told to send heartbeats.',
  ),
  'consumer.assignment.interval.ms': int(1000, atLeast(0)).medium.honoured(
    'The shortest time between two new assignments of the consumer group.',
  ),
  'share.session.timeout.ms': int(45_000, atLeast(1)).medium.warns(
    'share groups',
    'How long a member of the share group may be silent before it is removed.',
  ),
  'share.heartbeat.interval.ms': int(5000, atLeast(1)).medium.warns(
    'share groups',
    'How often members of the share group are told to send heartbeats.',
  ),
  'share.record.lock.duration.ms': int(30_000, atLeast(1000)).medium.warns(
    'share groups',
    'How long a record acquired by a share consumer stays locked.',
  ),
  'share.delivery.count.limit': int(5, atLeast(2)).medium.warns(
    'share groups',
    'How often a record is delivered at most.',
  ),
  'share.partition.max.record.locks': int(2000, atLeast(100)).medium.warns(
    'share groups',
    'How many records of one share partition may be locked at a time.',
  ),
  'share.auto.offset.reset': string('latest', shareAutoOffsetReset).medium.warns(
    'share groups',
    'Where a new share group begins: `latest`, `earliest` or `by_duration:` and how far back.',
  ),
  'share.isolation.level': string('read_uncommitted', oneOf('read_committed', 'read_uncommitted')).medium.warns(
    'share groups',
    'Whether the share group reads records of transactions that are not committed.',
  ),
  'share.renew.acknowledge.enable': boolean(true).medium.warns(
    'share groups',
    'Whether a share consumer may renew the lock of a record.',
  ),
  'share.assignment.interval.ms': int(1000, atLeast(0)).medium.warns(
    'share groups',
    'The shortest time between two new assignments of the share group.',
  ),
  'streams.session.timeout.ms': int(45_000, atLeast(1)).medium.warns(
    'streams groups',
    'How long a member of the streams group may be silent before it is removed.',
  ),
  'streams.heartbeat.interval.ms': int(5000, atLeast(1)).medium.warns(
    'streams groups',
    'How often members of the streams group are told to send heartbeats.',
  ),
  'streams.num.standby.replicas': int(0, atLeast(0)).medium.warns(
    'streams groups',
    'How many standby replicas each task has.',
  ),
  'streams.initial.rebalance.delay.ms': int(3000, atLeast(0)).medium.warns(
    'streams groups',
    'How long a new streams group waits for more members before its first assignment.',
  ),
  'streams.assignment.interval.ms': int(1000, atLeast(0)).medium.warns(
    'streams groups',
    'The shortest time between two new assignments of the streams group.',
  ),
}
